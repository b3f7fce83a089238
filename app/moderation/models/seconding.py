"""Decisions that need two."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_OUTSIDE = 80
WAITING = text("answered_at IS NULL")


class ProposalState(StrEnum):
    WAITING = "waiting"
    AGREED = "agreed"
    DECLINED = "declined"


class Proposal(Model):
    """What one moderator would decide and another has to agree with; nothing has happened yet.

    It is about the review as it was at `review_version`: when something else is decided first it lapses. A second from
    outside has no account: `outside` is the name they gave.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "uq_proposal_waiting", "review_id", unique=True, sqlite_where=WAITING, postgresql_where=WAITING
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    review_version: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    act: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(20), default="")
    said: Mapped[str] = mapped_column(Text, default="")
    until: Mapped[date | None]
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default=ProposalState.WAITING)
    answered_at: Mapped[datetime | None]
    second_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    outside: Mapped[str] = mapped_column(String(LONGEST_OUTSIDE), default="")
    why: Mapped[str] = mapped_column(Text, default="")
