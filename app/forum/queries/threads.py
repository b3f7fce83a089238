"""Threads, in lists and one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import Person
from app.core.db import db
from app.core.problems import NotFound
from app.core.web.pages import Page, cut
from app.core.web.urls import slug
from app.forum import policy
from app.forum.models import Post, Space, Thread
from app.forum.queries.outlines import POSTS_A_PAGE
from app.forum.queries.people import person_columns
from app.forum.queries.posts import thread_of

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One thread in a list."""

    id: int
    kind: str
    state: str
    title: str
    space: str
    author: Person
    created_at: datetime
    last_activity_at: datetime
    answers: int

    @property
    def url(self) -> str:
        """Made when it is wanted: of hundreds of proposals twenty are shown."""
        return thread_url(self.kind, self.id, self.title)

    @property
    def when(self) -> datetime:
        return self.created_at


def thread_url(kind: str, thread_id: int, title: str, **arguments: Any) -> str:
    """The page of a thread. A kind's page is `show` in the blueprint named after the kind: question → questions."""
    return url_for(f"{kind}s.show", thread_id=thread_id, slug=slug(title), **arguments)


def url_of(row: Thread, **arguments: Any) -> str:
    """`thread_url` of a row."""
    return thread_url(row.kind, row.id, row.title, **arguments)


def post_url(actor: Actor, post_id: int, **arguments: Any) -> str:
    """Where a post stands: its thread's page, the one of several that holds it, and its anchor; in one statement.

    Raises NotFound when it is missing or not for `actor` to see.
    """
    thread, posts = thread_of(actor, post_id)
    several = {"post": post_id} if posts > POSTS_A_PAGE else {}
    place = {"_anchor": f"p-{post_id}", **several, **arguments}
    return url_of(thread, **place)


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


def threads_of(account_id: int) -> Sequence[int]:
    """Every thread somebody wrote in, whoever may see it."""
    return db.session.scalars(select(Post.thread_id).where(Post.author_id == account_id).distinct()).all()


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
