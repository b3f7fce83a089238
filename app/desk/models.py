"""Tickets and what is written in them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.desk import refs

LONGEST_SUBJECT = 150
LONGEST_ORDER_NUMBER = 40
LONGEST_TRIED = 2_000
LONGEST_OUTCOME_NOTE = 300


class Topic(StrEnum):
    """What a ticket is about; `words.TOPICS` says it in a seller's words."""

    DISPUTE = "dispute"
    POLICY = "policy"
    LISTING = "listing"
    SHIPPING = "shipping"
    PAYMENT = "payment"
    TRACKING = "tracking"
    ACCOUNT = "account"
    IP = "ip"
    SAFETY = "safety"


class Status(StrEnum):
    """Whose turn it is."""

    NEW = "new"
    OPEN = "open"
    WAITING_USER = "waiting-user"
    WAITING_THIRD_PARTY = "waiting-third-party"
    SOLVED = "solved"
    CLOSED = "closed"


OVER = (Status.SOLVED, Status.CLOSED)


class Outcome(StrEnum):
    """How it went with the marketplace, as the person who took it there says."""

    SOLVED = "solved"
    PARTLY = "partly"
    REFUSED = "refused"
    SILENCE = "silence"


class Ticket(Model):
    """One matter. `ref` is its label, never a secret: the policy guards.

    `thread_id` is the question it grew from. `last_message_*` count what both sides see; `updated_at` and `version`
    also move with internal notes, so only agents may be shown them.
    """

    __tablename__ = "ticket"
    __table_args__ = (Index("ix_ticket_inbox", "status", "last_message_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(refs.LENGTH), unique=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), index=True)
    topic: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    order_number: Mapped[str | None] = mapped_column(String(LONGEST_ORDER_NUMBER))
    tried: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    last_message_at: Mapped[datetime]
    last_message_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    solved_at: Mapped[datetime | None]


class TicketMessage(Model):
    """One message; `internal` ones are notes among agents.

    `html` is what the text pipeline of `pipeline_version` made of `source`.
    """

    __tablename__ = "ticket_message"
    __table_args__ = (Index("ix_ticket_message_ticket", "ticket_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    internal: Mapped[bool]
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    pipeline_version: Mapped[int]
    created_at: Mapped[datetime]


class Escalation(Model):
    """A thread that went to Support, or with no ticket one that its asker took to the marketplace itself.

    One at a time: until `ended_at`. `ask_at` is when the asker is asked how it went, None once they were. `taken_back`
    where moderators let it count as if it had not gone.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        Index(
            "uq_escalation_open",
            "thread_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_escalation_thread", "thread_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), unique=True)
    answer_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    ask_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str | None] = mapped_column(String(10))
    outcome_note: Mapped[str] = mapped_column(String(LONGEST_OUTCOME_NOTE), default="")
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    taken_back: Mapped[bool] = mapped_column(default=False, server_default=false())
