"""Tags."""

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_TAG = 30
MOST_TAGS = 5


class Tag(Model):
    """A flat label; `thread_count` counts the public threads that carry it."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_TAG), unique=True)
    description: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    thread_count: Mapped[int] = mapped_column(default=0, server_default="0")


class ThreadTag(Model):
    """Which threads carry which tags."""

    __tablename__ = "thread_tag"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True, index=True)
