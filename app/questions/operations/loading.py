"""Rows of a question, for whoever may see them."""

from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.problems import NotFound
from app.forum.models import Post, Thread
from app.forum.operations import loading as trunk
from app.forum.policy import can_see_post, can_see_thread
from app.questions.models import KIND


def thread(actor: Actor, thread_id: int) -> Thread:
    """The thread of a question. Raises NotFound when it is not for `actor` to see."""
    row = db.session.get(Thread, thread_id)
    if row is None or row.kind != KIND or not can_see_thread(actor, row):
        raise NotFound
    return row


def post(actor: Actor, post_id: int) -> tuple[Post, Thread]:
    """A post of a question, with its thread. Raises NotFound when it is not for `actor` to see."""
    found = db.session.execute(
        select(Post, Thread).join(Thread).where(Post.id == post_id, Thread.kind == KIND)
    ).one_or_none()
    if found is None or not can_see_post(actor, found.Post, found.Thread):
        raise NotFound
    return found.Post, found.Thread


def held(actor: Actor, thread_id: int) -> Thread:
    """`thread`, as it is now and until the transaction ends."""
    row = trunk.thread(actor, thread_id)
    if row.kind != KIND:
        raise NotFound
    return row


def held_opening(actor: Actor, thread_id: int) -> tuple[Thread, Post]:
    """`held`, with the opening post."""
    row, post = trunk.opening(actor, thread_id)
    if row.kind != KIND:
        raise NotFound
    return row, post


def held_post(actor: Actor, post_id: int) -> tuple[Post, Thread]:
    """`post`, with its thread as it is now and until the transaction ends."""
    found, row = trunk.post(actor, post_id)
    if row.kind != KIND:
        raise NotFound
    return found, row
