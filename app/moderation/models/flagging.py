"""What people say is wrong."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_NOTE = 500
LONGEST_PASSAGE = 300
OPEN = text("decision_id IS NULL")


class Flag(Model):
    """Somebody says that something is wrong with a target; open until a decision answered it.

    `passage` is the part of a post that it is about, where only a part is; `post_version` is what was flagged. Weight
    is what it counted when it came (`weights.py`); `counted` whether it counted towards hiding by itself. `upheld` says
    how its decision answered: None where it said neither.
    """

    __tablename__ = "flag"
    __table_args__ = (
        Index(
            "uq_flag_open", "review_id", "account_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        ),
        Index("ix_flag_review", "review_id", "created_at"),
        Index("ix_flag_account", "account_id", "created_at"),
        Index("ix_flag_decision", "decision_id"),
        Index("ix_flag_created_at", "created_at", "reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    passage: Mapped[str] = mapped_column(String(LONGEST_PASSAGE), default="")
    post_version: Mapped[int | None]
    weight: Mapped[float]
    counted: Mapped[bool]
    created_at: Mapped[datetime]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    upheld: Mapped[bool | None]
