"""Photos: of posts, in a form, and one by its name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from flask import url_for
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.problems import NotFound
from app.forum import policy
from app.forum.masking import public
from app.forum.models import Photo, Post, Thread
from app.forum.operations.photos import Album
from app.forum.redacted import put_away_of


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo on a page; sizes in pixels."""

    id: int
    name: str
    description: str
    width: int
    height: int
    small_width: int
    small_height: int

    @property
    def url(self) -> str:
        return url_for("forum.photo", name=self.name)

    @property
    def small_url(self) -> str:
        return url_for("forum.small_photo", name=self.name)


_ROW = (
    Photo.id,
    Photo.name,
    Photo.description,
    Photo.width,
    Photo.height,
    Photo.small_width,
    Photo.small_height,
)


def photos_of(actor: Actor, post_ids: Collection[int]) -> dict[int, list[PhotoRow]]:
    """The photos of posts as `actor` reads them, in order; the caller has asked who may see the posts.

    None, no statement.
    """
    found: dict[int, list[PhotoRow]] = {}
    if not post_ids:
        return found
    rows = select(*_ROW, Photo.post_id).where(Photo.post_id.in_(post_ids))
    for row in db.session.execute(rows.order_by(Photo.post_id, Photo.position, Photo.id)):
        found.setdefault(int(row.post_id or 0), []).append(PhotoRow(*row[:-1]))
    said = [post_id for post_id, some in found.items() if any(photo.description for photo in some)]
    for post_id, hidden in ({} if actor.is_staff else put_away_of(said)).items():
        found[post_id] = [
            replace(photo, description=public(photo.description, hidden)) for photo in found[post_id]
        ]
    return found


def taken_photos_of(post_id: int) -> Sequence[PhotoRow]:
    """What moderators took away from a post, for moderators."""
    rows = select(*_ROW).where(Photo.taken_from_id == post_id).order_by(Photo.position, Photo.id)
    return [PhotoRow(*row) for row in db.session.execute(rows)]


def photos_in(actor: Actor, album: Album) -> Sequence[PhotoRow]:
    """What hangs in an album of `actor`'s, in order."""
    if not actor.signed_in:
        return []
    rows = select(*_ROW).where(album.of(actor)).order_by(Photo.position, Photo.id)
    return [PhotoRow(*row) for row in db.session.execute(rows)]


def photo(actor: Actor, name: str) -> Photo:
    """The row. Raises NotFound when there is none of this name, or it is not for `actor` to see."""
    found = db.session.scalar(
        select(Photo)
        .outerjoin(Post, Post.id == Photo.post_id)
        .outerjoin(Thread, Thread.id == Post.thread_id)
        .where(Photo.name == name, policy.visible_photos(actor))
    )
    if found is None:
        raise NotFound
    return found
