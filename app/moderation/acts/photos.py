"""Taking photos away from a post."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.core.problems import Problem
from app.forum import operations as forum
from app.moderation.acts.act import Details, Facts
from app.moderation.targets import Subject

NONE_OF_THEM = _("Choose the photos: these hang there no more.")


def take(_actor: Actor, subject: Subject, details: Details) -> Facts:
    if subject.post is None:
        raise TypeError("people have no photos")
    taken = forum.take_photos(subject.post.id, details.photos)
    if not taken:
        raise Problem(NONE_OF_THEM, field="photos")
    return {"post": subject.post.id, "photos": taken}


def give_back(_actor: Actor, facts: Facts) -> None:
    forum.give_photos_back(facts["post"], facts["photos"])


def unfit(subject: Subject) -> LazyString | None:
    return None if subject.post is not None and subject.post.photo_count else _("It has no photos.")
