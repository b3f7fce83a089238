"""Proving how many have a question too against who said so."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select, update

from app.core.transaction import transaction
from app.forum.models import Thread
from app.forum.operations import touch
from app.questions.models import KIND, HaveToo, Question


@dataclass(frozen=True, slots=True)
class MendedQuestion:
    """A question that counted other people than have it too."""

    thread_id: int
    before: int
    after: int


def recount_too(batch: int = 200) -> Iterator[MendedQuestion]:
    """Count anew, `batch` questions in a transaction: who counts in one waits for its thread."""
    counted = select(func.count()).where(HaveToo.thread_id == Question.thread_id).scalar_subquery()
    last = 0
    while True:
        with transaction() as session:
            some = select(Thread.id).where(Thread.kind == KIND, Thread.id > last).order_by(Thread.id)
            ids = session.scalars(some.limit(batch).with_for_update(key_share=True)).all()
            rows = session.execute(
                select(Question.thread_id, Question.too_count, counted).where(
                    Question.thread_id.in_(ids), Question.too_count != counted
                )
            ).all()
            for thread_id, _before, after in rows:
                session.connection().execute(
                    update(Question).where(Question.thread_id == thread_id).values(too_count=after)
                )
                touch(thread_id)
        yield from (MendedQuestion(*row) for row in rows)
        if not ids:
            return
        last = ids[-1]
