"""Posts, one by one and as the tree of a thread."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import Person
from app.core.db import db
from app.core.problems import NotFound
from app.forum import policy
from app.forum.models import Post, Thread
from app.forum.queries.people import person_columns


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post on a page, with the replies under it, oldest first.

    With `masked`, others than staff read it with personal data masked.
    """

    id: int
    parent_id: int | None
    author: Person
    html: str
    visibility: str
    version: int
    created_at: datetime
    edited_at: datetime | None
    replies: list["PostRow"]
    masked: bool = False

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
            policy.html_for(actor),
            Post.visibility,
            Post.version,
            Post.created_at,
            Post.edited_at,
            Post.unmasked_html.is_not(None).label("masked"),
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
                author=Person(*row[8:]),
                html=row.html,
                visibility=row.visibility,
                version=row.version,
                created_at=row.created_at,
                edited_at=row.edited_at,
                masked=row.masked,
                replies=children[row[0]],
            )
        )
    if not children[None]:
        raise NotFound
    return children[None][0]
