"""What becomes of tickets when an account becomes another's, or moderators want a question back."""

from sqlalchemy import update

from app.accounts.events import AccountMerged
from app.accounts.operations.merging import give
from app.core.clock import now
from app.core.db import db
from app.desk.models import Escalation, Status, Ticket, TicketMessage
from app.desk.operations.ending import end_escalation
from app.moderation.events import TakenFromSupport


def account_merged(event: AccountMerged) -> None:
    columns = (Ticket.requester_id, Ticket.assignee_id, Ticket.last_message_by_id)
    for column in (*columns, TicketMessage.author_id, Escalation.by_id):
        give(event, column)


def taken_from_support(event: TakenFromSupport) -> None:
    """The question stands among peers again; a ticket that nobody has answered or taken is closed."""
    untouched = (Ticket.id == event.ticket_id, Ticket.status == Status.NEW, Ticket.assignee_id.is_(None))
    closed = {"status": Status.CLOSED, "solved_at": now(), "updated_at": now(), "version": Ticket.version + 1}
    db.session().connection().execute(update(Ticket).where(*untouched).values(closed))
    end_escalation(event.ticket_id, taken_back=True)
