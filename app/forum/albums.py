"""What a sent form says of photos: it works as part of any form, and with script on its own."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from flask import request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.core.problems import NotFound, Problem
from app.core.web.forms import posted_id
from app.forum import operations, queries
from app.forum.models import MOST_PHOTOS
from app.forum.operations import Album
from app.forum.queries import PhotoRow

FILES = "photos"
"""The name of the field that takes files."""

BUTTON = "photo"
"""The name of the buttons: `add`, or what to do with which photo (`remove:12`, `up:12`, `down:12`)."""

DESCRIPTION = re.compile(r"photo-([0-9]{1,9})")

SIGN_IN = _("Sign in to add photos. What you wrote stays.")


@dataclass(slots=True)
class AlbumPart:
    """The part of a form that shows an album; `answers` says that the form was only about photos."""

    album: Album
    photos: Sequence[PhotoRow]
    errors: list[str | LazyString] = field(default_factory=list)
    answers: bool = False

    @property
    def full(self) -> bool:
        return len(self.photos) >= MOST_PHOTOS


def shown(actor: Actor, album: Album) -> AlbumPart:
    """The album as it is."""
    return AlbumPart(album, queries.photos_in(actor, album))


def sent() -> bool:
    """Whether a form says anything of photos."""
    files = any(file.filename for file in request.files.getlist(FILES))
    return files or bool(request.form.get(BUTTON) or _descriptions())


def taken(actor: Actor, album: Album) -> AlbumPart:
    """Do what the form says: add its files, keep its descriptions, carry out the button that was pressed.

    Each photo stands on its own: what is wrong with one is in `errors`, the others are there. A form with errors, or
    one that `answers`, is shown again instead of being posted.
    """
    errors: list[str | LazyString] = []
    button = request.form.get(BUTTON, "")
    files = [file for file in request.files.getlist(FILES) if file.filename]
    if not actor.signed_in:
        return AlbumPart(album, [], [SIGN_IN] if files else [], answers=bool(button))
    typed: dict[int, str] = {}
    if descriptions := _descriptions():
        try:
            operations.describe_photos(actor, album, descriptions=descriptions)
        except Problem as problem:
            errors.append(problem.message)
            typed = descriptions
    for file in files:
        try:
            operations.add_photo(actor, album, content=file.read())
        except Problem as problem:
            errors.append(problem.message)
    # It may have gone in another window meanwhile: the list below says what is there.
    with suppress(NotFound):
        _press(actor, album, button)
    part = shown(actor, album)
    part.photos = [
        replace(photo, description=typed.get(photo.id, photo.description)) for photo in part.photos
    ]
    part.errors = list(dict.fromkeys(errors))
    part.answers = bool(button)
    return part


def _press(actor: Actor, album: Album, button: str) -> None:
    what, _colon, which = button.partition(":")
    photo_id = posted_id(which)
    if photo_id is None:
        return
    if what == "remove":
        operations.remove_photo(actor, album, photo_id=photo_id)
        if album.form is not None and (place := queries.place_of(actor, album.form)):
            operations.discard_empty_draft(actor, album.form, words=place.words)
    elif what in {"up", "down"}:
        operations.move_photo(actor, album, photo_id=photo_id, by=-1 if what == "up" else 1)


def _descriptions() -> dict[int, str]:
    return {
        int(found[1]): value for name, value in request.form.items() if (found := DESCRIPTION.fullmatch(name))
    }
