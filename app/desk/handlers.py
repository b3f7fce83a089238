"""What becomes of tickets when an account becomes another's."""

from app.accounts.events import AccountMerged
from app.accounts.operations.merging import give
from app.desk.models import Escalation, Ticket, TicketMessage


def account_merged(event: AccountMerged) -> None:
    columns = (Ticket.requester_id, Ticket.assignee_id, Ticket.last_message_by_id)
    for column in (*columns, TicketMessage.author_id, Escalation.by_id):
        give(event, column)
