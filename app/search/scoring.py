"""The index at one moment: which documents answer a query best.

BM25 summed over fields (Robertson and Zaragoza, 'The Probabilistic Relevance Framework: BM25 and Beyond', 2009; the idf
is theirs too), any word being enough.
"""

import weakref
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import nlargest, nsmallest
from itertools import islice
from math import log
from typing import Any

from app.search.ports import Hit, Query, Ref
from app.search.segment import Segment
from app.search.words import terms

# How much a word counts by where it stands. Measured: titles at 1 to 2 are alike and at 5 hurt, the question's own
# text at 0.2 to 0.4 helps and at 1 hurts, and answers are one text: the accepted one apart from the others hurts.
WEIGHTS: Mapping[str, float] = {"title": 1.5, "body": 0.3, "answers": 1.0}
DRAFT_WEIGHT = 0.4
DRAFT_TERMS = 12
COMPLETIONS = 10
# Where no title knows the beginning of a word, so many stems of answers are looked at.
STEMS_LOOKED_AT = 200
# Average lengths move with every document; in steps of 5 % what was computed with them stays good.
STEP = log(1.05)

# Field, term and what it counts.
Weighted = tuple[str, str, float]


class Snapshot:
    """What a reader of the index sees until the index changes. `stamp` names the moment, `close` is called at its end.

    Segments that were there in the moment `before` bring what is known of them.
    """

    def __init__(
        self, stamp: tuple[int, ...], reader: Any, close: Callable[[], None], before: "Snapshot | None"
    ) -> None:
        self.stamp = stamp
        self._reader = reader
        weakref.finalize(self, close)
        known = before.segments if before else {}
        self.segments: dict[str, Segment] = {}
        for leaf, _offset in reader.leaf_readers():
            if leaf.segment() is not None:
                name = leaf.segment().segment_id()
                self.segments[name] = known.get(name) or Segment(leaf, tuple(WEIGHTS))
                self.segments[name].reader = leaf
        self._size = sum(segment.size for segment in self.segments.values())
        self._averages = {field: self._average(field) for field in WEIGHTS}

    def search(self, query: Query, limit: int) -> list[Hit]:
        """At most `limit`, the best first; of equals the older."""
        if not query.words and not query.unfinished:
            return []
        words = [*self._weighted(query.words), *self._weighted(self._rarest(query.draft), DRAFT_WEIGHT)]
        completions = self.stems(query.unfinished) if query.unfinished else []
        best: list[tuple[float, Segment, int]] = []
        for segment in self.segments.values():
            scores = self._scores(segment, words)
            self._add_unfinished(segment, completions, scores)
            self._filter(segment, query, scores)
            top = nlargest(limit, range(segment.size), key=scores.__getitem__)
            best += ((scores[document], segment, document) for document in top if scores[document] > 0)
        best.sort(key=lambda found: found[0], reverse=True)
        return [self._hit(*found) for found in best[:limit]]

    def complete(self, prefix: str, limit: int) -> list[str]:
        """The commonest words of titles that begin with `prefix`, the commonest first."""
        found = Counter[str]()
        for segment in self.segments.values():
            for word, count in segment.spellings(prefix):
                found[word] += count
        return nlargest(limit, sorted(found), key=found.__getitem__)

    def stems(self, prefix: str) -> list[str]:
        """What an unfinished word may become: itself, and its commonest completions in titles, else in answers."""
        words = self.complete(prefix, COMPLETIONS)
        stems = [*terms(prefix), *(stem for word in words for stem in terms(word))]
        return list(dict.fromkeys(stems if words else [*stems, *self._stems_of_answers(prefix)]))

    def entries(self) -> Iterator[tuple[Ref, str]]:
        """Every document's name and fingerprint."""
        for _number, stored in self._reader.iter_docs():
            yield Ref(stored["kind"], stored["id"]), stored["fingerprint"]

    def _scores(self, segment: Segment, words: Iterable[Weighted]) -> "array[float]":
        scores = array("d", bytes(8 * segment.size))
        for field, term, weight in words:
            impacts = segment.impacts(field, term, self._averages[field])
            for document, impact in zip(segment.documents(field, term), impacts, strict=True):
                scores[document] += weight * impact
        return scores

    def _add_unfinished(self, segment: Segment, stems: list[str], scores: "array[float]") -> None:
        """All that a word may become counts as one word, as common as they are together; the best of them counts."""
        for field, weight in WEIGHTS.items() if stems else ():
            idf = self._idf(sum(self._frequency(field, stem) for stem in stems))
            best: dict[int, float] = {}
            for stem in stems:
                impacts = segment.impacts(field, stem, self._averages[field])
                for document, impact in zip(segment.documents(field, stem), impacts, strict=True):
                    if impact > best.get(document, 0.0):
                        best[document] = impact
            for document, impact in best.items():
                scores[document] += weight * idf * impact

    def _filter(self, segment: Segment, query: Query, scores: "array[float]") -> None:
        """Nothing counts that is deleted, lacks a phrase or holds an excluded one."""
        if query.phrases:
            wanted = set.intersection(*map(segment.holding, query.phrases))
            unwanted = {document for document, score in enumerate(scores) if score and document not in wanted}
        else:
            unwanted = set()
        unwanted.update(segment.deleted, *map(segment.holding, query.excluded))
        for document in unwanted:
            scores[document] = 0.0

    def _weighted(self, stems: Iterable[str], share: float = 1.0) -> Iterator[Weighted]:
        for term in stems:
            for field, weight in WEIGHTS.items():
                if frequency := self._frequency(field, term):
                    yield field, term, share * weight * self._idf(frequency)

    def _rarest(self, stems: Iterable[str]) -> list[str]:
        found = {term: sum(self._frequency(field, term) for field in WEIGHTS) for term in stems}
        known = [term for term, frequency in found.items() if frequency]
        return nsmallest(DRAFT_TERMS, known, key=found.__getitem__)

    def _stems_of_answers(self, prefix: str) -> list[str]:
        found = Counter[str]()
        for segment in self.segments.values():
            for stem in islice(segment.reader.expand_prefix("answers", prefix), STEMS_LOOKED_AT):
                found[stem.decode()] += segment.frequency("answers", stem.decode())
        return [stem for stem, _count in found.most_common(COMPLETIONS)]

    def _frequency(self, field: str, term: str) -> int:
        return sum(segment.frequency(field, term) for segment in self.segments.values())

    def _idf(self, frequency: int) -> float:
        frequency = min(frequency, self._size)
        return log(1 + (self._size - frequency + 0.5) / (frequency + 0.5))

    def _average(self, field: str) -> float:
        total = sum(segment.total_length(field) for segment in self.segments.values())
        return float(1.05 ** round(log(max(1.0, total / max(1, self._size))) / STEP))

    def _hit(self, score: float, segment: Segment, document: int) -> Hit:
        stored = segment.reader.stored_fields(document)
        body, answer = stored["texts"]
        return Hit(stored["kind"], stored["id"], score, stored["version"], body, answer)
