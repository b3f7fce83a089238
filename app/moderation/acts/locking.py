"""Whether a thread takes anything new."""

from datetime import datetime
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.forum import operations as forum
from app.forum.models import LONGEST_REASON, Thread
from app.moderation.acts.act import Details, Facts
from app.moderation.targets import Subject
from app.moderation.words import FINDINGS


def lock(_actor: Actor, subject: Subject, details: Details) -> Facts:
    """What is said to those concerned is said to every reader too, else the finding."""
    why = details.said or (str(FINDINGS[details.reason]) if details.reason else "")
    return _change(subject, locked_at=now(), lock_reason=why[:LONGEST_REASON])


def unlock(_actor: Actor, subject: Subject, _details: Details) -> Facts:
    return _change(subject, locked_at=None, lock_reason="")


def lock_as_before(_actor: Actor, facts: Facts) -> None:
    at = facts["locked_at"]
    locked_at = datetime.fromisoformat(at) if at else None
    forum.touch(facts["thread"], locked_at=locked_at, lock_reason=facts["lock_reason"])


def unfit_to_lock(subject: Subject) -> LazyString | None:
    if not _is_thread(subject):
        return _("Only a whole thread can be locked.")
    return _("It is locked already.") if _thread(subject).locked_at else None


def unfit_to_unlock(subject: Subject) -> LazyString | None:
    return None if _is_thread(subject) and _thread(subject).locked_at else _("It is not locked.")


def _is_thread(subject: Subject) -> bool:
    return subject.thread is not None and subject.is_opening


def _thread(subject: Subject) -> Thread:
    if subject.thread is None:
        raise TypeError("people are not locked")
    return subject.thread


def _change(subject: Subject, **changes: Any) -> Facts:
    thread = _thread(subject)
    before = {
        "thread": thread.id,
        "locked_at": thread.locked_at.isoformat() if thread.locked_at else None,
        "lock_reason": thread.lock_reason,
    }
    forum.touch(thread.id, **changes)
    db.session.expire(thread)
    return before
