"""What trusted people suggest to change in what others wrote."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.forum.models.revising import LONGEST_REASON
from app.forum.models.trunk import LONGEST_IMPORTED_TITLE

_PENDING = text("state = 'pending'")


class ProposalState(StrEnum):
    """`outdated`: the post was changed meanwhile. `ended`: the post went."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    OUTDATED = "outdated"
    ENDED = "ended"


class EditProposal(Model):
    """How somebody would put a post, made on its `version`; `title` and `tags` count for an opening post only.

    One person has at most one pending proposal for a post.
    """

    __tablename__ = "edit_proposal"
    __table_args__ = (
        Index(
            "uq_edit_proposal_pending",
            "post_id",
            "proposer_id",
            unique=True,
            sqlite_where=_PENDING,
            postgresql_where=_PENDING,
        ),
        Index("ix_edit_proposal_state", "state", "created_at"),
        Index("ix_edit_proposal_proposer", "proposer_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    version: Mapped[int]
    title: Mapped[str | None] = mapped_column(String(LONGEST_IMPORTED_TITLE))
    tags: Mapped[list[str] | None] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    proposer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(String(10), default=ProposalState.PENDING)
    created_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    word: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
