"""Reading tickets, always through what the actor may see."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import LazyString
from sqlalchemy import ColumnElement, Row, Select, func, select

from app.accounts.actor import Actor
from app.accounts.queries import Person, people
from app.core.db import db
from app.core.problems import NotFound
from app.core.text import excerpt, plain
from app.core.web.pages import Page, cut
from app.desk import policy, refs
from app.desk.models import OVER, Escalation, Status, Ticket, TicketMessage, Topic
from app.desk.words import STATUS_FOR_AGENTS, STATUS_FOR_REQUESTER, TOPICS
from app.forum.models import Post, Thread
from app.forum.policy import visible_posts
from app.forum.queries import ThreadRow, standing_in, threads_by_id

PAGE_SIZE = 20
EXCERPT_CHARACTERS = 300


class Shelf(StrEnum):
    """The parts of the inbox."""

    WAITING = "waiting"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class TicketRow:
    """One ticket in a list; `by_support` is the side that wrote last."""

    ref: str
    subject: str
    topic: LazyString
    status: Status
    status_word: LazyString
    requester: Person
    assignee: Person | None
    created_at: datetime
    last_message_at: datetime
    by_support: bool


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message on a ticket's page."""

    id: int
    author: Person
    html: str
    internal: bool
    by_support: bool
    created_at: datetime

    @property
    def anchor(self) -> str:
        return f"m-{self.id}"


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Everything a ticket's page shows; `works` tells an agent's page from the requester's."""

    row: TicketRow
    works: bool
    version: int
    order_number: str | None
    tried: str
    thread: ThreadRow | None
    escalated: bool
    messages: Sequence[MessageRow]
    closed_because: LazyString | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice about a message says."""

    title: str
    url: str
    excerpt: str
    author: Person


def page(actor: Actor, ref: str) -> TicketPage:
    """One ticket, oldest message first. Raises NotFound when it is missing or not for `actor` to see."""
    ticket = db.session.scalar(select(Ticket).where(Ticket.ref == refs.canonical(ref), policy.visible(actor)))
    if ticket is None:
        raise NotFound
    messages = db.session.execute(
        _messages(actor).where(Ticket.id == ticket.id).order_by(TicketMessage.created_at, TicketMessage.id)
    ).all()
    faces = people({row.author_id for row in messages} | {ticket.requester_id, ticket.assignee_id})
    works = policy.can_work(actor, ticket)
    thread_id = standing_in([ticket.thread_id])[ticket.thread_id] if ticket.thread_id else 0
    threads = threads_by_id(actor, [thread_id])
    return TicketPage(
        row=_row(actor, ticket, faces),
        works=works,
        version=ticket.version,
        order_number=ticket.order_number,
        tried=ticket.tried,
        thread=threads.get(thread_id),
        escalated=bool(ticket.thread_id) and is_escalated(ticket.thread_id or 0, ticket.ref),
        messages=[
            MessageRow(
                id=row.id,
                author=faces[row.author_id],
                html=row.html,
                internal=row.internal,
                by_support=row.author_id != ticket.requester_id,
                created_at=row.created_at,
            )
            for row in messages
        ],
        closed_because=policy.reply(actor, ticket),
    )


def mine(actor: Actor, number: int) -> Page[TicketRow]:
    """The tickets `actor` filed, the latest message first."""
    filed = (policy.visible(actor), Ticket.requester_id == actor.id)
    return _rows(
        actor, select(Ticket).where(*filed).order_by(Ticket.last_message_at.desc(), Ticket.id.desc()), number
    )


def inbox(actor: Actor, shelf: Shelf, number: int) -> Page[TicketRow]:
    """The tickets on one shelf: the longest waiting first, solved ones the latest first."""
    rows = select(Ticket).where(policy.workable(actor), _on(shelf, actor))
    latest = Ticket.last_message_at.desc() if shelf is Shelf.SOLVED else Ticket.last_message_at.asc()
    return _rows(actor, rows.order_by(latest, Ticket.id), number)


def carried_over(actor: Actor, thread_id: int | None) -> dict[str, str]:
    """What `actor` wrote in a thread of their own, as the fields of the help form; empty for any other thread."""
    row = db.session.execute(
        select(func.coalesce(Thread.unmasked_title, Thread.title).label("title"), Post.source)
        .join(Post, Post.thread_id == Thread.id)
        .where(
            Thread.id == thread_id,
            Thread.author_id == actor.id,
            Post.parent_id.is_(None),
            visible_posts(actor),
        )
    ).one_or_none()
    return {"thread": str(thread_id), "subject": row.title, "source": row.source} if row else {}


def ref_of(actor: Actor, ticket_id: int) -> str:
    """The reference of a ticket. Raises NotFound when it is not for `actor` to see."""
    ref = db.session.scalar(select(Ticket.ref).where(Ticket.id == ticket_id, policy.visible(actor)))
    if ref is None:
        raise NotFound
    return ref


def filed_about(actor: Actor, thread_id: int) -> str | None:
    """The reference of the actor's own unfinished ticket about this thread, the latest one."""
    return db.session.scalar(
        select(Ticket.ref)
        .where(
            policy.visible(actor),
            Ticket.requester_id == actor.id,
            Ticket.thread_id == thread_id,
            Ticket.status.not_in(OVER),
        )
        .order_by(Ticket.id.desc())
        .limit(1)
    )


def is_escalated(thread_id: int, ref: str) -> bool:
    """Whether it was with this ticket that the thread went to Support, and that counts."""
    rows = select(Escalation.id).join(Ticket, Ticket.id == Escalation.ticket_id)
    counts = (Escalation.thread_id == thread_id, Escalation.taken_back.is_(False))
    return db.session.scalar(rows.where(Ticket.ref == ref, *counts)) is not None


def latest_escalation(thread_id: int) -> int:
    """The id of the last time a thread went to Support."""
    rows = select(Escalation.id).where(Escalation.thread_id == thread_id)
    return db.session.scalars(rows.order_by(Escalation.id.desc()).limit(1)).one()


def told_outcome(actor: Actor, thread_id: int) -> dict[str, str | None]:
    """What `actor` said of how it went with the marketplace, as the fields of its form.

    Raises NotFound when they did not take this thread there.
    """
    row = db.session.execute(
        select(Escalation.outcome, Escalation.outcome_note)
        .where(policy.own_attempts(actor), Escalation.thread_id == thread_id)
        .order_by(Escalation.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound
    return {"outcome": row.outcome, "note": row.outcome_note}


def recipient(ticket_id: int, author_id: int) -> int | None:
    """Who hears of a public message by `author_id`: the requester of Support's, whoever took the ticket of theirs."""
    row = db.session.execute(
        select(Ticket.requester_id, Ticket.assignee_id).where(Ticket.id == ticket_id)
    ).one_or_none()
    if row is None:
        return None
    hears = row.assignee_id if author_id == row.requester_id else row.requester_id
    return None if hears == author_id else hears


def notices(actor: Actor, message_ids: Collection[int]) -> dict[int, Notice]:
    """What `actor` may be told of messages, by their ids; those that are not for them to see are left out."""
    rows = db.session.execute(
        _messages(actor)
        .add_columns(Ticket.ref, Ticket.subject, Ticket.requester_id)
        .where(TicketMessage.id.in_(message_ids))
    ).all()
    faces = people(row.author_id for row in rows)
    return {row.id: _notice(actor, row, faces[row.author_id]) for row in rows}


def _notice(actor: Actor, row: Row[Any], author: Person) -> Notice:
    endpoint = "desk.ticket" if actor.id == row.requester_id else "desk.work"
    url = url_for(endpoint, ref=row.ref, _anchor=f"m-{row.id}")
    return Notice(row.subject, url, excerpt(plain(row.html), EXCERPT_CHARACTERS), author)


def _messages(actor: Actor) -> Select[int, int, str, bool, datetime]:
    return (
        select(
            TicketMessage.id,
            TicketMessage.author_id,
            TicketMessage.html,
            TicketMessage.internal,
            TicketMessage.created_at,
        )
        .join(Ticket, Ticket.id == TicketMessage.ticket_id)
        .where(policy.messages_visible(actor))
    )


def _on(shelf: Shelf, actor: Actor) -> ColumnElement[bool]:
    unfinished = Ticket.status.not_in(OVER)
    return {
        Shelf.WAITING: Ticket.status.in_([Status.NEW, Status.OPEN]),
        Shelf.MINE: unfinished & (Ticket.assignee_id == actor.id),
        Shelf.UNASSIGNED: unfinished & Ticket.assignee_id.is_(None),
        Shelf.SOLVED: Ticket.status.in_(OVER),
    }[shelf]


def _rows(actor: Actor, rows: Select[Ticket], number: int) -> Page[TicketRow]:
    found = db.session.scalars(rows.offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)).all()
    faces = people({person for row in found for person in (row.requester_id, row.assignee_id)})
    return cut([_row(actor, row, faces) for row in found], number, PAGE_SIZE)


def _row(actor: Actor, ticket: Ticket, faces: dict[int, Person]) -> TicketRow:
    words = STATUS_FOR_AGENTS if policy.can_work(actor, ticket) else STATUS_FOR_REQUESTER
    status = Status(ticket.status)
    return TicketRow(
        ref=ticket.ref,
        subject=ticket.subject,
        topic=TOPICS[Topic(ticket.topic)].label,
        status=status,
        status_word=words[status],
        requester=faces[ticket.requester_id],
        assignee=faces.get(ticket.assignee_id or 0),
        created_at=ticket.created_at,
        last_message_at=ticket.last_message_at,
        by_support=ticket.last_message_by_id != ticket.requester_id,
    )
