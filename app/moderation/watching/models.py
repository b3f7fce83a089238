"""The words, which version of them counts, and where they were met."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_PATTERN = 300
LONGEST_NOTE = 500


class Kind(StrEnum):
    """How a word is looked for."""

    WORDS = "words"
    EXPRESSION = "expression"


class Action(StrEnum):
    """What happens where it is met, the gentlest first."""

    FLAG = "flag"
    HOLD = "hold"
    MASK = "mask"
    BLOCK = "block"


class WatchedWord(Model):
    """One word, phrase or expression; `rule` is the number of the clause it stands on, `note` is for staff.

    A row with `deleted_at` is kept for its hits, and watched for no more.
    """

    __tablename__ = "watched_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    pattern: Mapped[str] = mapped_column(String(LONGEST_PATTERN))
    action: Mapped[str] = mapped_column(String(8))
    rule: Mapped[int]
    note: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class WatchedVersion(Model):
    """One row that counts the changes of all words, so that every process knows when its own are old."""

    __tablename__ = "watched_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


class WatchedHit(Model):
    """A word was met in a post, at that `version` of the post."""

    __tablename__ = "watched_hit"
    __table_args__ = (
        UniqueConstraint("post_id", "word_id", "version"),
        Index("ix_watched_hit_word", "word_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    word_id: Mapped[int] = mapped_column(ForeignKey("watched_word.id"))
    version: Mapped[int]
    at: Mapped[datetime]
