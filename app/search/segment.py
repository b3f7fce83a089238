"""A segment of the index: what can be asked of it, and how it is answered where its arrays are missing."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Protocol

import numpy as np

from app.search.gathering import FIELDS, PLACE_BITS, Array, Columns, Occurrences, code, key
from app.search.ports import Ref

# Postings kept for one segment, about twenty bytes each.
MOST_KEPT = 1_000_000


class Segment(Protocol):
    """Documents and their terms; they never change, though some are deleted. See `arrays.Arrays`."""

    @property
    def size(self) -> int: ...

    @property
    def columns(self) -> Columns: ...

    @property
    def total(self) -> Array: ...

    @property
    def words(self) -> list[str]: ...

    def frequencies(self, names: Sequence[str]) -> Array: ...

    def block(self, term: str) -> tuple[Array, Array]: ...

    def blocks(self, terms: Sequence[str]) -> Iterator[tuple[int, Array, Array]]: ...

    def titles(self, words: Sequence[str]) -> Array: ...

    def with_facet(self, facet: str) -> Array: ...

    def with_word(self, word: str) -> Array: ...

    def places(self, term: str) -> Array: ...

    def beginning(self, prefix: str) -> list[tuple[str, int]]: ...

    def terms_of(self, documents: Array) -> list[set[int]]: ...

    def occurrences(self) -> Occurrences: ...


@dataclass(frozen=True, slots=True)
class Part:
    """A segment as it is at one moment: which of its documents are not deleted, and what the index stored of each.

    `stems` are those in answers that begin like this.
    """

    segment: Segment
    live: Array
    stored: Callable[[int], Mapping[str, Any]]
    stems: Callable[[str], Iterator[str]]


@dataclass(slots=True)
class Walked:
    """A `Segment` read posting by posting from Whoosh: slow, and all there is while a file of arrays is missing."""

    reader: Any
    _blocks: dict[str, tuple[Array, Array]] = field(default_factory=dict)
    _kept: int = 0
    _columns: Columns | None = None
    _words: list[str] | None = None

    @property
    def size(self) -> int:
        return int(self.reader.doc_count_all())

    @property
    def columns(self) -> Columns:
        if self._columns is None:
            stored = [self.reader.stored_fields(number) for number in range(self.size)]
            self._columns = Columns(
                np.array([row["lengths"] for row in stored], np.uint32).reshape(-1, len(FIELDS)),
                np.array([row["at"] for row in stored], np.int64),
                np.array([row["weight"] for row in stored], np.float32),
                np.array([key(Ref(row["kind"], row["id"])) for row in stored], np.uint64),
            )
        return self._columns

    @property
    def total(self) -> Array:
        total: Array = self.columns.lengths.sum(axis=0, dtype=np.int64)
        return total

    @property
    def words(self) -> list[str]:
        if self._words is None:
            self._words = [word.decode() for word in self.reader.lexicon("words")]
        return self._words

    def frequencies(self, names: Sequence[str]) -> Array:
        told = np.zeros((len(names), len(FIELDS) + 1), np.int64)
        for row, name in enumerate(names):
            _documents, counts = self.block(name)
            told[row, :-1] = (counts > 0).sum(axis=0)
            told[row, -1] = len(counts)
        return told

    def block(self, term: str) -> tuple[Array, Array]:
        found = self._blocks.get(term)
        if found is None:
            counts: dict[int, list[float]] = {}
            for place, name in enumerate(FIELDS):
                for matcher in self._postings(name, term):
                    counts.setdefault(matcher.id(), [0.0] * len(FIELDS))[place] = matcher.weight()
            documents = sorted(counts)
            if self._kept > MOST_KEPT:
                self._blocks, self._kept = {}, 0
            found = self._blocks[term] = (
                np.array(documents, np.intp),
                np.array([counts[each] for each in documents], np.float32).reshape(-1, len(FIELDS)),
            )
            self._kept += len(documents) + 1
        return found

    def blocks(self, terms: Sequence[str]) -> Iterator[tuple[int, Array, Array]]:
        for number, term in enumerate(terms):
            documents, counts = self.block(term)
            if len(documents):
                yield number, documents, counts

    def titles(self, words: Sequence[str]) -> Array:
        return np.array([self.reader.doc_frequency("words", word) for word in words], np.int64)

    def with_facet(self, facet: str) -> Array:
        return np.array([matcher.id() for matcher in self._postings("facets", facet)], np.intp)

    def with_word(self, word: str) -> Array:
        return np.array([matcher.id() for matcher in self._postings("words", word)], np.intp)

    def places(self, term: str) -> Array:
        found = [
            matcher.id() << 32 | number << PLACE_BITS | place
            for number, name in enumerate(FIELDS)
            for matcher in self._postings(name, term)
            for place in matcher.value_as("positions")
        ]
        return np.array(sorted(found), np.uint64)

    def beginning(self, prefix: str) -> list[tuple[str, int]]:
        rest = self.words[bisect_left(self.words, prefix) :]
        words = takewhile(lambda word: word.startswith(prefix), rest)
        return [(word, int(self.reader.doc_frequency("words", word))) for word in words]

    def terms_of(self, documents: Array) -> list[set[int]]:
        """Nobody knows by document; everything it may be is said by nothing."""
        return [{-1} for _document in documents]

    def occurrences(self) -> Occurrences:
        codes: list[int] = []
        documents: list[int] = []
        places: list[int] = []
        for name, what in (*((name, "term") for name in FIELDS), ("words", "word"), ("facets", "facet")):
            number = FIELDS.index(name) if name in FIELDS else len(FIELDS)
            for term in self.reader.lexicon(name):
                text = term.decode()
                for matcher in self._postings(name, text):
                    found = matcher.value_as("positions") if number < len(FIELDS) else [0]
                    places += [number << PLACE_BITS | place for place in found]
                    documents += [matcher.id()] * len(found)
                    codes += [code(text, what)] * len(found)
        by_code, by_document = np.array(codes, np.uint64), np.array(documents, np.uint32)
        by_place = np.array(places, np.uint32)
        order = np.lexsort((by_place, by_document, by_code))
        return Occurrences(
            by_code[order], by_document[order], by_place[order], frozenset(self.words), self.columns
        )

    def _postings(self, name: str, term: str) -> Iterator[Any]:
        """With deleted documents, which Whoosh wraps away."""
        if (name, term) not in self.reader:
            return
        matcher = self.reader.postings(name, term)
        matcher = getattr(matcher, "child", matcher)
        while matcher.is_active():
            yield matcher
            matcher.next()
