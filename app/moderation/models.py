"""What moderators decided, and what people flagged."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_NOTE = 500
OPEN = text("handled_at IS NULL")


class HeldDecision(Model):
    """A moderator let a held post out, or refused it for a `reason`; the latest of a post is what counts."""

    __tablename__ = "held_decision"
    __table_args__ = (Index("ix_held_decision_author", "author_id", "released"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    released: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(20))
    decided_at: Mapped[datetime]


class Flag(Model):
    """Somebody says that something is wrong with a post; open until a moderator looked at it."""

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("post_id", "account_id"),
        Index("ix_flag_account", "account_id", "created_at"),
        Index("ix_flag_open", "created_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
