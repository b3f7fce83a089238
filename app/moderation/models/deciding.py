"""What was decided, and who was told."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_SAID = 500
REF_LENGTH = 12
UNDONE = text("undone_at IS NOT NULL")


class Decision(Model):
    """One act on a target: by a moderator, or with no `by_id` by a rule.

    `ref` is what its address calls it. `act` is an `acts.Verb`, `reason` a `words.Reason` or empty. `said` is what those
    concerned read beside the rule. `before` is what taking it back needs. It stands until it was undone within minutes by
    a moderator, or reversed by an appeal. Where it needed two, `second_id` agreed, or somebody
    from `outside`. `batch` joins what was decided in one go.
    """

    __tablename__ = "decision"
    __table_args__ = (
        Index("ix_decision_review", "review_id", "id"),
        Index("ix_decision_by", "by_id", "made_at"),
        Index("ix_decision_subject", "subject_id", "act"),
        Index("ix_decision_made_at", "made_at"),
        Index("ix_decision_undone_at", "undone_at", sqlite_where=UNDONE, postgresql_where=UNDONE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(REF_LENGTH), unique=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    subject_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    second_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    outside: Mapped[str] = mapped_column(String(80), default="", server_default=text("''"))
    act: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(20), default="")
    said: Mapped[str] = mapped_column(Text, default="")
    automated: Mapped[bool] = mapped_column(default=False, server_default=false())
    involved: Mapped[bool] = mapped_column(default=False, server_default=false())
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    batch: Mapped[str | None] = mapped_column(String(REF_LENGTH), index=True)
    waited_seconds: Mapped[int | None]
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reversed_at: Mapped[datetime | None]

    @property
    def stands(self) -> bool:
        return self.undone_at is None and self.reversed_at is None


class Side(StrEnum):
    """Why somebody was told of a decision."""

    AUTHOR = "author"
    REPORTER = "reporter"


class Told(Model):
    """Somebody was told of a decision: from `told_at` they may appeal for a while (`appeal_until`)."""

    __tablename__ = "told"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    side: Mapped[str] = mapped_column(String(10))
    told_at: Mapped[datetime]
    appeal_until: Mapped[datetime]
