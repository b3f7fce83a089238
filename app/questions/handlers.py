"""What follows for a question when one of its posts is seen by others than before."""

from sqlalchemy import select

from app.core.db import db
from app.core.events import emit
from app.forum.events import PostVisibilityChanged
from app.forum.models import Post, Thread, Visibility
from app.questions.events import AnswerPosted, Asked, ReplyPosted
from app.questions.models import KIND
from app.questions.operations.accepting import settle_state


def visibility_changed(event: PostVisibilityChanged) -> None:
    """Its state may rest on that post; and what was held and is released is news only now."""
    if db.session.scalar(select(Thread.kind).where(Thread.id == event.thread_id)) != KIND:
        return
    settle_state(event.thread_id)
    if event.before is Visibility.HELD and event.after is Visibility.PUBLIC:
        _tell(event)


def _tell(event: PostVisibilityChanged) -> None:
    if event.opening:
        emit(Asked(event.thread_id))
        return
    post = db.session.get_one(Post, event.post_id)
    if not post.comment and db.session.get_one(Post, post.parent_id).parent_id is None:
        emit(AnswerPosted(event.post_id, event.thread_id))
    else:
        emit(ReplyPosted(event.post_id, event.thread_id))
