"""What a question adds to its thread."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.forum.models import LONGEST_REASON

KIND = "question"
LONGEST_DIFFERENCE = 500


class State(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    SOLVED = "solved"
    DUPLICATE = "duplicate"
    ESCALATED = "escalated"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Question(Model):
    """One row a question; a single column holds the accepted post, so there is never more than one.

    `with_support_at` says when it last went to Support, so that only then anybody has to ask how it stands there.
    `confirmed_at` is when the accepted answer was last found to be right still, `stale_at` when it was found not to be.
    `duplicate_of_id` is the question that was asked before; what the asker says differs from it stays in `differs`.
    `archived_from` is the state that an archived question goes back to.
    """

    __tablename__ = "question"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    accepted_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    accepted_at: Mapped[datetime | None]
    with_support_at: Mapped[datetime | None]
    too_count: Mapped[int] = mapped_column(default=0, server_default="0")
    confirmed_at: Mapped[datetime | None]
    stale_at: Mapped[datetime | None]
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), index=True)
    duplicate_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    duplicate_at: Mapped[datetime | None]
    differs: Mapped[str] = mapped_column(String(LONGEST_DIFFERENCE), default="", server_default=text("''"))
    archive_reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="", server_default=text("''"))
    archived_from: Mapped[str | None] = mapped_column(String(16))


class HaveToo(Model):
    """Somebody other than the asker has the same question; the question counts them."""

    __tablename__ = "have_too"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    created_at: Mapped[datetime]


class DuplicateMark(Model):
    """Somebody said once that a question was asked before as `of_id`; with `ended_at` its asker said how it differs."""

    __tablename__ = "duplicate_mark"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    of_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Confirmation(Model):
    """What one person said when asked whether an accepted answer is still right; begun anew once that is settled."""

    __tablename__ = "confirmation"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    is_right: Mapped[bool]
    created_at: Mapped[datetime]
