"""Times in words, in the reader's zone and language."""

from datetime import date, datetime

from flask_babel import format_date, format_datetime, to_user_timezone

from app.core.clock import now


def absolute(moment: datetime) -> str:
    """`20 Nov 2026, 09:12`, the year left out while it is this one."""
    return str(format_datetime(moment, "d MMM, HH:mm" if _is_of_this_year(moment) else "d MMM yyyy, HH:mm"))


def date_only(on: date) -> str:
    """`20 November 2026`."""
    return str(format_date(on, "d MMMM yyyy"))


def short_day(on: date) -> str:
    """`20 Nov`."""
    return str(format_date(on, "d MMM"))


def day(moment: datetime) -> str:
    """`3 December`, with the year when it is not this one."""
    return str(format_datetime(moment, "d MMMM" if _is_of_this_year(moment) else "d MMMM yyyy"))


def iso(moment: datetime) -> str:
    """For `datetime` attributes: UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_of_this_year(moment: datetime) -> bool:
    return bool(to_user_timezone(moment).year == to_user_timezone(now()).year)
