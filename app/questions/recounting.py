"""Proving how many have a question too against who said so."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, update

from app.core.transaction import transaction
from app.forum.operations import touch
from app.questions.models import HaveToo, Question


@dataclass(frozen=True, slots=True)
class MendedQuestion:
    """A question that counted other people than have it too."""

    thread_id: int
    before: int
    after: int


def recount_too() -> Iterator[MendedQuestion]:
    """Count anew, in one transaction that holds the questions meanwhile."""
    with transaction() as session:
        session.execute(select(Question.thread_id).order_by(Question.thread_id).with_for_update())
        counted = select(func.count()).where(HaveToo.thread_id == Question.thread_id).scalar_subquery()
        rows = session.execute(
            select(Question.thread_id, Question.too_count, counted).where(Question.too_count != counted)
        ).all()
        for thread_id, _before, after in rows:
            session.connection().execute(
                update(Question).where(Question.thread_id == thread_id).values(too_count=after)
            )
            touch(thread_id)
    yield from (MendedQuestion(*row) for row in rows)
