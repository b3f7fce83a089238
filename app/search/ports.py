"""What search needs of an index, whatever stands behind it."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple, Protocol, runtime_checkable

from app.forum.documents import Document

Phrase = tuple[str, ...]

# A passage is shown from no further on than this.
STORED_CHARACTERS = 4_000


class Ref(NamedTuple):
    """What a document is about: a thread's kind and id."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it was when its thread had this version."""

    document: Document
    version: int

    @property
    def ref(self) -> Ref:
        return Ref(self.document.kind, self.document.id)

    @property
    def texts(self) -> tuple[str, str]:
        """What an index keeps to cut passages from: the beginnings of body and answer."""
        return self.document.body[:STORED_CHARACTERS], self.document.answer[:STORED_CHARACTERS]

    @property
    def facets(self) -> frozenset[str]:
        """Everything the document can be filtered by: `kind:question`, `is:solved`, `tag:returns`, and its marks."""
        document = self.document
        own = (f"kind:{document.kind}", f"is:{document.state}", *(f"tag:{tag}" for tag in document.tags))
        return frozenset([*own, *document.marks])

    @property
    def fingerprint(self) -> str:
        """Equal for documents that say the same, whichever version said it."""
        document = self.document
        said = (
            document.title,
            document.body,
            document.answer,
            document.replies,
            document.state,
            *document.tags,
            *document.marks,
            str(document.weight),
            document.at.isoformat(),
        )
        return blake2b("\0".join(said).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, in terms (see `words`); documents with more of `words` and rarer ones come first.

    `related` are terms that mean the same as some of `words`, or are what was misspelled: they weigh half. `draft` are
    terms of a longer text, which weigh less. `unfinished` is the last word as far as it is typed, folded.

    The others are filters. `phrases`: each stands in one text, in this order and side by side. `excluded` phrases stand
    nowhere. Of each set in `required` the document has one facet at least, of `refused` none (see `Entry.facets`). It is
    from `since` or later, and from before `until`. With filters alone, all that pass come, the newest first.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()
    draft: tuple[str, ...] = ()
    unfinished: str = ""
    related: tuple[str, ...] = ()
    required: tuple[frozenset[str], ...] = ()
    refused: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    @property
    def filters(self) -> bool:
        """Whether it asks for more than words."""
        return bool(self.required or self.refused or self.since or self.until)

    @property
    def terms(self) -> frozenset[str]:
        """Everything that is looked for and may be marked where it is found."""
        return frozenset(self.words).union(self.related, *self.phrases)


@dataclass(frozen=True, slots=True)
class Hit:
    """A proposal. `body` and `answer` begin the question's and the best answer's text as they were at `version`.

    `covered` is how much of what was looked for stands in it: 0 to 1, the words weighed by how rare they are.
    """

    kind: str
    id: int
    score: float
    version: int
    body: str
    answer: str
    covered: float = 0.0

    @property
    def ref(self) -> Ref:
        return Ref(self.kind, self.id)


# Reads what the public may see of these now; None for what is nothing.
Read = Callable[[Sequence[Ref]], Iterable[tuple[Ref, Entry | None]]]


class Unavailable(Exception):
    """The index is missing, broken or made by another version; it must be built anew."""


class Busy(Exception):
    """Another process is writing to the index."""


class Index(Protocol):
    """Full text of documents. What `replace` and `rebuild` wrote is found by every process once they return."""

    def writing(self, wait: float = 0) -> AbstractContextManager[None]:
        """Be the only writer, across processes; reading rows and writing them must both happen inside.

        Raises Busy when another is writing still after `wait` seconds.
        """
        ...

    def replace(self, entries: Iterable[Entry], gone: Iterable[Ref], position: int) -> None:
        """Put entries in the place of their older ones and take `gone` out: all of it or nothing.

        `position` is the last outbox row this covers; it never goes back. Raises Unavailable.
        """
        ...

    def rebuild(self, entries: Iterable[Entry], position: int) -> None:
        """Begin anew with exactly these; until they are all in, the old index answers."""
        ...

    def tidy(self) -> bool:
        """Do one piece of what can wait, a few seconds' work; False when there is none.

        When there is none, nothing of what `gone` or `replace` took away is on disk any more. Raises Unavailable.
        """
        ...

    def position(self) -> int:
        """The last outbox row that is in. Raises Unavailable, also when files were lost behind the index's back."""
        ...

    def search(self, query: Query, limit: int) -> list[Hit]:
        """The best first, at most `limit`; none without words, phrases or filters. Raises Unavailable."""
        ...

    def complete(self, prefix: str, limit: int = 10) -> list[str]:
        """The commonest words of titles that begin with `prefix` (folded), the commonest first. Raises Unavailable."""
        ...

    def correct(self, word: str) -> str | None:
        """What a folded word that no title has was meant to be: the commonest of the nearest words of titles.

        None when titles have the word, or nothing is near. Raises Unavailable.
        """
        ...

    def fingerprints(self) -> dict[Ref, str]:
        """Of every entry there is. Raises Unavailable."""
        ...


@runtime_checkable
class LiveIndex(Index, Protocol):
    """An index in the site's own database: it changes in the transactions that change threads.

    What changes while `rebuild` runs must be followed too; `rebuild` asks for its first entry only once it will be.
    """

    def follow(self, refs: Sequence[Ref], read: Read) -> None:
        """In the open transaction, hold these documents, then `read` them and write what they are now.

        Whoever else follows one of them waits until the transaction has ended. Raises Unavailable.
        """
        ...
