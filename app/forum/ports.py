"""What the trunk lets rooms above add, kind by kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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
