"""What is written down when a watched word is met."""

from sqlalchemy import select

from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.forum.models import Post
from app.moderation import weights
from app.moderation.events import PostWatched
from app.moderation.operations.reviewing import notice
from app.moderation.watching.models import WatchedHit, WatchedWord


def post_watched(event: PostWatched) -> None:
    """One row for each word and version of a post, for the moderators' queue."""
    session = db.session()
    version = session.scalar(select(Post.version).where(Post.id == event.post_id))
    hit = insert_ignoring(WatchedHit).values(
        post_id=event.post_id, word_id=event.word_id, version=version, at=now()
    )
    session.connection().execute(hit)
    rule = session.scalar(select(WatchedWord.rule).where(WatchedWord.id == event.word_id))
    notice(event.post_id, weights.noticed(rule))
