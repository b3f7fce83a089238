"""Passages of posts that the public does not read."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_REDACTED = 300


class Away(StrEnum):
    """What is put away: some words, or every address at a host."""

    WORDS = "words"
    HOST = "host"


class Redaction(Model):
    """A passage of a post that only its author and staff read, in its present words and in all it said before.

    `by_flag` is the number of the flag that named it, which a room above keeps.
    """

    __tablename__ = "redaction"
    __table_args__ = (UniqueConstraint("post_id", "kind", "passage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    kind: Mapped[str] = mapped_column(String(10))
    passage: Mapped[str] = mapped_column(String(LONGEST_REDACTED))
    by_flag: Mapped[int]
    made_at: Mapped[datetime]
