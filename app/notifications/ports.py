"""What notifications ask of rooms that stand on the same floor."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from app.accounts.actor import Actor
from app.accounts.queries import Person


@dataclass(frozen=True, slots=True)
class Subject:
    """What a notification is about, in plain text; `url` is a path of this site or a whole address.

    `author` is None where no name is told.
    """

    title: str
    url: str
    excerpt: str
    author: Person | None


class TicketNotices(Protocol):
    """Reads messages of tickets for the person who is told of them."""

    def __call__(self, actor: Actor, message_ids: Collection[int]) -> Mapping[int, Subject]:
        """By message id, those that exist and that `actor` may see; in a bounded number of statements."""
        ...


class StandingNotice(Protocol):
    """Says how a person stands here: why they may not post at the moment, if that is so."""

    def __call__(self, actor: Actor) -> Subject:
        """What there is to say at this moment."""
        ...
