"""Where a thread stands, what it carries, and which posts are its own."""

from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.forum import operations as forum
from app.forum.models import Thread, Visibility
from app.moderation.acts.act import Details, Facts
from app.moderation.targets import Subject
from app.questions import operations as questions
from app.questions.models import KIND, State


def before_place(details: Details) -> None:
    """A topic is held before threads are."""
    if details.space_id is not None:
        forum.living_space(details.space_id)


def before_place_again(facts: Facts) -> None:
    forum.living_space(int(facts["space"]))


def place(_actor: Actor, subject: Subject, details: Details) -> Facts:
    thread = _thread(subject)
    return {"thread": thread.id, "space": forum.place(thread.id, int(details.space_id or 0))}


def place_again(_actor: Actor, facts: Facts) -> None:
    forum.place(facts["thread"], facts["space"])


def retag(_actor: Actor, subject: Subject, details: Details) -> Facts:
    thread = _thread(subject)
    return {"thread": thread.id, "tags": forum.retag(thread.id, details.tags)}


def retag_again(_actor: Actor, facts: Facts) -> None:
    forum.retag(facts["thread"], facts["tags"])


def before_moving_posts(_of: Any) -> None:
    """Whoever moves posts keeps all others away who write in threads, from before any is held."""
    forum.keep_names(alone=True)


def merge(_actor: Actor, subject: Subject, details: Details) -> Facts:
    return {"merged": forum.merge(_thread(subject).id, int(details.of or 0))}


def unmerge(_actor: Actor, facts: Facts) -> None:
    forum.unmerge(facts["merged"])


def split(_actor: Actor, subject: Subject, details: Details) -> Facts:
    if subject.post is None:
        raise TypeError("people are not split")
    new_id, facts = forum.split(subject.post.thread_id, [subject.post.id], details.title, details.space_id)
    return {"split": facts, "new": new_id}


def unsplit(_actor: Actor, facts: Facts) -> None:
    forum.unsplit(facts["split"])


def before_pointing(_details: Details) -> None:
    questions.point_one_at_a_time()


def point(actor: Actor, subject: Subject, details: Details) -> Facts:
    thread = _thread(subject)
    questions.point(thread.id, int(details.of or 0), by_id=int(actor.id or 0), decided=True)
    return {"thread": thread.id}


def unpoint(actor: Actor, facts: Facts) -> None:
    questions.unpoint(facts["thread"], by_id=int(actor.id or 0), decided=True)


def unfit_to_steer(subject: Subject) -> LazyString | None:
    """For acts on a whole thread that everybody sees."""
    if subject.thread is None or not subject.is_opening:
        return _("This is about a whole thread.")
    if subject.thread.visibility != Visibility.PUBLIC:
        return _("Others do not see this thread at the moment.")
    return None


def unfit_to_point(subject: Subject) -> LazyString | None:
    if reason := unfit_to_steer(subject):
        return reason
    thread = _thread(subject)
    return (
        None if thread.kind == KIND and thread.state != State.DUPLICATE else _("It points elsewhere already.")
    )


def unfit_to_split(subject: Subject) -> LazyString | None:
    if subject.post is None or subject.is_opening:
        return _("Choose a reply that should be a thread of its own.")
    if subject.thread is None or {subject.thread.visibility, subject.post.visibility} != {Visibility.PUBLIC}:
        return _("Others do not see this at the moment.")
    return None


def _thread(subject: Subject) -> Thread:
    if subject.thread is None:
        raise TypeError("people stand in no topic")
    return subject.thread
