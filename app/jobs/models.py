"""The outbox."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Lane(StrEnum):
    """Who carries a row out: any worker thread by way of the queue, or the one indexer in batches."""

    QUEUE = "queue"
    INDEX = "index"


class Job(Model):
    """One thing to be done. `done_at` ends it; `dead_at` rests it until an operator retries."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_waiting", "lane", "done_at", "dead_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    lane: Mapped[str] = mapped_column(String(10))
    payload: Mapped[dict[str, int | str]] = mapped_column(JSON)
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
