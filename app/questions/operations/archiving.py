"""Keeping questions to be read, as they are."""

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.masking import public
from app.forum.models import LONGEST_REASON
from app.forum.policy import SAY_WHY
from app.questions import policy
from app.questions.events import Archived
from app.questions.models import Question, State
from app.questions.operations import loading
from app.questions.operations.accepting import settle_state


def archive(actor: Actor, *, thread_id: int, reason: str) -> None:
    """Let a question be read only, and say why; personal data in `reason` is masked.

    Twice changes nothing; raises NotFound for all but moderators.
    """
    reason = public(reason)[:LONGEST_REASON]
    with transaction() as session:
        if policy.archive(actor):
            raise NotFound
        thread = loading.held(actor, thread_id)
        if not reason:
            raise Problem(SAY_WHY, field="reason")
        if thread.state == State.ARCHIVED:
            return
        question = session.get_one(Question, thread_id, populate_existing=True)
        question.archived_from, question.archive_reason = thread.state, reason
        forum.touch(thread_id, state=State.ARCHIVED)
        record("archive", actor_id=actor.id, target="thread", target_id=thread_id, facts={"reason": reason})
        emit(Archived(thread_id, int(actor.id or 0), archived=True))


def unarchive(actor: Actor, *, thread_id: int) -> None:
    """Let a question be what it was before. Twice changes nothing; raises NotFound for all but moderators."""
    with transaction() as session:
        if policy.archive(actor):
            raise NotFound
        thread = loading.held(actor, thread_id)
        if thread.state != State.ARCHIVED:
            return
        question = session.get_one(Question, thread_id, populate_existing=True)
        before = question.archived_from or State.OPEN
        question.archived_from, question.archive_reason = None, ""
        session.flush()
        forum.touch(thread_id, state=before)
        settle_state(thread_id)
        record("unarchive", actor_id=actor.id, target="thread", target_id=thread_id)
        emit(Archived(thread_id, int(actor.id or 0), archived=False))
