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
    """One row a question; a single column holds the accepted post, so there is never more than one."""

    __tablename__ = "question"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    accepted_post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    accepted_at: Mapped[datetime | None]


class KnownDuplicate(Model):
    """An imported question that was marked, where it comes from, as asked before; `of_id` is the thread it points to."""

    __tablename__ = "known_duplicate"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    of_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), index=True)
