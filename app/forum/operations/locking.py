"""Locking threads: nothing new from members for a while, and why."""

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import policy
from app.forum.masking import public
from app.forum.models import LONGEST_REASON
from app.forum.operations import loading
from app.forum.operations.steering import set_lock


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
        set_lock(thread_id, reason, by_id=int(actor.id or 0))
        record("lock", actor_id=actor.id, target="thread", target_id=thread_id, facts={"reason": reason})


def unlock(actor: Actor, *, thread_id: int) -> None:
    """Let members write in a thread again. Twice changes nothing; raises NotFound for everybody but moderators."""
    with transaction():
        if policy.lock(actor):
            raise NotFound
        thread = loading.thread(actor, thread_id)
        if thread.locked_at is None:
            return
        set_lock(thread_id, None, by_id=int(actor.id or 0))
        record("unlock", actor_id=actor.id, target="thread", target_id=thread_id)
