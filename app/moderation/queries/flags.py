"""Who flagged something, and how often they were right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import PERSON_COLUMNS, Person
from app.core.db import db
from app.moderation import weights
from app.moderation.models import Flag, Review
from app.moderation.targets import Target
from app.moderation.words import Reason

MOST_FLAGS = 20


@dataclass(frozen=True, slots=True)
class FlagRow:
    """An open flag; `accuracy` is how often its author was right, in per cent, of `decided` flags of theirs."""

    by: Person
    trust: int
    reason: Reason
    note: str
    passage: str
    post_version: int | None
    weight: float
    created_at: datetime
    accuracy: int
    decided: int


def flags_of(review_id: int) -> Sequence[FlagRow]:
    """The open ones, the weightiest first, at most MOST_FLAGS; in two statements."""
    rows: Sequence[Any] = db.session.execute(
        select(Flag, Account.trust, *PERSON_COLUMNS)
        .join(Account, Account.id == Flag.account_id)
        .where(Flag.review_id == review_id, Flag.decision_id.is_(None))
        .order_by(Flag.weight.desc(), Flag.id)
        .limit(MOST_FLAGS)
    ).all()
    records = {
        row[0]: (row[1], row[2])
        for row in db.session.execute(
            select(
                Flag.account_id,
                func.count(case((Flag.upheld.is_(True), 1))),
                func.count(case((Flag.upheld.is_(False), 1))),
            )
            .where(Flag.account_id.in_([row.Flag.account_id for row in rows]))
            .group_by(Flag.account_id)
        )
    }
    shown = []
    for row in rows:
        upheld, declined = records.get(row.Flag.account_id, (0, 0))
        shown.append(
            FlagRow(
                by=Person(*row[2:]),
                trust=row.trust,
                reason=Reason(row.Flag.reason),
                note=row.Flag.note,
                passage=row.Flag.passage,
                post_version=row.Flag.post_version,
                weight=row.Flag.weight,
                created_at=row.Flag.created_at,
                accuracy=round(100 * weights.accuracy(upheld, declined)),
                decided=upheld + declined,
            )
        )
    return shown


def flagged(actor: Actor, target: Target) -> bool:
    """Whether `actor` has flagged it and nobody has looked at that yet."""
    mine = (
        select(Flag.id)
        .join(Review)
        .where(
            getattr(Review, target.column) == target.id,
            Flag.account_id == actor.id,
            Flag.decision_id.is_(None),
        )
    )
    return db.session.scalar(mine) is not None
