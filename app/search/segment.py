"""One segment of the index as it lies on disk, and what is kept of it in memory."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import Any

from app.search.ports import Phrase

K1 = 1.2
B = 0.75
# Postings kept for one segment, twelve bytes each.
MOST_KEPT = 1_000_000


class Segment:
    """Postings never change, so those that were read are kept while the segment lasts.

    Deleted documents stay in it until it is merged into another; `deleted` says which they are.
    """

    def __init__(self, reader: Any, fields: tuple[str, ...]) -> None:
        self.reader = reader
        self.size: int = reader.doc_count_all()
        self._fields = fields
        self._frequencies: dict[tuple[str, str], int] = {}
        self._lengths: dict[str, array[int]] = {}
        self._postings: dict[tuple[str, str], tuple[array[int], array[float]]] = {}
        self._impacts: dict[tuple[str, str, float], array[float]] = {}
        self._spellings: list[tuple[str, int]] | None = None
        self._kept = 0

    @property
    def deleted(self) -> set[int]:
        return set(self.reader.deleted_docs_set)

    def total_length(self, field: str) -> int:
        return int(self.reader.field_length(field))

    def frequency(self, field: str, term: str) -> int:
        """How many documents hold the term in the field."""
        found = self._frequencies.get((field, term))
        if found is None:
            found = self._frequencies[field, term] = int(self.reader.doc_frequency(field, term))
            self._kept += 1
        return found

    def documents(self, field: str, term: str) -> "array[int]":
        """Those that hold the term in the field."""
        return self._read(field, term)[0]

    def impacts(self, field: str, term: str, average: float) -> "array[float]":
        """BM25 of each of these documents but for idf and weight; `average` is the field's average length."""
        found = self._impacts.get((field, term, average))
        if found is None:
            lengths = self._lengths_of(field)
            even, steep = K1 * (1 - B), K1 * B / average
            found = self._impacts[field, term, average] = array(
                "f",
                (
                    count * (K1 + 1) / (count + even + steep * lengths[document])
                    for document, count in zip(*self._read(field, term), strict=True)
                ),
            )
        return found

    def holding(self, phrase: Phrase) -> set[int]:
        """Documents in which the terms stand side by side in one text."""
        return set[int]().union(*(self._holding(field, phrase) for field in self._fields))

    def spellings(self, prefix: str) -> Iterator[tuple[str, int]]:
        """Words of titles that begin with `prefix`, each with its number of titles."""
        if self._spellings is None:
            lexicon = self.reader.iter_field("spellings")
            self._spellings = [(word.decode(), info.doc_frequency()) for word, info in lexicon]
        for word, count in islice(self._spellings, bisect_left(self._spellings, (prefix, 0)), None):
            if not word.startswith(prefix):
                return
            yield word, count

    def _holding(self, field: str, phrase: Phrase) -> set[int]:
        documents = set.intersection(*(set(self.documents(field, term)) for term in phrase))
        if len(phrase) == 1 or not documents:
            return documents
        places = {term: self._places(field, term, documents) for term in phrase}
        return {
            document
            for document in documents
            if any(
                all(start + step in places[term][document] for step, term in enumerate(phrase))
                for start in places[phrase[0]][document]
            )
        }

    def _places(self, field: str, term: str, documents: set[int]) -> dict[int, frozenset[int]]:
        places = {}
        matcher = self._matcher(field, term)
        while matcher.is_active():
            if matcher.id() in documents:
                places[matcher.id()] = frozenset(matcher.value_as("positions"))
            matcher.next()
        return places

    def _read(self, field: str, term: str) -> "tuple[array[int], array[float]]":
        """The term's documents, and how often each holds it."""
        found = self._postings.get((field, term))
        if found is None:
            documents, counts = array("I"), array("f")
            if (field, term) in self.reader:
                matcher = self._matcher(field, term)
                while matcher.is_active():
                    documents.append(matcher.id())
                    counts.append(matcher.weight())
                    matcher.next()
            if self._kept > MOST_KEPT:
                self._frequencies, self._postings, self._impacts, self._kept = {}, {}, {}, 0
            found = self._postings[field, term] = (documents, counts)
            self._kept += len(documents) + 1
        return found

    def _matcher(self, field: str, term: str) -> Any:
        """With deleted documents, so that what is kept outlives deletions: Whoosh wraps them away."""
        matcher = self.reader.postings(field, term)
        return getattr(matcher, "child", matcher)

    def _lengths_of(self, field: str) -> "array[int]":
        if field not in self._lengths:
            length = self.reader.doc_field_length
            self._lengths[field] = array("I", (length(number, field) or 0 for number in range(self.size)))
        return self._lengths[field]
