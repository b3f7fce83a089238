"""Which trial runs, and who is drawn for it."""

from hashlib import sha256

from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.search.models import Arm, Trial


def running() -> Trial | None:
    """The trial that sessions beginning now are drawn for."""
    today = now().date()
    return db.session.scalar(
        select(Trial)
        .where(Trial.stopped_at.is_(None), Trial.begins_on <= today, Trial.ends_on >= today)
        .order_by(Trial.id.desc())
        .limit(1)
    )


def draw(trial: Trial, who: str, nth: int) -> Arm | None:
    """The arm of the `nth` session of `who`; None for those that are left out.

    As good as random, for nobody knows the trial's salt, and yet the same however often it is asked: so a page that only
    reads can show what a session will be before there is one.
    """
    number = int.from_bytes(sha256(f"{trial.salt}:{who}:{nth}".encode()).digest()[:8])
    place = number / 2**64 * 100
    if place >= trial.share:
        return None
    return Arm.CONTROL if place < trial.share / 2 else Arm.OPEN
