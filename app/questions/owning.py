"""What becomes of all that people said about questions, when their account becomes another's."""

from sqlalchemy import delete, func, select, update

from app.accounts.events import AccountMerged
from app.accounts.operations.merging import give, give_once
from app.core.db import db
from app.forum import operations as forum
from app.forum.models import Thread
from app.questions.models import Confirmation, DuplicateMark, HaveToo, Question


def account_merged(event: AccountMerged) -> None:
    """After the trunk: who has a question too is counted once, and never at their own."""
    connection = db.session().connection()
    both = HaveToo.account_id.in_([event.kept_id, event.gone_id])
    threads = set(db.session.scalars(select(HaveToo.thread_id).where(both)))
    forum.hold_thread(*threads)
    give_once(event, HaveToo.account_id, HaveToo.thread_id)
    asked = select(Thread.id).where(Thread.author_id == event.kept_id)
    connection.execute(
        delete(HaveToo).where(HaveToo.account_id == event.kept_id, HaveToo.thread_id.in_(asked))
    )
    have = select(func.count()).where(HaveToo.thread_id == Question.thread_id).scalar_subquery()
    wrong = (Question.thread_id.in_(threads), Question.too_count != have)
    counted = update(Question).where(*wrong).values(too_count=have).returning(Question.thread_id)
    forum.touch_all(connection.execute(counted).scalars().all())
    give(event, Question.accepted_by_id)
    give(event, Question.duplicate_by_id)
    give_once(event, DuplicateMark.by_id, DuplicateMark.thread_id, DuplicateMark.of_id)
    give_once(event, Confirmation.account_id, Confirmation.post_id)
