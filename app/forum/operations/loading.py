"""Rows of the trunk for whoever may see them, held until the transaction ends."""

from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.problems import NotFound
from app.forum import policy
from app.forum.models import Post, Thread


def post(actor: Actor, post_id: int) -> tuple[Post, Thread]:
    """A post with its thread, as they are now. Raises NotFound when it is not for `actor` to see.

    The thread is taken first, as everywhere: two who want the same rows then wait instead of blocking each other.
    """
    thread_id = db.session.scalar(select(Post.thread_id).where(Post.id == post_id))
    row = _held(thread_id)
    found = db.session.get(Post, post_id, populate_existing=True)
    if row is None or found is None or not policy.can_see_post(actor, found, row):
        raise NotFound
    return found, row


def thread(actor: Actor, thread_id: int) -> Thread:
    """A thread as it is now. Raises NotFound when it is not for `actor` to see."""
    row = _held(thread_id)
    if row is None or not policy.can_see_thread(actor, row):
        raise NotFound
    return row


def _held(thread_id: int | None) -> Thread | None:
    if thread_id is None:
        return None
    return db.session.get(Thread, thread_id, with_for_update=True, populate_existing=True)
