"""Where things stand in a chart, in percent of its width, so that it is drawn in any width without a script.

A time stands on a scale of logarithms: an hour is as far from a day as a day from three and a half weeks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log

from app.insight.queries.moderating import Day
from app.insight.queries.questions import Times, Until
from app.insight.queries.sessions import Week
from app.insight.statistics import Estimate
from app.search.models import What

HEIGHT = 140
"""Of columns, in pixels."""

TICKS = {3_600: "hour", 86_400: "day", 7 * 86_400: "week", 30 * 86_400: "month"}
"""Seconds, and the unit of which they are one."""
SHORTEST, LONGEST = 600, 90 * 86_400


@dataclass(frozen=True, slots=True)
class Column:
    """A week: `tall` pixels for its sessions, `part` of them for those that filed."""

    week: Week
    x: float
    width: float
    tall: float
    part: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A day with two columns side by side: `came` and `left` pixels tall."""

    day: Day
    x: float
    width: float
    came: float
    left: float


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate on a scale from -`ends` to +`ends` points, nought in its middle."""

    ends: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Span:
    """From the median to the 90th percentile of a wait; `open_ended` when most wait longer than is known."""

    label: str
    begin: float
    end: float
    open_ended: bool


def columns(weeks: Sequence[Week]) -> list[Column]:
    """Side by side; the fullest week is HEIGHT tall."""
    most = max((week.sessions for week in weeks), default=0) or 1
    step = 100 / max(1, len(weeks))
    return [
        Column(
            week,
            x=place * step + step * 0.14,
            width=step * 0.72,
            tall=HEIGHT * week.sessions / most,
            part=HEIGHT * week.did[What.FILED] / most,
        )
        for place, week in enumerate(weeks)
    ]


def pairs(days: Sequence[Day]) -> list[Pair]:
    """Side by side; the tallest column of all is HEIGHT tall. `width` is of one column."""
    most = max((number for day in days for number in (day.arrived, day.decided)), default=0) or 1
    step = 100 / max(1, len(days))
    return [
        Pair(
            day,
            x=place * step + step * 0.1,
            width=step * 0.4,
            came=HEIGHT * day.arrived / most,
            left=HEIGHT * day.decided / most,
        )
        for place, day in enumerate(days)
    ]


def interval(estimate: Estimate) -> Interval:
    """The scale ends at the next five points that hold all of it."""
    ends = 5 * ceil(20 * max(abs(estimate.low), abs(estimate.high), 0.01))
    value, low, high = (
        50 + 50 * share * 100 / ends for share in (estimate.value, estimate.low, estimate.high)
    )
    return Interval(ends, value, low, high)


def spans(topics: dict[str, Times], until: Until) -> list[Span]:
    """A line for each topic of which enough is known."""
    found = []
    for label, times in topics.items():
        median, most = times.median[until], times.most[until]
        if median is not None:
            end = on_scale(LONGEST if most is None else most)
            found.append(Span(label, on_scale(median), end, open_ended=most is None))
    return found


def on_scale(seconds: float) -> float:
    inside = min(max(seconds, SHORTEST), LONGEST)
    return 100 * log(inside / SHORTEST) / log(LONGEST / SHORTEST)
