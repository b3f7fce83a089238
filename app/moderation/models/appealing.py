"""Decisions that somebody asks to look at again."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_APPEAL = 2_000
WAITING = text("decided_at IS NULL")


class AppealState(StrEnum):
    WAITING = "waiting"
    STANDS = "stands"
    REVERSED = "reversed"


class Appeal(Model):
    """Somebody who was told of a decision says why it is wrong: once a person, or a report, and decision.

    `same_moderator` says that whoever decided had to decide again, because nobody else could.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("decision_id", "account_id"),
        UniqueConstraint("decision_id", "report_id"),
        CheckConstraint("(account_id IS NULL) <> (report_id IS NULL)", name="whose"),
        Index("ix_appeal_waiting", "created_at", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    side: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default=AppealState.WAITING)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    same_moderator: Mapped[bool] = mapped_column(default=False, server_default=false())
