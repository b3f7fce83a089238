"""Tags."""

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_TAG = 30
MOST_TAGS = 5
LONGEST_DESCRIPTION = 300


class Tag(Model):
    """A flat label; `thread_count` counts the public threads that carry it."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_TAG), unique=True)
    description: Mapped[str] = mapped_column(
        String(LONGEST_DESCRIPTION), default="", server_default=text("''")
    )
    thread_count: Mapped[int] = mapped_column(default=0, server_default="0")


class ThreadTag(Model):
    """Which threads carry which tags."""

    __tablename__ = "thread_tag"
    __table_args__ = (Index("ix_thread_tag_tag", "tag_id", "thread_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)


class TagAlias(Model):
    """Another name for a tag. A name is a tag's or an alias, never both."""

    __tablename__ = "tag_alias"

    name: Mapped[str] = mapped_column(String(LONGEST_TAG), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), index=True)


class MovedThread(Model):
    """A thread that a merge of tags or spaces moved along with others, and whose copies are made anew piece by piece."""

    __tablename__ = "moved_thread"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
