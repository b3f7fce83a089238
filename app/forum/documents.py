"""What each kind of thread tells search of itself: search knows kinds only through these."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.accounts.actor import Actor
from app.forum.queries import ThreadRow


@dataclass(frozen=True, slots=True)
class Document:
    """What search may know of one thread: public text only, as plain text.

    `answer` is the best answer, `replies` all the rest below the question. `marks` are what it can be filtered by beside
    its kind, state and tags: `by:17` for its author's id, `has:photo`, `is:official`. `weight` multiplies what its words
    score: 1 unless a kind says more than others.
    """

    kind: str
    id: int
    title: str
    body: str
    answer: str
    replies: str
    state: str
    tags: tuple[str, ...]
    at: datetime
    marks: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A thread that somebody may see: as a list shows it, and what the forum knows of it that an index does not.

    `score` counts the votes for its best answer, less those against. Where `instead` is the id of another of its kind, that one answers.
    """

    row: ThreadRow
    tags: tuple[str, ...] = ()
    solved: bool = False
    official: bool = False
    stale: bool = False
    score: int = 0
    instead: int | None = None


class Documents(Protocol):
    """The documents of one kind of thread. No number of statements grows with the ids."""

    @property
    def states(self) -> Sequence[str]:
        """The states that a thread of the kind can have."""
        ...

    def documents(self, thread_ids: Collection[int]) -> dict[int, Document]:
        """Those of these threads that the public sees, as it sees them."""
        ...

    def seen(self, actor: Actor, thread_ids: Collection[int]) -> dict[int, Seen]:
        """Those of these threads that `actor` may see."""
        ...

    def ids(self) -> Iterator[int]:
        """Every thread of the kind that the public sees, oldest first."""
        ...


class KindsOfDocument(Protocol):
    """The documents of every kind there is, by kind."""

    def __call__(self) -> dict[str, Documents]: ...
