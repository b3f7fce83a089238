"""What moderators change about a whole thread, in the open transaction of a decision of theirs: topic, tags, lock.

Each answers with what was before, which given to it again takes it back. The caller has asked whether it may be done,
and keeps the log.
"""

from collections.abc import Iterable

from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.problems import NotFound
from app.forum.events import ThreadMoved
from app.forum.masking import public
from app.forum.models import LONGEST_REASON, Tag, Thread, ThreadTag
from app.forum.operations.spaces import living_space
from app.forum.operations.tagging import set_tags
from app.forum.operations.writing import hold_thread, touch


def place(thread_id: int, space_id: int) -> int:
    """Let a thread stand in another topic, or the one that was merged into; where it stood.

    To be called before the open transaction holds threads. Raises NotFound, and Problem when there is no such topic.
    """
    space_id = living_space(space_id)
    thread = _held(thread_id)
    before = thread.space_id
    if before != space_id:
        touch(thread_id, space_id=space_id)
        emit(ThreadMoved(thread_id))
    return before


def retag(thread_id: int, tags: Iterable[str]) -> list[str]:
    """Let a thread carry exactly these tags; those it carried, by name. Raises NotFound."""
    _held(thread_id)
    names = select(Tag.name).join(ThreadTag).where(ThreadTag.thread_id == thread_id).order_by(Tag.name)
    before = list(db.session.scalars(names))
    set_tags(thread_id, tags)
    if before != list(db.session.scalars(names)):
        touch(thread_id)
        emit(ThreadMoved(thread_id))
    return before


def set_lock(thread_id: int, reason: str | None) -> str | None:
    """Let a thread take nothing new from members for this `reason`, or with None take it again; what it was before.

    Personal data in `reason` is masked. It stays when it is locked already, or open already. Raises NotFound.
    """
    thread = _held(thread_id)
    before = None if thread.locked_at is None else thread.lock_reason
    if (before is None) == (reason is None):
        return before
    if reason is None:
        touch(thread_id, locked_at=None, lock_reason="")
    else:
        touch(thread_id, locked_at=now(), lock_reason=public(reason)[:LONGEST_REASON])
    return before


def _held(thread_id: int) -> Thread:
    hold_thread(thread_id)
    row = db.session.get(Thread, thread_id, populate_existing=True)
    if row is None:
        raise NotFound
    return row
