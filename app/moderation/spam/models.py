"""What was scored, and the traces that tell one text or address from many."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class SpamScore(Model):
    """A post that moderators should look at; `parts` are points by the key of each sign, `score` is their sum."""

    __tablename__ = "spam_score"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    score: Mapped[int]
    parts: Mapped[dict[str, int]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(index=True)


class PostTrace(Model):
    """That somebody who is no veteran posted this text, or a link to this host: `value` is a digest of either.

    Kept for `scoring.REMEMBERED`.
    """

    __tablename__ = "post_trace"
    __table_args__ = (Index("ix_post_trace_value", "value", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    value: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(index=True)
