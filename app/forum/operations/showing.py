"""Who sees a post: held, released, hidden, deleted."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value

from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.forum.events import PostVisibilityChanged
from app.forum.models import Post, Thread, Visibility
from app.forum.operations.loading import HOLD
from app.forum.operations.tagging import count_tags_of, keep_names
from app.forum.operations.writing import counter_of, hold_thread, touch


def set_visibility(post_id: int, visibility: Visibility, *, by_id: int | None) -> bool:
    """Let a post, or with an opening post its thread, be seen by others than before; whether that changed anything.

    In the open transaction; counters follow. `by_id` is whose doing it is, None for a rule's.
    """
    session = db.session()
    keep_names()
    thread_id = session.scalars(select(Post.thread_id).where(Post.id == post_id)).one()
    # Whoever counts in it waits here.
    hold_thread(thread_id)
    thread = session.get_one(Thread, thread_id, populate_existing=True)
    post = session.get_one(Post, post_id, with_for_update=HOLD, populate_existing=True)
    opening = post.parent_id is None
    before = Visibility(thread.visibility if opening else post.visibility)
    if before is visibility:
        return False
    step = (visibility is Visibility.PUBLIC) - (before is Visibility.PUBLIC)
    changes: dict[str, Any] = {}
    if opening:
        changes["visibility"] = visibility
        count_tags_of(thread.id, step)
    else:
        session.connection().execute(update(Post).where(Post.id == post_id).values(visibility=visibility))
        set_committed_value(post, "visibility", visibility)
        above = session.scalar(select(Post.parent_id).where(Post.id == post.parent_id))
        counter = counter_of(parent_is_opening=above is None, comment=post.comment)
        changes[counter.key] = counter + step
    if before is Visibility.HELD and visibility is Visibility.PUBLIC:
        changes["last_activity_at"] = now()
    touch(thread.id, **changes)
    emit(PostVisibilityChanged(post_id, thread.id, opening, before, visibility, by_id))
    return True
