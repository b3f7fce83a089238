"""Filing a ticket, writing in it, moving it on."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select, update

from app.accounts.actor import Actor
from app.accounts.queries import people
from app.audit.operations import record
from app.core import once
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.desk import policy, refs
from app.desk.events import TicketFiled, TicketReplied
from app.desk.intake import refuse_cards
from app.desk.models import OVER, Status, Ticket, TicketMessage, Topic
from app.desk.operations.ending import end_escalation
from app.forum import operations as forum
from app.forum.models import Thread
from app.questions.ports import Outcomes
from app.search import helping
from app.search.models import HELP


def file_ticket(
    actor: Actor,
    *,
    topic: Topic,
    subject: str,
    source: str,
    token: str,
    tried: str = "",
    order_number: str | None = None,
    thread_id: int | None = None,
    visitor: str | None = None,
    refused_matches: bool = False,
) -> int:
    """File a ticket; its id. The same `token` again answers with the same id and files nothing.

    `source` is what happened and becomes the first message; `tried` is plain text. The ticket is linked to
    `thread_id` when that is the actor's own. The draft of the help form goes with it, also the one kept under
    `visitor` before they signed in. Raises Problem.
    """
    if reason := policy.file(actor):
        raise Problem(reason)
    refuse_cards(subject=subject, order_number=order_number, source=source, tried=tried)
    words = forum.prepared(source, private=True)
    with transaction():
        if known := once.replayed(token, actor.using("ticket")):
            return known
        ticket_id = open_ticket(
            actor,
            words,
            thread_id=_own_thread(actor, thread_id),
            topic=topic,
            subject=subject,
            order_number=order_number or None,
            tried=tried,
        )
        helping.file(actor)
        forum.discard_draft(actor, visitor, HELP, token)
        if refused_matches:
            part(Outcomes).none_fit(actor, visitor, form=HELP)
        once.settle(token, actor.using("ticket"), ticket_id)
        emit(TicketFiled(ticket_id))
        return ticket_id


def reply(
    actor: Actor, *, ref: str, source: str, token: str, internal: bool = False, visitor: str | None = None
) -> int:
    """Write a message, or with `internal` a note that only agents read; its id. Idempotent by `token`.

    The requester's message brings a waiting or lately solved ticket back to Support; an agent's hands it to the
    requester. Raises NotFound or Problem.
    """
    refuse_cards(source=source)
    words = forum.prepared(source, private=True)
    with transaction() as session:
        if known := once.replayed(token, actor.using("message")):
            return known
        ticket = _ticket(actor, ref)
        works = policy.can_work(actor, ticket)
        if internal and not works:
            raise NotFound
        if not internal and (reason := policy.reply(actor, ticket)):
            raise Problem(reason)
        message = TicketMessage(
            ticket_id=ticket.id, author_id=actor.id, internal=internal, created_at=now(), **words.columns
        )
        session.add(message)
        session.flush()
        ticket.version += 1
        ticket.updated_at = message.created_at
        if not internal:
            ticket.status = after_reply(Status(ticket.status), by_support=works)
            if not works:
                ticket.solved_at = None
            ticket.last_message_at = message.created_at
            ticket.last_message_by_id = message.author_id
            emit(TicketReplied(message.id, ticket.id, message.author_id))
        forum.discard_draft(actor, visitor, reply_draft(ticket.ref, internal=internal), token)
        once.settle(token, actor.using("message"), message.id)
        return message.id


def set_status(actor: Actor, *, ref: str, status: Status, version: int) -> None:
    """Say whose turn it is. `version` is the one the agent saw: raises Problem when the ticket moved meanwhile.

    Raises NotFound for anybody but the agents who may work on it. The status it has already changes nothing.
    """
    with transaction():
        ticket = workable(actor, ref)
        if ticket.thread_id is not None:
            # Its thread may come back with it, and is taken first, as everywhere.
            forum.hold_thread(ticket.thread_id)
            db.session.refresh(ticket)
        before = ticket.status
        if before == status:
            return
        if status is Status.NEW:
            raise Problem(
                _("A ticket is new only until Support first answers it. Choose another status."),
                field="status",
            )
        solved = (ticket.solved_at or now()) if status in OVER else None
        if not _change(ticket.id, Ticket.version == version, status=status, solved_at=solved):
            raise Problem(policy.CHANGED_MEANWHILE, field="status")
        if solved:
            end_escalation(ticket.id)
        record(
            "set_status",
            actor_id=actor.id,
            target="ticket",
            target_id=ticket.id,
            facts={"from": before, "to": status},
        )


def take(actor: Actor, *, ref: str) -> None:
    """Take a ticket nobody has. Raises Problem naming whoever was faster, NotFound for all but agents.

    Taking one's own again changes nothing.
    """
    with transaction():
        ticket = workable(actor, ref)
        if _change(ticket.id, Ticket.assignee_id.is_(None), assignee_id=actor.id):
            record("take", actor_id=actor.id, target="ticket", target_id=ticket.id)
            return
        holder_id = db.session.scalar(select(Ticket.assignee_id).where(Ticket.id == ticket.id))
        if holder_id is not None and holder_id != actor.id:
            holder = people([holder_id])[holder_id]
            raise Problem(_("%(name)s has taken this ticket already.", name=holder.display_name))


def forget_draft(actor: Actor, *, visitor: str | None) -> None:
    """Forget what was typed into the help form."""
    with transaction():
        forum.discard_draft(actor, visitor, HELP)


def reply_draft(ref: str, *, internal: bool = False) -> str:
    """The name under which an unsent message is kept."""
    return f"{'note' if internal else 'reply'}:{ref}"


def open_ticket(actor: Actor, words: forum.Words, **facts: Any) -> int:
    """Write a new ticket of `actor`'s with its first message, in the open transaction; its id.

    Under a reference nobody has, whoever else files at this moment.
    """
    moment = now()
    row = {
        **facts,
        "requester_id": actor.id,
        "status": Status.NEW,
        "created_at": moment,
        "updated_at": moment,
        "last_message_at": moment,
        "last_message_by_id": actor.id,
    }
    ticket_id = None
    while ticket_id is None:
        fresh = insert_ignoring(Ticket).values(ref=refs.draw(), **row).returning(Ticket.id)
        ticket_id = db.session().connection().execute(fresh).scalar()
    db.session.add(
        TicketMessage(
            ticket_id=ticket_id, author_id=actor.id, internal=False, created_at=moment, **words.columns
        )
    )
    return int(ticket_id)


def _own_thread(actor: Actor, thread_id: int | None) -> int | None:
    if thread_id is None:
        return None
    return db.session.scalar(select(Thread.id).where(Thread.id == thread_id, Thread.author_id == actor.id))


def _ticket(actor: Actor, ref: str) -> Ticket:
    """The row, locked until the transaction ends. Raises NotFound when it is missing or not for `actor` to see."""
    row = db.session.scalar(select(Ticket).where(Ticket.ref == refs.canonical(ref)).with_for_update())
    if row is None or not policy.can_see(actor, row):
        raise NotFound
    return row


def workable(actor: Actor, ref: str) -> Ticket:
    """The row, for an agent who may work on it. Raises NotFound."""
    row = db.session.scalar(select(Ticket).where(Ticket.ref == refs.canonical(ref)))
    if row is None or not policy.can_work(actor, row):
        raise NotFound
    return row


def _change(ticket_id: int, still: ColumnElement[bool], **values: Any) -> bool:
    """Change the ticket if `still` holds at this moment; whether it did."""
    changed = (
        update(Ticket)
        .where(Ticket.id == ticket_id, still)
        .values(version=Ticket.version + 1, updated_at=now(), **values)
    )
    return bool(db.session().connection().execute(changed).rowcount)


def after_reply(status: Status, *, by_support: bool) -> Status:
    """Whose turn it is once somebody has written."""
    if by_support:
        return Status.WAITING_USER if status in {Status.NEW, Status.OPEN} else status
    return status if status is Status.NEW else Status.OPEN
