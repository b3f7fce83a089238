"""Photos that moderators take away from a post, in the open transaction of a decision, and give back."""

from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from app.core.clock import now
from app.core.db import db
from app.forum.models import Photo, Post
from app.forum.operations.writing import touch


def take_photos(post_id: int, photo_ids: Collection[int]) -> list[int]:
    """Let nobody but moderators see these photos of a post; which of them hung there. The post's thread is held."""
    taken = (
        update(Photo)
        .where(Photo.post_id == post_id, Photo.id.in_(photo_ids))
        .values(post_id=None, taken_from_id=post_id, created_at=now())
    )
    return _moved(post_id, taken.returning(Photo.id))


def give_photos_back(post_id: int, photo_ids: Collection[int]) -> None:
    """Let these photos hang on the post again, where they did, be there as many others now; one that was swept stays away."""
    given = (
        update(Photo)
        .where(Photo.taken_from_id == post_id, Photo.id.in_(photo_ids))
        .values(post_id=post_id, taken_from_id=None)
    )
    _moved(post_id, given.returning(Photo.id))


def _moved(post_id: int, change: ReturningUpdate[tuple[int]]) -> list[int]:
    session = db.session()
    connection = session.connection()
    moved = sorted(row.id for row in connection.execute(change))
    hang = select(func.count()).where(Photo.post_id == post_id).scalar_subquery()
    connection.execute(update(Post).where(Post.id == post_id).values(photo_count=hang))
    post = session.get_one(Post, post_id)
    session.refresh(post, ["photo_count"])
    touch(post.thread_id)
    return moved
