"""What a person was told, and what they want by mail."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

_UNREAD = text("read_at IS NULL")


class Kind(StrEnum):
    """What happened, seen by the person who is told."""

    ANSWER = "answer"
    REPLY = "reply"
    ACCEPTED = "accepted"
    TICKET = "ticket"


class Notification(Model):
    """One person told of one event; `key` names the event, so nobody hears of it twice.

    It holds ids only: what it is about is read, and may be seen, anew each time.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index("ix_notification_latest", "account_id", "id"),
        Index("ix_notification_unread", "account_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    ticket_id: Mapped[int | None]
    message_id: Mapped[int | None]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class MailChoice(Model):
    """Whether a person wants letters of one kind; without a row they do."""

    __tablename__ = "mail_choice"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    on: Mapped[bool]
