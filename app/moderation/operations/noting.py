"""What moderators write down for each other and for themselves."""

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, select

from app.accounts.actor import Actor
from app.core import once
from app.core.clock import now
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum.masking import without_cards
from app.moderation.models import LONGEST_NOTE, LONGEST_VIEW_NAME, QueueView, Review, StaffNote

MOST_VIEWS = 20


def note(actor: Actor, *, review_id: int, source: str, token: str) -> None:
    """Leave a word about a target for other moderators. Raises NotFound, and Problem for none or too long a one."""
    if not actor.is_moderator:
        raise NotFound
    if not source:
        raise Problem(_("Write something first."), field="note")
    if len(source) > LONGEST_NOTE:
        raise Problem(_("At most %(most)s characters.", most=LONGEST_NOTE), field="note")
    with transaction() as session:
        if session.get(Review, review_id) is None:
            raise NotFound
        if once.replayed(token, actor.using("note")):
            return
        row = StaffNote(review_id=review_id, by_id=actor.id, source=without_cards(source), created_at=now())
        session.add(row)
        session.flush()
        once.settle(token, actor.using("note"), row.id)


def keep_view(actor: Actor, *, name: str, query: str) -> None:
    """Keep a way to look at the queue under a name, over an earlier one of that name. Raises NotFound and Problem."""
    if not actor.is_moderator:
        raise NotFound
    if not name:
        raise Problem(_("Give it a name."), field="name")
    if len(name) > LONGEST_VIEW_NAME:
        raise Problem(_("At most %(most)s characters.", most=LONGEST_VIEW_NAME), field="name")
    with transaction() as session:
        kept = session.scalar(
            select(func.count()).where(QueueView.account_id == actor.id, QueueView.name != name)
        )
        if (kept or 0) >= MOST_VIEWS:
            raise Problem(
                _("You keep %(most)s already. Throw one away first.", most=MOST_VIEWS), field="name"
            )
        session.merge(QueueView(account_id=actor.id, name=name, query=query))


def throw_view_away(actor: Actor, *, name: str) -> None:
    """Twice changes nothing. Raises NotFound to all but moderators."""
    if not actor.is_moderator:
        raise NotFound
    with transaction() as session:
        session.execute(delete(QueueView).where(QueueView.account_id == actor.id, QueueView.name == name))
