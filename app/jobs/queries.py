"""Reading the outbox, for operators."""

from collections.abc import Sequence

from sqlalchemy import func, select

from app.core.db import db
from app.jobs.models import Job


def dead(limit: int = 100) -> Sequence[Job]:
    """Dead letters, the latest first."""
    return db.session.scalars(
        select(Job).where(Job.dead_at.is_not(None)).order_by(Job.id.desc()).limit(limit)
    ).all()


def waiting(limit: int = 100) -> Sequence[Job]:
    """Jobs not done yet, the oldest first."""
    rows = select(Job).where(Job.done_at.is_(None), Job.dead_at.is_(None)).order_by(Job.id).limit(limit)
    return db.session.scalars(rows).all()


def counts() -> tuple[int, int]:
    """How many wait, how many are dead letters."""
    open_ = select(func.count()).where(Job.done_at.is_(None))
    waiting_count = db.session.scalar(open_.where(Job.dead_at.is_(None)))
    return waiting_count or 0, db.session.scalar(open_.where(Job.dead_at.is_not(None))) or 0
