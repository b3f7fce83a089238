"""Locking threads: nothing new from members for a while, and why."""

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core.clock import now
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import policy
from app.forum.events import ThreadLocked
from app.forum.masking import public
from app.forum.models import LONGEST_REASON
from app.forum.operations import loading
from app.forum.operations.writing import touch


def lock(actor: Actor, *, thread_id: int, reason: str) -> None:
    """Let a thread take nothing new from members, and say why. A thread that is locked already stays as it is.

    Personal data in `reason` is masked. Raises NotFound for everybody but moderators, Problem without a reason.
    """
    reason = public(reason)[:LONGEST_REASON]
    with transaction():
        if policy.lock(actor):
            raise NotFound
        thread = loading.thread(actor, thread_id)
        if not reason:
            raise Problem(policy.SAY_WHY, field="reason")
        if thread.locked_at is not None:
            return
        touch(thread_id, locked_at=now(), lock_reason=reason)
        record("lock", actor_id=actor.id, target="thread", target_id=thread_id, facts={"reason": reason})
        emit(ThreadLocked(thread_id, int(actor.id or 0), locked=True))


def unlock(actor: Actor, *, thread_id: int) -> None:
    """Let members write in a thread again. Twice changes nothing; raises NotFound for everybody but moderators."""
    with transaction():
        if policy.lock(actor):
            raise NotFound
        thread = loading.thread(actor, thread_id)
        if thread.locked_at is None:
            return
        touch(thread_id, locked_at=None, lock_reason="")
        record("unlock", actor_id=actor.id, target="thread", target_id=thread_id)
        emit(ThreadLocked(thread_id, int(actor.id or 0), locked=False))
