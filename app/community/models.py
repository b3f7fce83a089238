"""The ledger of reputation, and who was asked about which question."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Reason(StrEnum):
    """What brought points, or took some."""

    HELPFUL = "helpful"
    UNHELPFUL = "unhelpful"
    ACCEPTED = "accepted"


class Reputation(Model):
    """One thing that counts for or against a person; `key` names it, so that it counts once.

    A row stands for what is so now: a vote that is taken back takes its row along. What others may not see counts
    nothing: its rows stay, with 0 points, until it is seen again.
    """

    __tablename__ = "reputation"
    __table_args__ = (Index("ix_reputation_latest", "account_id", "created_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(String(16))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime]


class Ask(Model):
    """Somebody was asked whether they can answer a question that waits."""

    __tablename__ = "ask"
    __table_args__ = (Index("ix_ask_person", "account_id", "created_at"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    created_at: Mapped[datetime]
