"""Tables of the trunk. Relationships point down only; hot pages select columns."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_TITLE = 150
LONGEST_IMPORTED_TITLE = 300
LONGEST_TAG = 30
LONGEST_SPACE = 60
MOST_TAGS = 5


class Visibility(StrEnum):
    """Who may see a thread or a post; `policy.AUDIENCE` says who that is."""

    DRAFT = "draft"
    HELD = "held"
    PUBLIC = "public"
    HIDDEN = "hidden"
    DELETED = "deleted"
    ERASED = "erased"


class Space(Model):
    """A topic: Selling, Postage, Payments … A thread has one."""

    __tablename__ = "space"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_SPACE))
    description: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int] = mapped_column(default=0)


class Thread(Model):
    """An opening post and the tree under it.

    `answer_count` counts public direct replies, `reply_count` the public posts below those; `version` counts every
    change that a reader could see.
    """

    __tablename__ = "thread"
    __table_args__ = (
        UniqueConstraint("source", "external_id", name="uq_thread_source_external_id"),
        Index("ix_thread_latest", "last_activity_at", "id"),
        Index("ix_thread_kind_state", "kind", "state", "visibility", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    space_id: Mapped[int] = mapped_column(ForeignKey("space.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    title: Mapped[str] = mapped_column(String(LONGEST_IMPORTED_TITLE))
    visibility: Mapped[str] = mapped_column(String(10))
    answer_count: Mapped[int] = mapped_column(default=0)
    reply_count: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]
    source: Mapped[str | None] = mapped_column(String(60))
    external_id: Mapped[str | None] = mapped_column(String(120))


class Post(Model):
    """One contribution: the opening post has no parent, a direct reply has the opening post as its parent.

    `html` is what the text pipeline of `pipeline_version` made of `source`.
    """

    __tablename__ = "post"
    __table_args__ = (
        Index("ix_post_thread", "thread_id", "created_at"),
        Index("ix_post_author", "author_id", "created_at"),
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
    pipeline_version: Mapped[int]
    visibility: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    external_id: Mapped[str | None] = mapped_column(String(120))


class Revision(Model):
    """What a post (and, for an opening post, its title) said before an edit."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("post_id", "version"),
        Index("ix_revision_editor", "editor_id", "replaced_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    version: Mapped[int]
    title: Mapped[str | None] = mapped_column(String(LONGEST_IMPORTED_TITLE))
    source: Mapped[str] = mapped_column(Text)
    editor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    replaced_at: Mapped[datetime]


class Tag(Model):
    """A flat label."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_TAG), unique=True)


class ThreadTag(Model):
    """Which threads carry which tags."""

    __tablename__ = "thread_tag"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True, index=True)


class Draft(Model):
    """What a person typed and has not posted, by form. A visitor's hangs on a key in their session."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("account_id", "form"),
        UniqueConstraint("visitor", "form"),
        CheckConstraint("(account_id IS NULL) <> (visitor IS NULL)", name="owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    visitor: Mapped[str | None] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(40))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(index=True)
