"""Posts, one by one and as many as a page shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import Person
from app.core.db import db
from app.core.problems import NotFound
from app.forum import policy
from app.forum.models import Post, Thread, Vote
from app.forum.queries.people import person_columns


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post on a page; `mine` is the reader's own vote: 1, -1, or 0 for none.

    With `masked`, others than staff read it with personal data masked.
    """

    author: Person
    id: int
    parent_id: int | None
    html: str
    visibility: str
    comment: bool
    version: int
    up_count: int
    down_count: int
    photo_count: int
    created_at: datetime
    edited_at: datetime | None
    mine: int
    masked: bool = False

    @property
    def anchor(self) -> str:
        return f"p-{self.id}"


def post(actor: Actor, post_id: int) -> tuple[Post, Thread]:
    """A post and its thread. Raises NotFound when either is missing or not for `actor` to see."""
    row = db.session.execute(select(Post, Thread).join(Thread).where(Post.id == post_id)).one_or_none()
    if row is None or not policy.can_see_post(actor, row.Post, row.Thread):
        raise NotFound
    return row.Post, row.Thread


def posts(actor: Actor, *where: ColumnElement[bool]) -> dict[int, PostRow]:
    """Those posts that `actor` may see, by id, in one statement. Staff read what is masked for others."""
    own: ColumnElement[int] | InstrumentedAttribute[int] = Vote.value if actor.signed_in else literal(0)
    columns: list[Any] = [
        *person_columns(),
        Post.id,
        Post.parent_id,
        policy.html_for(actor),
        Post.visibility,
        Post.comment,
        Post.version,
        Post.up_count,
        Post.down_count,
        Post.photo_count,
        Post.created_at,
        Post.edited_at,
        func.coalesce(own, 0),
        Post.unmasked_html.is_not(None),
    ]
    rows = (
        select(*columns)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Account, Account.id == Post.author_id)
        .where(policy.visible_posts(actor), *where)
    )
    if actor.signed_in:
        rows = rows.outerjoin(Vote, and_(Vote.post_id == Post.id, Vote.account_id == actor.id))
    return {row[5]: PostRow(Person(*row[:5]), *row[5:]) for row in db.session.execute(rows)}


def author_name(row: Post) -> str:
    """Who wrote it, as pages call them."""
    return db.session.scalar(select(Account.display_name).where(Account.id == row.author_id)) or ""


def thread_of(actor: Actor, post_id: int) -> tuple[Thread, int]:
    """The thread of a post, and how many posts it has, whoever sees them; in one statement.

    Raises NotFound when the post is missing or not for `actor` to see.
    """
    among = aliased(Post)
    posts = select(func.count()).where(among.thread_id == Thread.id).scalar_subquery()
    row = db.session.execute(select(Post, Thread, posts).join(Thread).where(Post.id == post_id)).one_or_none()
    if row is None or not policy.can_see_post(actor, row.Post, row.Thread):
        raise NotFound
    return row.Thread, row[2]
