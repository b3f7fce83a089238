"""Questions that were asked before: pointers to the earlier one, and 'mine differs because'."""

from sqlalchemy import text, update

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.core.problems import Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.masking import public
from app.forum.models import Thread, Visibility
from app.questions import policy
from app.questions.events import MarkedDuplicate, Reopened
from app.questions.keeping import end_of_chain
from app.questions.models import KIND, LONGEST_DIFFERENCE, DuplicateMark, Question, State
from app.questions.operations import loading
from app.questions.operations.accepting import settle_state

_POSTGRES_LOCK = 0x626172706F69


def mark_duplicate(actor: Actor, *, thread_id: int, of_id: int) -> int:
    """Let a question point to one that was asked before; the thread it points to, which is the end of a chain.

    Marked already, it stays as it is when it points there; Problem says so when it points elsewhere. Raises Problem
    also for a circle, for a target that others cannot read, and when its asker has told `actor` how it differs from it.
    """
    with transaction():
        point_one_at_a_time()
        thread = loading.held(actor, thread_id)
        if reason := policy.mark_duplicate(actor, thread):
            raise Problem(reason)
        before = thread.state
        target_id = point(thread_id, of_id, by_id=int(actor.id or 0))
        if actor.is_moderator and before != State.DUPLICATE:
            facts = {"of": target_id}
            record("mark_duplicate", actor_id=actor.id, target="thread", target_id=thread_id, facts=facts)
        return target_id


def unmark_duplicate(actor: Actor, *, thread_id: int) -> None:
    """Take a pointer back, as whoever set it or a moderator; twice changes nothing. It may be set again."""
    with transaction() as session:
        thread = loading.held(actor, thread_id)
        question = session.get_one(Question, thread_id, populate_existing=True)
        if thread.state != State.DUPLICATE:
            return
        if reason := policy.unmark_duplicate(actor, thread, question):
            raise Problem(reason)
        unpoint(thread_id, by_id=int(actor.id or 0))
        if actor.is_moderator:
            record("unmark_duplicate", actor_id=actor.id, target="thread", target_id=thread_id)


def point(thread_id: int, of_id: int, *, by_id: int, decided: bool = False) -> int:
    """Let a question point to one that was asked before, in the open transaction; which, as the end of a chain.

    Pointing there already it stays as it is. Raises Problem when it points elsewhere, cannot point, or would point in a
    circle or to what others cannot read, and when its asker told `by_id` how it differs from that. `unpoint` takes it
    back. To be called before the open transaction holds threads. `decided` goes with the event.
    """
    point_one_at_a_time()
    forum.hold_thread(thread_id)
    thread = db.session.get_one(Thread, thread_id, populate_existing=True)
    if reason := policy.point(thread):
        raise Problem(reason)
    target_id = end_of_chain(of_id)
    if thread_id in {of_id, target_id}:
        raise Problem(policy.CIRCLE, field="of")
    target = db.session.get(Thread, target_id)
    if target is None or target.kind != KIND or target.visibility != Visibility.PUBLIC:
        raise Problem(policy.NO_SUCH_QUESTION, field="of")
    question = db.session.get_one(Question, thread_id, populate_existing=True)
    if thread.state == State.DUPLICATE:
        if question.duplicate_of_id == target_id:
            return target_id
        raise Problem(policy.MARKED_ALREADY)
    mark = {"thread_id": thread_id, "of_id": target_id, "by_id": by_id}
    fresh = insert_ignoring(DuplicateMark).values(created_at=now(), **mark)
    if not db.session().connection().execute(fresh.returning(DuplicateMark.thread_id)).scalar():
        raise Problem(policy.DIFFERS_FROM_IT, field="of")
    question.duplicate_of_id, question.duplicate_by_id = target_id, by_id
    question.duplicate_at = now()
    forum.touch(thread_id, state=State.DUPLICATE)
    emit(MarkedDuplicate(thread_id, target_id, by_id, decided))
    return target_id


def unpoint(thread_id: int, *, by_id: int, decided: bool = False) -> None:
    """Let a question stand on its own again, in the open transaction; twice changes nothing. It may be pointed there again."""
    forum.hold_thread(thread_id)
    question = db.session.get_one(Question, thread_id, populate_existing=True)
    if question.duplicate_of_id is None:
        return
    key = (thread_id, question.duplicate_of_id, question.duplicate_by_id)
    if mark := db.session.get(DuplicateMark, key):
        db.session.delete(mark)
    _stand_alone(thread_id, question)
    emit(Reopened(thread_id, by_id, decided))


def say_differs(actor: Actor, *, thread_id: int, differs: str) -> None:
    """The asker says how theirs differs: the question stands on its own again, and the words stay on it, personal data masked.

    Whoever pointed it there cannot do so again. A question that points nowhere stays as it is.
    """
    with transaction() as session:
        thread = loading.held(actor, thread_id)
        if reason := policy.say_differs(actor, thread):
            raise Problem(reason)
        question = session.get_one(Question, thread_id, populate_existing=True)
        if thread.state != State.DUPLICATE:
            return
        if not differs:
            raise Problem(policy.SAY_HOW, field="differs")
        session.execute(
            update(DuplicateMark)
            .where(DuplicateMark.thread_id == thread_id, DuplicateMark.ended_at.is_(None))
            .values(ended_at=now())
        )
        question.differs = public(differs)[:LONGEST_DIFFERENCE]
        _stand_alone(thread_id, question)
        emit(Reopened(thread_id, int(actor.id or 0)))


def _stand_alone(thread_id: int, question: Question) -> None:
    question.duplicate_of_id = question.duplicate_by_id = question.duplicate_at = None
    if question.archived_from is not None:
        question.archived_from = State.OPEN
        db.session().flush()
        forum.touch(thread_id)
        return
    db.session().flush()
    forum.touch(thread_id, state=State.OPEN)
    settle_state(thread_id)


def point_one_at_a_time() -> None:
    """Two pointers set at once could close a circle that neither sees; on SQLite writers queue anyway."""
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
