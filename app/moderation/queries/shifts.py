"""A moderator's spell of work, and what they keep for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import PERSON_COLUMNS, Person
from app.core.db import db
from app.moderation.models import Decision, QueueView, Review, Shift
from app.moderation.operations.shifting import WORST


@dataclass(frozen=True, slots=True)
class ShiftNow:
    """The shift somebody is in: how much of WORST they have decided, and how many still wait."""

    began_at: datetime
    decided: int
    waiting: int

    @property
    def done(self) -> bool:
        return self.decided >= WORST or not self.waiting


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The last shift that ended: by whom, how many waited, and what they wrote down."""

    by: Person
    ended_at: datetime
    left: int
    note: str


def shift_now(actor: Actor) -> ShiftNow | None:
    """None when `actor` is in none."""
    began = db.session.scalar(
        select(Shift.began_at).where(Shift.account_id == actor.id, Shift.ended_at.is_(None))
    )
    if began is None:
        return None
    decided = select(func.count(Decision.review_id.distinct())).where(
        Decision.by_id == actor.id, Decision.made_at >= began, Decision.undone_at.is_(None)
    )
    left = select(func.count()).where(Review.opened_at.is_not(None))
    return ShiftNow(began, db.session.scalar(decided) or 0, db.session.scalar(left) or 0)


def handed_over() -> HandedOver | None:
    row: Any = db.session.execute(
        select(Shift.ended_at, Shift.left, Shift.note, *PERSON_COLUMNS)
        .join(Account, Account.id == Shift.account_id)
        .where(Shift.ended_at.is_not(None))
        .order_by(Shift.ended_at.desc())
        .limit(1)
    ).one_or_none()
    return HandedOver(Person(*row[3:]), row[0], row[1] or 0, row[2]) if row else None


def views_of(actor: Actor) -> Sequence[tuple[str, str]]:
    """The ways to look at the queue that `actor` keeps: name and query."""
    rows = select(QueueView.name, QueueView.query).where(QueueView.account_id == actor.id)
    return [(name, query) for name, query in db.session.execute(rows.order_by(QueueView.name))]
