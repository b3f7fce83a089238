"""What moderation did, by month: counts alone, so that nobody can be told from them.

A month that is over changes no more, since all that follows later counts in the month in which it happens. So a process
counts it once. Only a flag nobody answered goes with an account that becomes another's or nobody's: that a process sees
when it begins anew.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile

from flask import current_app
from sqlalchemy import func, select

from app.core.clock import now
from app.core.db import db
from app.core.web.pages import Page
from app.insight import calendar
from app.insight.calendar import Stretch
from app.insight.policy import ENOUGH
from app.moderation.models import Appeal, AppealState, Decision, Flag

MONTHS_A_PAGE = 24
SETTLED = timedelta(hours=1)
"""How long after its end nothing of a month is still being written, with more than enough to spare."""

_COUNTED = "bartack.months"


@dataclass(slots=True)
class Month:
    """A calendar month. Flags and decisions by the key of their reason and act; '' is a decision without a reason.

    `waited` decisions of moderators ended a wait, half of them within `median` seconds. Appeals stand in the month in
    which they were made, or decided; what was taken back in the month in which it was.
    """

    begins_on: date
    flags: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    automated: int = 0
    waited: int = 0
    median: float | None = None
    appeals: int = 0
    stood: int = 0
    reversed: int = 0
    same_moderator: int = 0
    undone: int = 0

    @property
    def decisions(self) -> int:
        return self.acts.total()

    @property
    def share_automated(self) -> float | None:
        """Of the decisions, those that a rule made by itself; None of fewer than ENOUGH."""
        return self.automated / self.decisions if self.decisions >= ENOUGH else None

    @property
    def hours(self) -> float | None:
        """The median wait; None of fewer than ENOUGH."""
        return self.median / 3_600 if self.waited >= ENOUGH and self.median is not None else None


def months(number: int) -> Page[Month]:
    """Page `number` of the months since the first flag or decision, this one first; in at most seven statements."""
    first, last = _first_day(), calendar.today()
    known = calendar.months_between(first, last) if first else 0
    left = known - (number - 1) * MONTHS_A_PAGE
    if left <= 0:
        return Page([], number, more=False)
    until = calendar.months(last, (number - 1) * MONTHS_A_PAGE + 1)[0].begins_on
    stretches = calendar.months(until, min(left, MONTHS_A_PAGE))
    return Page(_months(stretches)[::-1], number, more=left > MONTHS_A_PAGE)


def every_month() -> list[Month]:
    """All of them, this one first; at most seven statements for each MONTHS_A_PAGE."""
    found: list[Month] = []
    page = months(1)
    while page.rows:
        found += page.rows
        page = months(page.number + 1)
    return found


def _first_day() -> date | None:
    moments: Sequence[datetime | None] = db.session.execute(
        select(
            select(func.min(Flag.created_at)).scalar_subquery(),
            select(func.min(Decision.made_at)).scalar_subquery(),
        )
    ).one()
    known = [moment for moment in moments if moment is not None]
    return calendar.on_day(min(known)) if known else None


def _months(stretches: Sequence[Stretch]) -> list[Month]:
    """Stretches that follow each other, counted from the first on that this process has not."""
    counted: dict[Stretch, Month] = current_app.extensions.setdefault(_COUNTED, {})
    known = [counted[stretch] for stretch in takewhile(counted.__contains__, stretches)]
    if rest := stretches[len(known) :]:
        found = [Month(stretch.begins_on) for stretch in rest]
        _count_flags(rest, found)
        _count_decisions(rest, found)
        _measure_waits(rest, found)
        _count_appeals(rest, found)
        over = now() - SETTLED
        counted |= {stretch: month for stretch, month in zip(rest, found, strict=True) if stretch.end <= over}
        known += found
    return known


def _count_flags(stretches: Sequence[Stretch], found: Sequence[Month]) -> None:
    place = calendar.place(Flag.created_at, stretches).label("place")
    rows = select(place, Flag.reason, func.count()).where(calendar.within(Flag.created_at, stretches))
    for where, reason, number in db.session.execute(rows.group_by("place", Flag.reason)):
        found[where].flags[reason] += number


def _count_decisions(stretches: Sequence[Stretch], found: Sequence[Month]) -> None:
    place = calendar.place(Decision.made_at, stretches).label("place")
    kinds = (Decision.act, Decision.reason, Decision.automated)
    rows = select(place, *kinds, func.count()).where(calendar.within(Decision.made_at, stretches))
    for where, act, reason, automated, number in db.session.execute(rows.group_by("place", *kinds)):
        month = found[where]
        month.acts[act] += number
        month.reasons[reason] += number
        month.automated += number if automated else 0
    undone = calendar.place(Decision.undone_at, stretches).label("place")
    taken_back = select(undone, func.count()).where(calendar.within(Decision.undone_at, stretches))
    for where, number in db.session.execute(taken_back.group_by("place")):
        found[where].undone = number


def _measure_waits(stretches: Sequence[Stretch], found: Sequence[Month]) -> None:
    """The middle one of the waits, or the mean of the two in the middle."""
    place = calendar.place(Decision.made_at, stretches)
    waits = (
        select(
            place.label("place"),
            Decision.waited_seconds.label("waited"),
            func.row_number().over(partition_by=place, order_by=Decision.waited_seconds).label("rank"),
            func.count().over(partition_by=place).label("number"),
        )
        .where(
            calendar.within(Decision.made_at, stretches),
            Decision.waited_seconds.is_not(None),
            Decision.automated.is_(False),
        )
        .subquery()
    )
    twice = 2 * waits.c.rank
    middle = select(waits.c.place, waits.c.number, func.avg(waits.c.waited)).where(
        twice >= waits.c.number, twice <= waits.c.number + 2
    )
    for where, number, median in db.session.execute(middle.group_by(waits.c.place, waits.c.number)):
        found[where].waited, found[where].median = number, float(median)


def _count_appeals(stretches: Sequence[Stretch], found: Sequence[Month]) -> None:
    made = calendar.place(Appeal.created_at, stretches).label("place")
    rows = select(made, func.count()).where(calendar.within(Appeal.created_at, stretches)).group_by("place")
    for where, number in db.session.execute(rows):
        found[where].appeals = number
    decided = calendar.place(Appeal.decided_at, stretches).label("place")
    outcomes = select(decided, Appeal.state, Appeal.same_moderator, func.count()).where(
        calendar.within(Appeal.decided_at, stretches)
    )
    grouped = outcomes.group_by("place", Appeal.state, Appeal.same_moderator)
    for where, state, same, number in db.session.execute(grouped):
        month = found[where]
        if state == AppealState.REVERSED:
            month.reversed += number
        else:
            month.stood += number
        month.same_moderator += number if same else 0
