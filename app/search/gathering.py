"""What is indexed of entries, gathered as arrays: what an adapter may rank over, whoever keeps it."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.search.ports import Entry, Ref
from app.search.words import spellings, terms

Array = NDArray[Any]

FIELDS = ("title", "body", "answers")
# A place is a field's number and, in so many bits, the place in the field's text.
PLACE_BITS = 24
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Texts:
    """What is indexed of an entry: its terms by field, the words of its title as they are written, and its facets."""

    fields: tuple[list[str], ...]
    words: tuple[str, ...]
    facets: tuple[str, ...]

    @classmethod
    def of(cls, entry: Entry) -> "Texts":
        document = entry.document
        answers = [*terms(document.answer), *terms(document.replies)]
        return cls(
            (terms(document.title), terms(document.body), answers),
            tuple(sorted(spellings(document.title))),
            tuple(sorted(entry.facets)),
        )

    @property
    def codes(self) -> set[int]:
        """Those of its terms."""
        return {code(term) for field in self.fields for term in field}


@lru_cache(maxsize=100_000)
def code(name: str, what: str = "term") -> int:
    """What a term, a word of titles or a facet goes by: 64 bits, so that no two of a million ever meet."""
    return int.from_bytes(blake2b(f"{what}\0{name}".encode(), digest_size=8).digest(), "little")


def moment(at: datetime) -> int:
    """In microseconds since 1970."""
    return (at - _BEGINNING) // timedelta(microseconds=1)


def key(ref: Ref) -> int:
    return code(f"{ref.kind}:{ref.id}", "key")


@dataclass(frozen=True, slots=True)
class Columns:
    """What is known of each document, in the order of the segment."""

    lengths: Array
    at: Array
    weights: Array
    keys: Array

    def those(self, chosen: Array) -> "Columns":
        return Columns(self.lengths[chosen], self.at[chosen], self.weights[chosen], self.keys[chosen])

    @classmethod
    def joined(cls, parts: Sequence["Columns"]) -> "Columns":
        return cls(
            np.concatenate([part.lengths for part in parts]),
            np.concatenate([part.at for part in parts]),
            np.concatenate([part.weights for part in parts]),
            np.concatenate([part.keys for part in parts]),
        )


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every place of every term, and one for each facet and word of the title: in the order of documents by term.

    `words` are those words themselves.
    """

    codes: Array
    documents: Array
    places: Array
    words: frozenset[str]
    columns: Columns

    def those(self, live: Array) -> "Occurrences":
        """Without the documents that are not `live`; the others move up."""
        if live.all():
            return self
        moved = np.cumsum(live, dtype=np.uint32) - 1
        kept = live[self.documents]
        return Occurrences(
            self.codes[kept],
            moved[self.documents[kept]],
            self.places[kept],
            self.words,
            self.columns.those(live),
        )

    @classmethod
    def joined(cls, parts: Sequence["Occurrences"]) -> "Occurrences":
        """One after the other, as a segment that is made of several holds them."""
        bases = np.cumsum([0, *(len(part.columns.keys) for part in parts)])
        documents = [part.documents + np.uint32(base) for part, base in zip(parts, bases[:-1], strict=True)]
        return cls(
            np.concatenate([part.codes for part in parts]),
            np.concatenate(documents),
            np.concatenate([part.places for part in parts]),
            frozenset[str]().union(*(part.words for part in parts)),
            Columns.joined([part.columns for part in parts]),
        )


class Gathering:
    """The occurrences of documents that are added one by one."""

    def __init__(self) -> None:
        self._codes = array("Q")
        self._sizes = array("I")
        self._words: set[str] = set()
        self._at = array("q")
        self._weights = array("f")
        self._keys = array("Q")

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, entry: Entry, texts: Texts) -> None:
        for field in texts.fields:
            self._codes.extend(map(code, field))
            self._sizes.append(len(field))
        self._codes.extend(map(code, texts.words, repeat("word")))
        self._codes.extend(map(code, texts.facets, repeat("facet")))
        self._sizes.append(len(texts.words) + len(texts.facets))
        self._words.update(texts.words)
        self._at.append(moment(entry.document.at))
        self._weights.append(entry.document.weight)
        self._keys.append(key(entry.ref))

    def occurrences(self) -> Occurrences:
        sizes = np.array(self._sizes, np.int64)
        runs = len(FIELDS) + 1
        begins = np.cumsum(sizes) - sizes
        place = np.arange(len(self._codes)) - np.repeat(begins, sizes)
        field = np.repeat(np.arange(len(sizes)) % runs, sizes)
        columns = Columns(
            sizes.reshape(-1, runs)[:, :-1].astype(np.uint32),
            np.array(self._at, np.int64),
            np.array(self._weights, np.float32),
            np.array(self._keys, np.uint64),
        )
        return Occurrences(
            np.array(self._codes, np.uint64),
            np.repeat(np.arange(len(sizes)) // runs, sizes).astype(np.uint32),
            (field << PLACE_BITS | np.minimum(place, (1 << PLACE_BITS) - 1)).astype(np.uint32),
            frozenset(self._words),
            columns,
        )
