"""What somebody asked and answered: the numbers of a profile, and the lists they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from app.accounts.actor import Actor
from app.core.db import db
from app.core.text import excerpt, plain
from app.core.web.pages import Page, cut
from app.forum import queries as forum
from app.forum.models import Post, Tag, Thread, ThreadTag, Visibility
from app.forum.policy import visible_posts, visible_threads
from app.forum.queries import PAGE_SIZE, ThreadRow
from app.questions.models import KIND, Question

EXCERPT_CHARACTERS = 200
MOST_COUNTED = 1_000
MOST_TAGS_KNOWN = 8
MOST_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Numbers:
    """How much of a person's somebody may see; above MOST_COUNTED it says only that it is more."""

    questions: int
    answers: int
    accepted: int


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer in a list."""

    id: int
    title: str
    excerpt: str
    at: datetime
    helpful: int
    accepted: bool

    @property
    def url(self) -> str:
        return url_for("forum.post", post_id=self.id)


def numbers(actor: Actor, account_id: int) -> Numbers:
    """In one statement; each number is how long the list is that it leads to, counted to just above MOST_COUNTED."""
    lists = (
        select(Thread.id).where(*_asked_by(actor, account_id)),
        _answers(select(Post.id), actor, account_id),
        _accepted(select(Post.id), actor, account_id),
    )
    counts = [
        select(func.count()).select_from(rows.limit(MOST_COUNTED + 1).subquery()).scalar_subquery()
        for rows in lists
    ]
    return Numbers(*db.session.execute(select(*counts)).one())


def questions(actor: Actor, account_id: int, number: int) -> Page[ThreadRow]:
    """What they asked, the latest first."""
    order = (Thread.created_at.desc(), Thread.id.desc())
    return forum.threads(actor, *_asked_by(actor, account_id), order=order, number=number)


def answers(actor: Actor, account_id: int, number: int) -> Page[AnswerRow]:
    """Their direct answers, the latest first."""
    return _page(_answers(_listed().outerjoin(Question, _is_accepted()), actor, account_id), number)


def accepted(actor: Actor, account_id: int, number: int, tag: str | None = None) -> Page[AnswerRow]:
    """What of theirs was accepted, the latest first; with `tag` only where the question carries it."""
    rows = _accepted(_listed(), actor, account_id)
    if tag is not None:
        tag_id = select(Tag.id).where(Tag.name == tag).scalar_subquery()
        carries = select(ThreadTag.tag_id).where(
            ThreadTag.thread_id == Post.thread_id, ThreadTag.tag_id == tag_id
        )
        # Asked of each post: PostgreSQL knows no tag's size by its name, and would begin with all its threads.
        rows = rows.where(carries.scalar_subquery().is_not(None))
    return _page(rows, number)


def known_tags(account_id: int) -> Sequence[str]:
    """The tags under which most of their latest accepted answers stand, at most MOST_LOOKED_AT answers back."""
    latest = (
        select(Post.thread_id)
        .join(Question, _is_accepted())
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Post.author_id == account_id,
            Post.visibility == Visibility.PUBLIC,
            Thread.visibility == Visibility.PUBLIC,
        )
        .order_by(Post.created_at.desc(), Post.id.desc())
        .limit(MOST_LOOKED_AT)
        .subquery()
    )
    rows = (
        select(Tag.name)
        .select_from(latest)
        .join(ThreadTag, ThreadTag.thread_id == latest.c.thread_id)
        .join(Tag, Tag.id == ThreadTag.tag_id)
        .group_by(Tag.name)
        .order_by(func.count().desc(), Tag.name)
        .limit(MOST_TAGS_KNOWN)
    )
    return db.session.scalars(rows).all()


def _asked_by(actor: Actor, account_id: int) -> tuple[ColumnElement[bool], ...]:
    return Thread.author_id == account_id, Thread.kind == KIND, visible_threads(actor)


def _answers(rows: Select[Any], actor: Actor, account_id: int) -> Select[Any]:
    """From post: the direct replies to questions."""
    above = aliased(Post)
    # Not a join: SQLite would begin with every opening post there is.
    to_opening = select(above.id).where(above.id == Post.parent_id, above.parent_id.is_(None)).exists()
    return (
        rows.join(Thread, Thread.id == Post.thread_id)
        .where(Post.author_id == account_id, to_opening, ~Post.comment, Thread.kind == KIND)
        .where(visible_posts(actor))
    )


def _accepted(rows: Select[Any], actor: Actor, account_id: int) -> Select[Any]:
    """From post: what was accepted, at any depth."""
    return (
        rows.join(Question, _is_accepted())
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.author_id == account_id, visible_posts(actor))
    )


def _is_accepted() -> ColumnElement[bool]:
    return Question.accepted_post_id == Post.id


def _listed() -> Select[*tuple[Any, ...]]:
    return select(
        Post.id, Thread.title, Post.html, Post.created_at, Post.up_count, Question.accepted_post_id
    ).select_from(Post)


def _page(rows: Select[Any], number: int) -> Page[AnswerRow]:
    found = db.session.execute(
        rows.order_by(Post.created_at.desc(), Post.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    page = cut(found, number, PAGE_SIZE)
    return Page(
        [
            AnswerRow(
                post_id, title, excerpt(plain(html), EXCERPT_CHARACTERS), at, up, accepted_id == post_id
            )
            for post_id, title, html, at, up, accepted_id in page.rows
        ],
        page.number,
        page.more,
    )
