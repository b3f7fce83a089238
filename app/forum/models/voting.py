"""Votes, and who follows a thread."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Vote(Model):
    """One person's word on one post: 1 helpful, -1 not helpful. The post counts them."""

    __tablename__ = "vote"
    __table_args__ = (CheckConstraint("value IN (1, -1)", name="value"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    value: Mapped[int]
    created_at: Mapped[datetime]


class Follow(Model):
    """Somebody wants to hear of a thread they are not in, or with `muted` of one no more.

    `followed` says of a muted one that they followed it before, which hearing of it again brings back.
    """

    __tablename__ = "follow"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True, index=True)
    muted: Mapped[bool] = mapped_column(default=False)
    followed: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime]
