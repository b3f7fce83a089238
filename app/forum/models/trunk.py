"""Spaces, threads and posts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_TITLE = 150
LONGEST_IMPORTED_TITLE = 300
LONGEST_SPACE = 60
# Few rows wait for a look among very many: they have an index of their own.
HELD = text("visibility = 'held'")


class Visibility(StrEnum):
    """Who may see a thread or a post; `policy.AUDIENCE` says who that is.

    Only a thread is `merged`: its posts stand in another one, `MergedThread` says where.
    """

    DRAFT = "draft"
    HELD = "held"
    PUBLIC = "public"
    HIDDEN = "hidden"
    DELETED = "deleted"
    ERASED = "erased"
    MERGED = "merged"


class Space(Model):
    """A topic: Selling, Postage, Payments … A thread has one.

    One with `merged_into_id` is no more: it holds no threads, its address leads on, and its slug is not given again.
    """

    __tablename__ = "space"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_SPACE))
    description: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int] = mapped_column(default=0)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("space.id"))


class Thread(Model):
    """An opening post and the tree under it.

    `answer_count` counts public answers: direct replies but no comments; `reply_count` all other public posts below the
    opening post; `version` counts every change that a reader could see. Personal data in `title` is masked;
    `unmasked_title` is what staff and its author read, None when nothing was. A thread with `locked_at` takes nothing new
    from members, and `lock_reason` tells them why.
    """

    __tablename__ = "thread"
    __table_args__ = (
        UniqueConstraint("source", "external_id", name="uq_thread_source_external_id"),
        Index("ix_thread_latest", "last_activity_at", "id"),
        Index("ix_thread_kind", "kind", "last_activity_at", "id"),
        Index("ix_thread_kind_state", "kind", "state", "created_at", "id"),
        Index("ix_thread_space", "space_id", "created_at", "id"),
        Index("ix_thread_held", "created_at", sqlite_where=HELD, postgresql_where=HELD),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    title: Mapped[str] = mapped_column(String(LONGEST_IMPORTED_TITLE))
    visibility: Mapped[str] = mapped_column(String(10))
    answer_count: Mapped[int] = mapped_column(default=0)
    reply_count: Mapped[int] = mapped_column(default=0)
    locked_at: Mapped[datetime | None]
    lock_reason: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    unmasked_title: Mapped[str | None] = mapped_column(String(LONGEST_IMPORTED_TITLE))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(String(60))
    external_id: Mapped[str | None] = mapped_column(String(120))


class Post(Model):
    """One contribution: the opening post has no parent, a direct reply has the opening post as its parent.

    A direct reply is an answer, unless it is a `comment` on the opening post; what hangs under a comment is one too.

    `html` is what the text pipeline of `pipeline_version` made of `source`, with personal data masked;
    `unmasked_html` is what staff read, None when nothing was masked. An opening post is as visible as its thread: its
    own `visibility` stays public. `up_count` and `down_count` are the votes given here and, with them, those it brought
    along from elsewhere: `imported_up`, `imported_down`.
    """

    __tablename__ = "post"
    __table_args__ = (
        Index("ix_post_thread", "thread_id", "created_at"),
        Index("ix_post_author", "author_id", "created_at"),
        Index("ix_post_held", "created_at", sqlite_where=HELD, postgresql_where=HELD),
        Index(
            "uq_post_opening",
            "thread_id",
            unique=True,
            sqlite_where=text("parent_id IS NULL"),
            postgresql_where=text("parent_id IS NULL"),
        ),
        # A reply is younger than what it answers, so the tree has no circle.
        CheckConstraint("parent_id IS NULL OR parent_id < id", name="tree"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    unmasked_html: Mapped[str | None] = mapped_column(Text)
    pipeline_version: Mapped[int]
    visibility: Mapped[str] = mapped_column(String(10))
    up_count: Mapped[int] = mapped_column(default=0, server_default="0")
    down_count: Mapped[int] = mapped_column(default=0, server_default="0")
    imported_up: Mapped[int] = mapped_column(default=0, server_default="0")
    imported_down: Mapped[int] = mapped_column(default=0, server_default="0")
    photo_count: Mapped[int] = mapped_column(default=0, server_default="0")
    comment: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    external_id: Mapped[str | None] = mapped_column(String(120))
