"""Whether a thread takes anything new."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.forum import operations as forum
from app.forum.models import Thread
from app.moderation.acts.act import Details, Facts
from app.moderation.acts.saying import to_readers
from app.moderation.targets import Subject
from app.moderation.words import FINDINGS, Reason


def lock(_actor: Actor, subject: Subject, details: Details) -> Facts:
    """What is said to those concerned is said to every reader too, else the finding."""
    return _set(subject, to_readers(details.said) or str(FINDINGS[details.reason or Reason.OTHER]))


def unlock(_actor: Actor, subject: Subject, _details: Details) -> Facts:
    return _set(subject, None)


def lock_as_before(_actor: Actor, facts: Facts) -> None:
    forum.set_lock(facts["thread"], facts["reason"])


def unfit_to_lock(subject: Subject) -> LazyString | None:
    if subject.thread is None or not subject.is_opening:
        return _("Only a whole thread can be locked.")
    return _("It is locked already.") if subject.thread.locked_at else None


def unfit_to_unlock(subject: Subject) -> LazyString | None:
    locked = subject.thread is not None and subject.is_opening and subject.thread.locked_at
    return None if locked else _("It is not locked.")


def _set(subject: Subject, reason: str | None) -> Facts:
    if not isinstance(subject.thread, Thread):
        raise TypeError("people are not locked")
    before = forum.set_lock(subject.thread.id, reason)
    return {"thread": subject.thread.id, "reason": before}
