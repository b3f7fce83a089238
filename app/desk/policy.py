"""Who may see and change a ticket, as a check and as its SQL twin."""

from datetime import timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, false, not_, or_, true

from app.accounts.actor import Actor
from app.config import Mode, Settings
from app.core.clock import now
from app.core.parts import part
from app.desk.models import Escalation, Status, Ticket, TicketMessage
from app.forum.models import Thread, Visibility
from app.forum.policy import can_see_thread
from app.questions.policy import go_to_support

REOPENS_FOR = timedelta(days=7)

CHANGED_MEANWHILE = _(
    "This ticket changed while you were looking at it. Read what is new, then choose again."
)


def has_desk() -> bool:
    """Whether this site has a support desk at all; in community mode nobody sees a ticket."""
    return part(Settings).mode is Mode.SUPPORT


def can_see(actor: Actor, ticket: Ticket) -> bool:
    """The requester and agents; nobody else, moderators neither."""
    return has_desk() and actor.signed_in and (ticket.requester_id == actor.id or actor.is_agent)


def visible(actor: Actor) -> ColumnElement[bool]:
    """`can_see` for a SELECT from ticket."""
    if not has_desk() or not actor.signed_in:
        return false()
    return true() if actor.is_agent else Ticket.requester_id == actor.id


def can_work(actor: Actor, ticket: Ticket) -> bool:
    """Agents, but never on a ticket of their own: there they are the person who asks."""
    return can_see(actor, ticket) and actor.is_agent and ticket.requester_id != actor.id


def workable(actor: Actor) -> ColumnElement[bool]:
    """`can_work` for a SELECT from ticket."""
    return and_(visible(actor), Ticket.requester_id != actor.id) if actor.is_agent else false()


def can_see_message(actor: Actor, message: TicketMessage, ticket: Ticket) -> bool:
    """Whoever sees the ticket; internal notes only those who work on it."""
    return can_work(actor, ticket) if message.internal else can_see(actor, ticket)


def messages_visible(actor: Actor) -> ColumnElement[bool]:
    """`can_see_message` for a SELECT from ticket_message joined with its ticket."""
    return or_(and_(visible(actor), not_(TicketMessage.internal)), workable(actor))


def file(actor: Actor) -> LazyString | None:
    """Why `actor` may not file a ticket; None when they may."""
    if not has_desk():
        return _("This site has no support desk of its own.")
    return None if actor.signed_in else _("Sign in to write to Support.")


def reply(actor: Actor, ticket: Ticket) -> LazyString | None:
    """Why somebody who sees the ticket may not write in it; None when they may."""
    if can_work(actor, ticket):
        return (
            _("This ticket is closed. Open it first, then write.") if ticket.status == Status.CLOSED else None
        )
    if ticket.status == Status.CLOSED or (ticket.solved_at and now() - ticket.solved_at > REOPENS_FOR):
        return _(
            "This ticket is closed, so nobody would see a reply. Please write to Support anew and mention %(ref)s.",
            ref=ticket.ref,
        )
    return None


def escalate(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not take this thread to Support; None when they may: its asker, and moderators.

    Where there is no desk the way leads to the marketplace, and is the asker's alone.
    """
    own = actor.signed_in and actor.id == thread.author_id
    if not can_see_thread(actor, thread) or not (own or (actor.is_moderator and has_desk())):
        return _("Only the person who asked can take this to Support.")
    return go_to_support(thread)


def can_answer_publicly(thread: Thread) -> bool:
    """Whether Support may answer in this thread: it is there for everybody."""
    return thread.visibility == Visibility.PUBLIC


def own_attempts(actor: Actor) -> ColumnElement[bool]:
    """For a SELECT from escalation: what `actor` took to the marketplace themselves."""
    if not actor.signed_in:
        return false()
    return and_(Escalation.by_id == actor.id, Escalation.ticket_id.is_(None))
