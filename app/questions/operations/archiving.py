"""Keeping questions to be read, as they are, in the open transaction of a decision."""

from app.core.db import db
from app.core.events import emit
from app.forum import operations as forum
from app.forum.masking import public
from app.forum.models import LONGEST_REASON, Thread
from app.questions.events import Archived
from app.questions.models import Question, State
from app.questions.operations.accepting import settle_state


def set_archive(thread_id: int, reason: str | None) -> str | None:
    """Let a question be read only, for this `reason`, or with None be what it was again; what it was archived for before.

    Personal data in `reason` is masked. It stays when it is archived already, or not at all. Given what it answered with,
    it takes itself back.
    """
    forum.hold_thread(thread_id)
    session = db.session()
    thread = session.get_one(Thread, thread_id, populate_existing=True)
    question = session.get_one(Question, thread_id, populate_existing=True)
    before = question.archive_reason if thread.state == State.ARCHIVED else None
    if (before is None) == (reason is None):
        return before
    if reason is None:
        back = question.archived_from or State.OPEN
        question.archived_from, question.archive_reason = None, ""
        session.flush()
        forum.touch(thread_id, state=back)
        settle_state(thread_id)
    else:
        question.archived_from, question.archive_reason = thread.state, public(reason)[:LONGEST_REASON]
        forum.touch(thread_id, state=State.ARCHIVED)
    emit(Archived(thread_id))
    return before
