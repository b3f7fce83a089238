"""Reads of the trunk, always through what the actor may see."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.actor import ANONYMOUS, Actor
from app.accounts.models import Account
from app.accounts.queries import Person
from app.core.db import db
from app.core.problems import NotFound
from app.core.web.pages import Page, cut
from app.core.web.urls import slug
from app.forum import policy
from app.forum.models import Draft, Post, Space, Tag, Thread, ThreadTag

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One thread in a list."""

    id: int
    kind: str
    state: str
    title: str
    url: str
    space: str
    author: Person
    created_at: datetime
    last_activity_at: datetime
    answers: int

    @property
    def when(self) -> datetime:
        return self.created_at


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post on a page, with the replies under it, oldest first."""

    id: int
    parent_id: int | None
    author: Person
    html: str
    visibility: str
    version: int
    created_at: datetime
    edited_at: datetime | None
    replies: list["PostRow"]

    @property
    def anchor(self) -> str:
        return f"p-{self.id}"

    def below(self) -> Iterator["PostRow"]:
        """Everything under this post, each before its own replies; imported chains may be any depth."""
        waiting = self.replies[::-1]
        while waiting:
            row = waiting.pop()
            yield row
            waiting += row.replies[::-1]


def thread_url(kind: str, thread_id: int, title: str, **arguments: Any) -> str:
    """The page of a thread. A kind's page is `show` in the blueprint named after the kind: question → questions."""
    return url_for(f"{kind}s.show", thread_id=thread_id, slug=slug(title), **arguments)


def person_columns() -> tuple[InstrumentedAttribute[Any], ...]:
    """What a Person is made of, for a SELECT joined with account."""
    return (Account.id, Account.name, Account.display_name, Account.role, Account.state)


def threads(
    actor: Actor,
    *where: ColumnElement[bool],
    order: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]] = (
        Thread.last_activity_at.desc(),
        Thread.id.desc(),
    ),
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[ThreadRow]:
    """A page of threads that `actor` may see, in one statement; latest activity first unless `order` says else."""
    rows = db.session.execute(
        select(
            Thread.id,
            Thread.kind,
            Thread.state,
            Thread.title,
            Space.name,
            Thread.created_at,
            Thread.last_activity_at,
            Thread.answer_count,
            *person_columns(),
        )
        .join(Space, Space.id == Thread.space_id)
        .join(Account, Account.id == Thread.author_id)
        .where(policy.visible_threads(actor), *where)
        .order_by(*order)
        .offset((number - 1) * size)
        .limit(size + 1)
    ).all()
    return cut([_thread_row(*row) for row in rows], number, size)


def threads_by_id(actor: Actor, ids: Sequence[int]) -> dict[int, ThreadRow]:
    """Those of `ids` that `actor` may see."""
    return (
        {row.id: row for row in threads(actor, Thread.id.in_(ids), size=max(1, len(ids))).rows} if ids else {}
    )


def _thread_row(
    thread_id: int,
    kind: str,
    state: str,
    title: str,
    space: str,
    created_at: datetime,
    last_activity_at: datetime,
    answers: int,
    *person: Any,
) -> ThreadRow:
    return ThreadRow(
        id=thread_id,
        kind=kind,
        state=state,
        title=title,
        url=thread_url(kind, thread_id, title),
        space=space,
        author=Person(*person),
        created_at=created_at,
        last_activity_at=last_activity_at,
        answers=answers,
    )


def thread(actor: Actor, thread_id: int, kind: str | None = None) -> Thread:
    """The row. Raises NotFound when it is missing, of another kind, or not for `actor` to see."""
    row = db.session.get(Thread, thread_id)
    if row is None or (kind and row.kind != kind) or not policy.can_see_thread(actor, row):
        raise NotFound
    return row


def post(actor: Actor, post_id: int) -> tuple[Post, Thread]:
    """A post and its thread. Raises NotFound when either is missing or not for `actor` to see."""
    row = db.session.execute(select(Post, Thread).join(Thread).where(Post.id == post_id)).one_or_none()
    if row is None or not policy.can_see_post(actor, row.Post, row.Thread):
        raise NotFound
    return row.Post, row.Thread


def tree(actor: Actor, thread_id: int) -> PostRow:
    """The opening post with everything under it that `actor` may see.

    Answers hang on the opening post, replies on what they answer; a reply to something unseen is not shown.
    Raises NotFound when the opening post is not for `actor` to see.
    """
    rows = db.session.execute(
        select(
            Post.id,
            Post.parent_id,
            Post.html,
            Post.visibility,
            Post.version,
            Post.created_at,
            Post.edited_at,
            *person_columns(),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Account, Account.id == Post.author_id)
        .where(Post.thread_id == thread_id, policy.visible_posts(actor))
        .order_by(Post.created_at, Post.id)
    ).all()
    children: defaultdict[int | None, list[PostRow]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(
            PostRow(
                id=row[0],
                parent_id=row.parent_id,
                author=Person(*row[7:]),
                html=row.html,
                visibility=row.visibility,
                version=row.version,
                created_at=row.created_at,
                edited_at=row.edited_at,
                replies=children[row[0]],
            )
        )
    if not children[None]:
        raise NotFound
    return children[None][0]


def tags_of(thread_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The tags of each thread, in the alphabet's order."""
    rows = (
        select(ThreadTag.thread_id, Tag.name)
        .join(Tag)
        .where(ThreadTag.thread_id.in_(list(thread_ids)))
        .order_by(Tag.name)
    )
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for thread_id, name in db.session.execute(rows):
        found[thread_id] += (name,)
    return found


def tag(name: str) -> Tag:
    """Raises NotFound when nobody has used it."""
    row = db.session.scalar(select(Tag).where(Tag.name == name))
    if row is None:
        raise NotFound
    return row


def tagged(tag_id: int) -> ColumnElement[bool]:
    """For `threads`: those that carry the tag."""
    return Thread.id.in_(select(ThreadTag.thread_id).where(ThreadTag.tag_id == tag_id))


def popular_tags(limit: int = 12) -> Sequence[str]:
    """The tags that most public threads carry."""
    rows = (
        select(Tag.name)
        .join(ThreadTag)
        .join(Thread, Thread.id == ThreadTag.thread_id)
        .where(policy.visible_threads(ANONYMOUS))
        .group_by(Tag.name)
        .order_by(func.count().desc(), Tag.name)
        .limit(limit)
    )
    return db.session.scalars(rows).all()


def spaces() -> Sequence[Space]:
    """Every space, in the order an operator gave them."""
    return db.session.scalars(select(Space).order_by(Space.position, Space.id)).all()


def draft(actor: Actor, visitor: str | None, form: str) -> dict[str, Any]:
    """What was typed into `form` and not posted, the latest; empty when nothing was."""
    kept = select(Draft.fields).where(policy.own_drafts(actor, visitor), Draft.form == form)
    return db.session.scalar(kept.order_by(Draft.updated_at.desc()).limit(1)) or {}
