"""Times in words, in the reader's zone and language."""

from datetime import date, datetime

from flask_babel import format_date, format_datetime, to_user_timezone

from app.core.clock import now


def absolute(moment: datetime) -> str:
    """`20 Nov 2026, 09:12`, the year left out while it is this one."""
    pattern = (
        "d MMM, HH:mm"
        if to_user_timezone(moment).year == to_user_timezone(now()).year
        else "d MMM yyyy, HH:mm"
    )
    return str(format_datetime(moment, pattern))


def date_only(on: date) -> str:
    """`20 November 2026`."""
    return str(format_date(on, "d MMMM yyyy"))


def short_day(on: date) -> str:
    """`20 Nov`."""
    return str(format_date(on, "d MMM"))


def day(moment: datetime) -> str:
    """`3 December`, with the year when it is not this one."""
    this_year = to_user_timezone(moment).year == to_user_timezone(now()).year
    return str(format_datetime(moment, "d MMMM" if this_year else "d MMMM yyyy"))


def iso(moment: datetime) -> str:
    """For `datetime` attributes: UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
