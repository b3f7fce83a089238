"""What notifications ask of the desk, which stands on the same floor."""

from dataclasses import dataclass
from typing import Protocol

from app.accounts.actor import Actor
from app.accounts.queries import Person


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notification is about, in plain text; `url` is a path of this site or a whole address."""

    title: str
    url: str
    excerpt: str
    author: Person


class TicketNotice(Protocol):
    """Reads one message of a ticket for the person who is told of it."""

    def __call__(self, actor: Actor, ticket_id: int, message_id: int) -> Subject | None:
        """None when the message is missing or not for `actor` to see."""
        ...
