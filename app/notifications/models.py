"""What a person was told, what they want by mail and when, and the letters that told them."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

_UNREAD = text("read_at IS NULL")
_SAVED = text("saved_at IS NOT NULL")
_WAITING = text("mail_at IS NOT NULL")
_TAKEN = text("letter_id IS NOT NULL")


class Kind(StrEnum):
    """What happened, seen by the person who is told; each can come by mail at another pace."""

    ANSWER = "answer"
    REPLY = "reply"
    MENTION = "mention"
    ACCEPTED = "accepted"
    FOLLOWED = "followed"
    ASKED = "asked"
    YOURS = "yours"
    SUPPORT = "support"
    OUTCOME = "outcome"
    STANDING = "standing"
    TICKET = "ticket"
    FLAG = "flag"
    QUEUE = "queue"


class Cadence(StrEnum):
    """How soon news of a kind comes by mail."""

    NOW = "now"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


class Notification(Model):
    """One person told of one event; `key` names the event, so nobody hears of it twice.

    It holds ids only: what it is about is read, and may be seen, anew each time. `what` says more of the kinds that
    have several sorts (`words.py` has them). `actor_id` is None where no name is told: moderators sign together.
    `mail_at` is when the worker next looks whether a letter is due, None when none is to come; `mailed_at` is when a
    letter took it along, which happens once.
    """

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index("ix_notification_latest", "account_id", "id"),
        Index("ix_notification_unread", "account_id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("ix_notification_saved", "account_id", sqlite_where=_SAVED, postgresql_where=_SAVED),
        Index(
            "ix_notification_waiting",
            "mail_at",
            "account_id",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_notification_letter", "letter_id", sqlite_where=_TAKEN, postgresql_where=_TAKEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(String(10))
    what: Mapped[str] = mapped_column(String(20), default="", server_default=text("''"))
    key: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    ticket_id: Mapped[int | None]
    message_id: Mapped[int | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    saved_at: Mapped[datetime | None]
    mail_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))


class Letter(Model):
    """One letter with news: of one thread or ticket, or a digest, which has the day it is for, in the person's zone.

    The day is unique, so two workers cannot send two digests on it.
    """

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("account_id", "digest_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    digest_day: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


class MailChoice(Model):
    """How soon a person wants news of one kind by mail; without a row `timing.DEFAULTS` says."""

    __tablename__ = "mail_choice"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    cadence: Mapped[str] = mapped_column(String(10), default=Cadence.NOW, server_default=text("'now'"))


class MailHours(Model):
    """When a person's digests come and when letters wait, in whole hours of their zone; weekdays count from Monday, 0.

    There are no quiet hours when they end where they begin. Without a row `timing.Hours` says.
    """

    __tablename__ = "mail_hours"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    digest_hour: Mapped[int]
    digest_weekday: Mapped[int]
    quiet_from: Mapped[int]
    quiet_until: Mapped[int]
