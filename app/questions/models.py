"""What a question adds to its thread."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

KIND = "question"


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
    """

    __tablename__ = "question"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    accepted_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    accepted_at: Mapped[datetime | None]
    with_support_at: Mapped[datetime | None]
    too_count: Mapped[int] = mapped_column(default=0, server_default="0")


class HaveToo(Model):
    """Somebody other than the asker has the same question; the question counts them."""

    __tablename__ = "have_too"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    created_at: Mapped[datetime]
