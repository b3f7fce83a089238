"""A moderator's spell of work: the twenty worst, then a word for whoever comes next."""

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum.masking import without_cards
from app.moderation.models import Review, Shift
from app.moderation.models.flagging import LONGEST_NOTE

WORST = 20
TOO_LONG = _("At most %(most)s characters.", most=LONGEST_NOTE)


def begin_shift(actor: Actor) -> None:
    """Begin to work through the WORST ones; in a shift already, nothing changes. Raises NotFound."""
    if not actor.is_moderator:
        raise NotFound
    with transaction() as session:
        if _open(actor) is None:
            session.add(Shift(account_id=actor.id, began_at=now()))


def end_shift(actor: Actor, *, note: str) -> int:
    """End it, and leave a `note` for the next moderator; how many still wait. In none, nothing changes.

    Raises NotFound and Problem.
    """
    if not actor.is_moderator:
        raise NotFound
    if len(note) > LONGEST_NOTE:
        raise Problem(TOO_LONG, field="note")
    with transaction() as session:
        left = session.scalar(select(func.count()).where(Review.opened_at.is_not(None))) or 0
        shift = _open(actor)
        if shift is not None:
            shift.ended_at, shift.left, shift.note = now(), left, without_cards(note)
        return left


def _open(actor: Actor) -> Shift | None:
    return db.session.scalar(
        select(Shift).where(Shift.account_id == actor.id, Shift.ended_at.is_(None)).with_for_update()
    )
