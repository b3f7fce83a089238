"""Photos: added to a form or to a post of one's own, described, put in order, taken away, swept when nobody has them."""

import hashlib
import io
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, case, delete, exists, func, select, update

from app.accounts.actor import Actor
from app.config import Settings
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.core.images import Picture, Unreadable, read_picture
from app.core.parts import part
from app.core.problems import NotFound, Problem, TooSoon
from app.core.text import clean_line
from app.core.transaction import transaction
from app.forum import policy
from app.forum.events import PostEdited
from app.forum.masking import public
from app.forum.models import LONGEST_CAPTION, MOST_PHOTOS, Draft, Photo, Post, Thread, Visibility
from app.forum.operations import loading
from app.forum.operations.showing import set_visibility
from app.forum.operations.tagging import keep_names
from app.forum.operations.writing import touch
from app.forum.ports import Watched
from app.forum.watching import NOTHING_WATCHED, note_watched, watch_line
from app.storage.ports import Files

ORPHANED_KEPT = timedelta(hours=24)
TAKEN_KEPT = timedelta(days=240)
"""Longer than a decision can be appealed against and the appeal be waiting."""

MOST_WAITING = 40
"""Photos one person may have in forms they have not posted."""

MOST_AN_HOUR = 60

TOO_MANY = _("A post can have %(most)s photos. Take one away first.", most=MOST_PHOTOS)
TAKEN = _("Moderators took this photo away. Where they said why, you can ask for another look.")
TOO_MANY_WAITING = _("You have many photos in texts you have not posted. Post or remove some first.")


@dataclass(frozen=True, slots=True)
class Album:
    """Where photos hang: in a form that `actor` has not posted yet, or on a post of theirs. One of both is None."""

    form: str | None = None
    post_id: int | None = None

    def of(self, actor: Actor) -> ColumnElement[bool]:
        """For a SELECT from photo: what hangs there."""
        if self.post_id is not None:
            return Photo.post_id == self.post_id
        return (Photo.account_id == actor.id) & (Photo.form == self.form)


def add_photo(actor: Actor, album: Album, *, content: bytes) -> int:
    """Put one more photo at the end; its id. The same photo twice in one album is one.

    Raises Problem, beside `photos`, for what is no picture, one too many, or somebody who may not post; NotFound for
    another's post.
    """
    if reason := policy.write(actor):
        raise Problem(reason, field="photos")
    if album.post_id is not None:
        _own_post(actor, album.post_id)
    try:
        picture = read_picture(content)
    except Unreadable as unreadable:
        raise Problem(unreadable.sentence, field="photos") from None
    digest = hashlib.sha256(picture.full).hexdigest()
    files = part(Files)
    keys = [files.put(io.BytesIO(file)) for file in (picture.full, picture.small)]
    stored = False
    try:
        with transaction() as session:
            _hold(actor, album)
            if known := session.scalar(select(Photo.id).where(album.of(actor), Photo.sha256 == digest)):
                return known
            if album.post_id is not None:
                _refuse_taken(album.post_id, digest)
            _leave_room(actor, album)
            place = session.scalar(select(func.max(Photo.position)).where(album.of(actor)))
            row = Photo(
                account_id=actor.id,
                name=secrets.token_hex(16),
                form=album.form,
                post_id=album.post_id,
                position=0 if place is None else place + 1,
                sha256=digest,
                created_at=now(),
                **_facts(picture, keys),
            )
            session.add(row)
            session.flush()
            if album.form is not None:
                # Photos wait with what is typed, and as long, also where nothing is typed yet.
                kept = insert_ignoring(Draft).values(
                    form=album.form, account_id=actor.id, visitor=None, fields={}, updated_at=now()
                )
                session.connection().execute(kept)
            _changed(actor, album)
            stored = True
            return row.id
    finally:
        if not stored:
            for key in keys:
                files.delete(key)


def describe_photos(actor: Actor, album: Album, *, descriptions: dict[int, str]) -> None:
    """Say what photos show, by their ids; those that are not in this album are passed over. Personal data is masked.

    Raises Problem, beside `photos`, for what may not be posted. With a watched word the post they hang on waits for a look.
    """
    with transaction() as session:
        rows = _rows(actor, album)
        watched, changed = NOTHING_WATCHED, False
        for row in rows:
            written = clean_line(descriptions.get(row.id, row.description))
            said = public(written)[:LONGEST_CAPTION]
            if said != row.description:
                watched |= watch_line(actor, written, field="photos")
                row.description = said
                changed = True
        if changed:
            session.flush()
            _changed(actor, album, watched)


def move_photo(actor: Actor, album: Album, *, photo_id: int, by: int) -> None:
    """Let a photo change places with the one before (-1) or after it (1); at the end it stays. Raises NotFound."""
    with transaction():
        rows = _rows(actor, album)
        place = next((place for place, row in enumerate(rows) if row.id == photo_id), None)
        if place is None:
            raise NotFound
        other = place + by
        if 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
            for position, row in enumerate(rows):
                row.position = position
            _changed(actor, album)


def remove_photo(actor: Actor, album: Album, *, photo_id: int) -> None:
    """Take a photo away; its files are swept. One that is gone already changes nothing."""
    with transaction() as session:
        _rows(actor, album)
        taken = (
            update(Photo)
            .where(album.of(actor), Photo.id == photo_id)
            .values(form=None, post_id=None, created_at=now())
            .execution_options(synchronize_session=False)
        )
        if session.connection().execute(taken).rowcount:
            session.expire_all()
            _changed(actor, album)


def waiting_photos(actor: Actor, form: str) -> int:
    """How many photos wait in a form."""
    rows = select(func.count(Photo.id)).where(Album(form=form).of(actor))
    return db.session.scalar(rows) or 0


def hold_photos(actor: Actor, form: str) -> tuple[int, Watched]:
    """How many photos wait in a form, and what is watched for in what they show; both stay so in the open transaction.

    A topic that is locked too is locked before. Raises Problem, beside `photos`, for what may not be posted.
    """
    keep_names()
    rows = select(Photo.description).where(Album(form=form).of(actor)).order_by(Photo.id).with_for_update()
    shown = db.session.scalars(rows).all()
    return len(shown), watch_line(actor, "\n".join(filter(None, shown)), field="photos")


def release_photos(actor: Actor, form: str) -> None:
    """Let the photos of a form hang nowhere, in the open transaction; they are swept."""
    if actor.signed_in:
        db.session.execute(
            update(Photo).where(Album(form=form).of(actor)).values(form=None, created_at=now())
        )


def attach_photos(actor: Actor, form: str, post_id: int, *, counted: int = 0) -> None:
    """Hang the photos of a form on the post that came of it, in the open transaction.

    `counted` are those that the post says it has already; with another window there may be more by now.
    """
    attached = (
        update(Photo)
        .where(Album(form=form).of(actor))
        .values(form=None, post_id=post_id)
        .execution_options(synchronize_session=False)
    )
    connection = db.session().connection()
    if (count := connection.execute(attached).rowcount) != counted:
        connection.execute(update(Post).where(Post.id == post_id).values(photo_count=count))


def sweep_photos() -> int:
    """Forget photos that hang nowhere, ORPHANED_KEPT after they were added or taken away; how many went. Those that
    moderators took away are kept TAKEN_KEPT.

    A form's photos stay as long as its draft. Files go first, then the row: whoever dies in between begins again.
    """
    draft = exists().where(Draft.account_id == Photo.account_id, Draft.form == Photo.form)
    kept = case((Photo.taken_from_id.is_(None), now() - ORPHANED_KEPT), else_=now() - TAKEN_KEPT)
    old = (Photo.post_id.is_(None), Photo.created_at < kept, ~draft)
    rows = db.session.execute(select(Photo.id, Photo.key, Photo.small_key).where(*old).limit(1_000)).all()
    files = part(Files)
    for row in rows:
        files.delete(row.key)
        files.delete(row.small_key)
    if rows:
        with transaction() as session:
            session.execute(delete(Photo).where(Photo.id.in_([row.id for row in rows]), *old))
    return len(rows)


def _facts(picture: Picture, keys: list[str]) -> dict[str, Any]:
    return {
        "key": keys[0],
        "small_key": keys[1],
        "width": picture.width,
        "height": picture.height,
        "small_width": picture.small_width,
        "small_height": picture.small_height,
        "bytes": len(picture.full),
    }


def _own_post(actor: Actor, post_id: int) -> tuple[Post, Thread]:
    """Raises NotFound when it is missing or may not be edited by `actor`."""
    found = db.session.execute(select(Post, Thread).join(Thread).where(Post.id == post_id)).one_or_none()
    if (
        found is None
        or not policy.can_see_post(actor, found.Post, found.Thread)
        or policy.edit(actor, found.Post, found.Thread)
    ):
        raise NotFound
    return found.Post, found.Thread


def _hold(actor: Actor, album: Album) -> None:
    """Let nobody else change the post of an album until the open transaction ends. Raises NotFound for another's."""
    if album.post_id is not None:
        loading.post(actor, album.post_id)
        _own_post(actor, album.post_id)


def _refuse_taken(post_id: int, digest: str) -> None:
    taken = select(Photo.id).where(Photo.taken_from_id == post_id, Photo.sha256 == digest)
    if db.session.scalar(taken.limit(1)) is not None:
        raise Problem(TAKEN, field="photos")


def _leave_room(actor: Actor, album: Album) -> None:
    session = db.session()
    if (session.scalar(select(func.count(Photo.id)).where(album.of(actor))) or 0) >= MOST_PHOTOS:
        raise Problem(TOO_MANY, field="photos")
    waiting = select(func.count(Photo.id)).where(Photo.account_id == actor.id, Photo.form.is_not(None))
    hour = select(func.count(Photo.id)).where(
        Photo.account_id == actor.id, Photo.created_at > now() - timedelta(hours=1)
    )
    if part(Settings).limits and (session.scalar(hour) or 0) >= MOST_AN_HOUR:
        raise TooSoon(_("That is enough photos for now. Add the others in an hour."), 3_600)
    if album.form is not None and (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Problem(TOO_MANY_WAITING, field="photos")


def _rows(actor: Actor, album: Album) -> list[Photo]:
    """The album's photos in order, locked. Raises NotFound for another's post."""
    _hold(actor, album)
    rows = select(Photo).where(album.of(actor)).order_by(Photo.position, Photo.id).with_for_update()
    return list(db.session.scalars(rows))


def _changed(actor: Actor, album: Album, watched: Watched = NOTHING_WATCHED) -> None:
    """A post whose photos changed has changed: it is counted, and a new person's waits for a look again, as does one with
    something `watched`.
    """
    if album.post_id is None:
        return
    post, thread = _own_post(actor, album.post_id)
    count = db.session.scalar(select(func.count(Photo.id)).where(Photo.post_id == post.id)) or 0
    visibility = thread.visibility if post.parent_id is None else post.visibility
    changes: dict[str, Any] = {"photo_count": count, "edited_at": now()}
    if visibility == Visibility.HELD:
        # Whoever has looked at it has not seen this: releasing asks for the version that was looked at.
        changes["version"] = Post.version + 1
    db.session().connection().execute(update(Post).where(Post.id == post.id).values(changes))
    touch(thread.id)
    waits = watched.held or policy.hold(actor, links=False, photos=count > 0)
    if visibility == Visibility.PUBLIC and waits:
        set_visibility(post.id, Visibility.HELD, by_id=actor.id)
    if watched.word_ids:
        note_watched(actor, post.id, watched)
    emit(PostEdited(post.id, thread.id, int(actor.id or 0)))
