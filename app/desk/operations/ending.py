"""What the end of a ticket means for the thread it grew from."""

from sqlalchemy import update

from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.desk.events import EscalationEnded
from app.desk.models import Escalation
from app.questions.models import Question, State
from app.questions.operations.accepting import settle_state


def end_escalation(ticket_id: int, *, taken_back: bool = False) -> None:
    """Let the thread that went to Support with this ticket, if one did, stand among peers again.

    In the open transaction; one that came back already stays as it is. `taken_back` when moderators want it back.
    """
    ended = (
        update(Escalation)
        .where(Escalation.ticket_id == ticket_id, Escalation.ended_at.is_(None))
        .values(ended_at=now(), taken_back=taken_back)
        .returning(Escalation.thread_id)
    )
    connection = db.session().connection()
    for thread_id in connection.execute(ended).scalars().all():
        # Where it is archived meanwhile, it comes back from there as any other.
        kept = update(Question).where(
            Question.thread_id == thread_id, Question.archived_from == State.ESCALATED
        )
        connection.execute(kept.values(archived_from=State.OPEN))
        settle_state(thread_id, leaving=State.ESCALATED)
        emit(EscalationEnded(thread_id, taken_back))
