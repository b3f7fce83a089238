"""What people without an account say is wrong."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import EMAIL_LENGTH
from app.core.db import Model

LONGEST_REPORT = 1_000
LONGEST_REPORTER = 80
REPORT_REF_LENGTH = 20


class Report(Model):
    """Somebody without an account says that something is wrong with a target; open until a decision answered it.

    `ref` is what its receipt's address calls it, and cannot be guessed. `upheld` says how its decision answered, as a
    flag's does; until `appeal_until` its sender may ask for another look. Afterwards `name` is empty and `email` None.
    `heard_id` is the decision they were last told of.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_review", "review_id", "created_at"),
        Index("ix_report_decision", "decision_id"),
        Index("ix_report_heard", "heard_id"),
        Index("ix_report_appeal_until", "appeal_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(REPORT_REF_LENGTH), unique=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    reason: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(LONGEST_REPORTER), default="")
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH))
    locale: Mapped[str] = mapped_column(String(16))
    post_version: Mapped[int | None]
    weight: Mapped[float]
    created_at: Mapped[datetime]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    upheld: Mapped[bool | None]
    appeal_until: Mapped[datetime | None]
    heard_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
