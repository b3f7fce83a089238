"""How the queue does: what came to it and left it by day, and how often decisions on each rule were wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from app.core.clock import now
from app.core.db import db
from app.core.web.pages import Page, cut
from app.insight import calendar
from app.insight.calendar import Stretch
from app.insight.policy import ENOUGH
from app.insight.queries.trials import LATELY
from app.moderation.acts import ACTS, Verb
from app.moderation.models import Appeal, Decision, LeaseEnd, Review
from app.moderation.rules import BROKEN, RULES

DAYS_SHOWN = 30
PAGE_SIZE = 50
SETTLING = tuple(verb for verb in Verb if ACTS[verb].settles)


class Came(StrEnum):
    """What happened to something in the queue on a day."""

    ARRIVED = "arrived"
    DECIDED = "decided"
    LET_GO = "let_go"
    RAN_OUT = "ran_out"


class Stood(StrEnum):
    """Which of the decisions on a rule."""

    AUTOMATED = "automated"
    LOOKED_AGAIN = "appealed"
    REVERSED = "reversed"


@dataclass(slots=True)
class Day:
    """What came to the queue, what moderators decided of it, and what they had in hand and did not decide."""

    on: date
    arrived: int = 0
    decided: int = 0
    let_go: int = 0
    ran_out: int = 0


@dataclass(slots=True)
class Wait:
    """One wait in the queue: what for, since when, and the decision that ended it, if one did."""

    review_id: int
    since: datetime
    decided_at: datetime | None = None
    ref: str | None = None
    act: str | None = None


@dataclass(slots=True)
class Lease:
    """Something a moderator had in hand, and when that ended with nothing decided."""

    review_id: int
    at: datetime


@dataclass(slots=True)
class RuleRecord:
    """Decisions of the last ninety days that stand on one rule; of which appeals were decided, and reversed."""

    number: int
    decided: int = 0
    automated: int = 0
    looked_again: int = 0
    reversed: int = 0

    @property
    def share(self) -> float | None:
        """Of those looked at again, the reversed; None of fewer than ENOUGH."""
        return self.reversed / self.looked_again if self.looked_again >= ENOUGH else None


def days() -> list[Day]:
    """The last DAYS_SHOWN days of the site's zone, today included, the earliest first; in five statements.

    A wait arrives when it begins. Those that are over are known by the decisions that ended them. One that its moderator
    took back within minutes ended none: what it was about goes on waiting as it did.
    """
    stretches = calendar.days(DAYS_SHOWN)
    found = [Day(stretch.begins_on) for stretch in stretches]
    for column, where in ((Review.opened_at, ()), (Decision.made_at, _ended())):
        place = calendar.place(column, stretches).label("place")
        rows = select(place, func.count()).where(calendar.within(column, stretches), *where)
        for at, number in db.session.execute(rows.group_by("place")):
            if column is Review.opened_at:
                found[at].arrived += number
            else:
                found[at].decided += number
    began = calendar.second_place(_began(), stretches).label("place")
    over = select(began, func.count()).where(calendar.second_within(_began(), stretches), *_ended())
    for at, number in db.session.execute(over.group_by("place")):
        found[at].arrived += number
    place = calendar.place(LeaseEnd.at, stretches).label("place")
    ended = select(place, LeaseEnd.let_go, func.count()).where(calendar.within(LeaseEnd.at, stretches))
    for at, let_go, number in db.session.execute(ended.group_by("place", LeaseEnd.let_go)):
        if let_go:
            found[at].let_go += number
        else:
            found[at].ran_out += number
    place = calendar.place(Review.claimed_until, stretches).label("place")
    unnoticed = select(place, func.count()).where(
        _ran_out(), calendar.within(Review.claimed_until, stretches)
    )
    for at, number in db.session.execute(unnoticed.group_by("place")):
        found[at].ran_out += number
    return found


def leases(on: date, number: int, *, let_go: bool) -> Page[Lease]:
    """The leases behind a number of a day, the earliest first."""
    day = [calendar.day(on)]
    ended = select(LeaseEnd.review_id, LeaseEnd.at).where(
        LeaseEnd.let_go.is_(let_go), calendar.within(LeaseEnd.at, day)
    )
    rows = [*db.session.execute(ended)]
    if not let_go:
        unnoticed = (_ran_out(), calendar.within(Review.claimed_until, day))
        rows += db.session.execute(select(Review.id, Review.claimed_until).where(*unnoticed))
    found = sorted((Lease(*row) for row in rows), key=lambda end: (end.at, end.review_id))
    begin = (number - 1) * PAGE_SIZE
    return cut(found[begin : begin + PAGE_SIZE + 1], number, PAGE_SIZE)


def waits(came: Came, on: date, number: int) -> Page[Wait]:
    """The waits behind a number of a day, the earliest first."""
    found = sorted(_waits(came, [calendar.day(on)]), key=lambda wait: (wait.since, wait.review_id))
    begin = (number - 1) * PAGE_SIZE
    return cut(found[begin : begin + PAGE_SIZE + 1], number, PAGE_SIZE)


def by_rule() -> list[RuleRecord]:
    """By the rules' numbers, in one statement; decisions that stand on none are left out."""
    again = select(Appeal.decision_id).where(Appeal.decided_at.is_not(None)).distinct().subquery()
    rows = (
        select(
            Decision.reason,
            func.count(),
            func.count(case((Decision.automated, 1))),
            func.count(again.c.decision_id),
            func.count(case((Decision.reversed_at.is_not(None), 1))),
        )
        .outerjoin(again, again.c.decision_id == Decision.id)
        .where(_lately())
        .group_by(Decision.reason)
    )
    found = {rule.number: RuleRecord(rule.number) for rule in RULES}
    numbers = {str(reason): rule.number for reason, rule in BROKEN.items()}
    for reason, decided, automated, looked_again, reversed_ in db.session.execute(rows):
        if reason in numbers:
            record = found[numbers[reason]]
            record.decided += decided
            record.automated += automated
            record.looked_again += looked_again
            record.reversed += reversed_
    return list(found.values())


def decisions(rule: int, stood: Stood | None, number: int) -> Page[Decision]:
    """The decisions behind a number of a rule, the latest first."""
    reasons = [reason.value for reason, broken in BROKEN.items() if broken.number == rule]
    which: dict[Stood | None, ColumnElement[bool]] = {
        Stood.AUTOMATED: Decision.automated.is_(True),
        Stood.LOOKED_AGAIN: Decision.id.in_(select(Appeal.decision_id).where(Appeal.decided_at.is_not(None))),
        Stood.REVERSED: Decision.reversed_at.is_not(None),
    }
    conditions = [_lately(), Decision.reason.in_(reasons), *([which[stood]] if stood else [])]
    rows = (
        select(Decision)
        .where(*conditions)
        .order_by(Decision.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    )
    return cut(db.session.scalars(rows).all(), number, PAGE_SIZE)


def _waits(came: Came, stretches: Sequence[Stretch]) -> Iterator[Wait]:
    inside = (
        calendar.second_within(_began(), stretches)
        if came is Came.ARRIVED
        else calendar.within(Decision.made_at, stretches)
    )
    rows = select(Decision.review_id, Decision.made_at, Decision.waited_seconds, Decision.ref, Decision.act)
    for row in db.session.execute(rows.where(inside, *_ended())):
        since = row.made_at - timedelta(seconds=row.waited_seconds)
        yield Wait(row.review_id, since, row.made_at, row.ref, row.act)
    if came is Came.ARRIVED:
        open_ones = select(Review.id, Review.opened_at).where(calendar.within(Review.opened_at, stretches))
        for review_id, since in db.session.execute(open_ones):
            if since is not None:
                yield Wait(review_id, since)


def _ended() -> tuple[ColumnElement[bool], ...]:
    """Decisions of moderators after which something waited no longer."""
    return (
        Decision.by_id.is_not(None),
        Decision.waited_seconds.is_not(None),
        Decision.undone_at.is_(None),
        Decision.act.in_(SETTLING),
    )


def _ran_out() -> ColumnElement[bool]:
    """Leases that have run out and that nobody has come across since, which would have noted it."""
    return Review.claimed_until <= now()


def _began() -> ColumnElement[Any]:
    return calendar.seconds(Decision.made_at) - Decision.waited_seconds


def _lately() -> ColumnElement[bool]:
    return Decision.made_at >= now() - LATELY
