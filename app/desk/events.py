"""What happens to a ticket."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, slots=True)
class TicketFiled(Event):
    ticket_id: int


@dataclass(frozen=True, slots=True)
class TicketReplied(Event):
    """A message that both sides see; internal notes are nobody's news."""

    message_id: int
    ticket_id: int
    author_id: int
