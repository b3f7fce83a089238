"""Having the same question."""

from sqlalchemy import delete, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.problems import Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.questions import policy
from app.questions.models import HaveToo, Question
from app.questions.operations import loading


def have_too(actor: Actor, *, thread_id: int) -> None:
    """Say that one has this question too; it counts everybody once. Raises NotFound or Problem."""
    with transaction() as session:
        thread = loading.held(actor, thread_id)
        if reason := policy.have_too(actor, thread):
            raise Problem(reason)
        row = {"thread_id": thread_id, "account_id": actor.id, "created_at": now()}
        new = insert_ignoring(HaveToo).values(row).returning(HaveToo.account_id)
        if session.connection().execute(new).scalar() is not None:
            _count(thread_id, 1)


def have_no_more(actor: Actor, *, thread_id: int) -> None:
    """Take that back. Raises NotFound or Problem."""
    with transaction() as session:
        thread = loading.held(actor, thread_id)
        if reason := policy.have_too(actor, thread):
            raise Problem(reason)
        mine = delete(HaveToo).where(HaveToo.thread_id == thread_id, HaveToo.account_id == actor.id)
        if session.connection().execute(mine).rowcount:
            _count(thread_id, -1)


def _count(thread_id: int, step: int) -> None:
    forum.touch(thread_id)
    counted = update(Question).where(Question.thread_id == thread_id)
    db.session().connection().execute(counted.values(too_count=Question.too_count + step))
