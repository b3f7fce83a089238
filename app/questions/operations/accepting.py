"""Which answer is accepted, and the state of a question."""

from sqlalchemy import ColumnElement, case, select, update

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.problems import Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Post, Thread, Visibility
from app.questions import policy
from app.questions.events import AnswerAccepted, AnswerUnaccepted
from app.questions.models import Question, State
from app.questions.operations import loading
from app.questions.operations.confirming import begin_anew


def accept(actor: Actor, *, post_id: int, seen: int | None) -> int:
    """Mark the accepted answer; its thread's id.

    `seen` is the accepted post the person saw on their page, None for none: when it has changed meanwhile, a
    Problem says so and nothing changes. Accepting what is accepted already changes nothing.
    """
    with transaction():
        post, thread = loading.held_post(actor, post_id)
        if reason := policy.accept(actor, thread, post):
            raise Problem(reason)
        if not _move_mark(thread, seen, post_id, actor):
            if _accepted(thread.id) == post_id:
                return thread.id
            raise Problem(policy.RACED)
        if actor.id != thread.author_id:
            record("accept", actor_id=actor.id, target="post", target_id=post_id)
        forum.touch(thread.id, state=State.SOLVED)
        emit(AnswerAccepted(post_id, thread.id, int(actor.id or 0)))
        return thread.id


def unaccept(actor: Actor, *, thread_id: int, seen: int) -> None:
    """Take the mark away from `seen`. Raises Problem when it has moved meanwhile; twice changes nothing."""
    with transaction():
        thread = loading.held(actor, thread_id)
        if reason := policy.choose(actor, thread):
            raise Problem(reason)
        if not _move_mark(thread, seen, None, actor):
            if _accepted(thread_id) is None:
                return
            raise Problem(policy.RACED)
        forum.touch(thread_id, state=State.ANSWERED if thread.answer_count else State.OPEN)
        emit(AnswerUnaccepted(thread_id))


def settle_state(thread_id: int, *, leaving: State | None = None) -> None:
    """Let an open, answered or solved question, or one `leaving` another state, say which of these it is.

    In the open transaction; for when a post appeared or went that its state may rest on.
    """
    stands = (
        select(Post.id)
        .join(Question, Question.accepted_post_id == Post.id)
        .where(Question.thread_id == thread_id, Post.visibility == Visibility.PUBLIC)
        .exists()
    )
    state = case((stands, State.SOLVED), (Thread.answer_count > 0, State.ANSWERED), else_=State.OPEN)
    moving = Thread.state.in_([State.OPEN, State.ANSWERED, State.SOLVED, leaving or State.OPEN])
    db.session().connection().execute(
        update(Thread).where(Thread.id == thread_id, moving).values(state=state, version=Thread.version + 1)
    )


def _move_mark(thread: Thread, seen: int | None, post_id: int | None, actor: Actor) -> bool:
    """Move the mark from `seen` to `post_id`; False when it was not at `seen` any more."""
    at_seen: ColumnElement[bool] = (
        Question.accepted_post_id.is_(None) if seen is None else Question.accepted_post_id == seen
    )
    values = {
        "accepted_post_id": post_id,
        "accepted_by_id": actor.id if post_id else None,
        "accepted_at": now() if post_id else None,
        "confirmed_at": None,
        "stale_at": None,
    }
    moved = update(Question).where(Question.thread_id == thread.id, at_seen).values(values)
    if not db.session().connection().execute(moved).rowcount:
        return False
    begin_anew(thread.id)
    return True


def _accepted(thread_id: int) -> int | None:
    return db.session.scalar(select(Question.accepted_post_id).where(Question.thread_id == thread_id))
