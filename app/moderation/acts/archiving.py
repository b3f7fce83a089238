"""Whether a question is only kept to be read."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.forum.models import Thread
from app.moderation.acts.act import Details, Facts
from app.moderation.acts.saying import to_readers
from app.moderation.acts.threads import unfit_to_steer
from app.moderation.targets import Subject
from app.questions import operations as questions
from app.questions.models import KIND, State


def archive(_actor: Actor, subject: Subject, details: Details) -> Facts:
    """What is said to those concerned is said to every reader too."""
    return _set(subject, to_readers(details.said))


def unarchive(_actor: Actor, subject: Subject, _details: Details) -> Facts:
    return _set(subject, None)


def archive_as_before(_actor: Actor, facts: Facts) -> None:
    questions.set_archive(facts["thread"], facts["reason"])


def unfit_to_archive(subject: Subject) -> LazyString | None:
    if reason := unfit_to_steer(subject):
        return reason
    if subject.thread is None or subject.thread.kind != KIND:
        return _("Only questions are archived.")
    return _("It is archived already.") if subject.thread.state == State.ARCHIVED else None


def unfit_to_unarchive(subject: Subject) -> LazyString | None:
    archived = subject.thread is not None and subject.is_opening and subject.thread.state == State.ARCHIVED
    return None if archived else _("It is not archived.")


def _set(subject: Subject, reason: str | None) -> Facts:
    if not isinstance(subject.thread, Thread):
        raise TypeError("people are not archived")
    return {"thread": subject.thread.id, "reason": questions.set_archive(subject.thread.id, reason)}
