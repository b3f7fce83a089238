"""Rows of the trunk for whoever may see them, held until the transaction ends."""

from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.problems import NotFound
from app.forum import policy
from app.forum.models import Post, Thread
from app.forum.operations.tagging import keep_names

HOLD = {"key_share": True}
"""Held against other writers, not against rows that come to point here: PostgreSQL takes a share of the post and of the
thread for each reply, in an order of its own, and would block two who hold them whole."""


def post(actor: Actor, post_id: int) -> tuple[Post, Thread]:
    """A post with its thread, as they are now. Raises NotFound when it is not for `actor` to see.

    The thread is taken first, as everywhere: two who want the same rows then wait instead of blocking each other.
    """
    keep_names()
    of_post = select(Thread).join(Post, Post.thread_id == Thread.id).where(Post.id == post_id)
    row = db.session.scalar(
        of_post.with_for_update(of=Thread, **HOLD).execution_options(populate_existing=True)
    )
    found = db.session.get(Post, post_id, populate_existing=True)
    if row is None or found is None or not policy.can_see_post(actor, found, row):
        raise NotFound
    return found, row


def thread(actor: Actor, thread_id: int) -> Thread:
    """A thread as it is now. Raises NotFound when it is not for `actor` to see."""
    keep_names()
    row = db.session.get(Thread, thread_id, with_for_update=HOLD, populate_existing=True)
    if row is None or not policy.can_see_thread(actor, row):
        raise NotFound
    return row


def opening(actor: Actor, thread_id: int) -> tuple[Thread, Post]:
    """`thread`, with its opening post as it was when this was asked; in one statement where names need no keeping."""
    keep_names()
    of_thread = select(Thread, Post).join(Post, Post.thread_id == Thread.id)
    row = db.session.execute(
        of_thread.where(Thread.id == thread_id, Post.parent_id.is_(None))
        .with_for_update(of=Thread, **HOLD)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or not policy.can_see_thread(actor, row.Thread):
        raise NotFound
    return row.Thread, row.Post
