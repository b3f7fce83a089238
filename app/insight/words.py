"""What the numbers are called, and how they are written."""

from collections.abc import Mapping
from datetime import timedelta

from flask_babel import LazyString, format_decimal, format_percent, format_timedelta
from flask_babel import lazy_gettext as _

from app.insight.queries.questions import Until
from app.search.models import Arm, What

NOTHING = "—"

ARMS: dict[Arm, LazyString] = {
    Arm.OPEN: _("Open, as always"),
    Arm.CONTROL: _("Closed (control)"),
}

DEEDS: dict[What, LazyString] = {
    What.SHOWN: _("Shown"),
    What.OPENED: _("Opened"),
    What.REFUSED: _("Went past"),
    What.SOLVED: _("Said it solves it"),
    What.FILED: _("Filed"),
    What.REGRETTED: _("Filed after all"),
}

UNTIL: dict[Until, LazyString] = {
    Until.ANSWERED: _("First answer"),
    Until.SOLVED: _("Solved"),
}

AGES: Mapping[str, LazyString] = {
    "hour": _("Under an hour"),
    "day": _("1 to 24 hours"),
    "days": _("1 to 3 days"),
    "older": _("Over 3 days"),
}


def percent(share: float) -> str:
    return str(format_percent(share, "0.0%"))


def points(difference: float) -> str:
    """A difference of two shares, in points of a hundred, with its sign."""
    return str(format_decimal(100 * difference, "+0.0;−0.0"))


def spell(seconds: float) -> str:
    """`3 hours`, rounded to the unit that says most."""
    return str(format_timedelta(timedelta(seconds=seconds)))
