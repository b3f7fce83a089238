"""What the trunk lets rooms above add, kind by kind."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.accounts.actor import Actor


@dataclass(frozen=True, slots=True)
class Document:
    """What search may know of one thread: public text only, as plain text."""

    kind: str
    id: int
    title: str
    body: str
    answer: str
    replies: str
    state: str
    tags: tuple[str, ...]
    at: datetime


class Documents(Protocol):
    """Makes the documents of one kind of thread."""

    def document(self, thread_id: int) -> Document | None:
        """The thread as the public sees it; None when the public does not see it."""
        ...

    def ids(self) -> Iterator[int]:
        """Every thread of the kind that the public sees, oldest first."""
        ...


class KindsOfDocument(Protocol):
    """The documents of every kind there is, by kind."""

    def __call__(self) -> dict[str, Documents]: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form stands whose draft is kept.

    `what` says what is written there, `title` what it is about, if that is not what is written; `words` are the fields
    with what a person typed, `rest` those that only go with them.
    """

    what: str
    url: str
    title: str = ""
    words: tuple[str, ...] = ("source",)
    rest: tuple[str, ...] = ()


class Places(Protocol):
    """Knows the forms whose drafts may be kept."""

    def __call__(self, actor: Actor, forms: Collection[str]) -> dict[str, Place]:
        """The places of those of `forms` that exist and are for `actor`, in statements that do not grow with them."""
        ...
