"""The index at one moment: which documents answer a query best, by `bm25`, many documents at a time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from heapq import nlargest, nsmallest
from itertools import islice
from typing import NamedTuple

import numpy as np

from app.search.bm25 import (
    COMPLETIONS,
    DRAFT_TERMS,
    DRAFT_WEIGHT,
    K1,
    RELATED_WEIGHT,
    STEMS_LOOKED_AT,
    WEIGHTS,
    B,
    idf,
)
from app.search.gathering import FIELDS, Array, moment
from app.search.ports import Hit, Phrase, Query, Ref
from app.search.segment import Part, Segment
from app.search.spelling import most_edits, near, nearest
from app.search.words import becoming

_NO_SCORES = np.zeros(0, np.float32)
_WEIGHTS = np.array([WEIGHTS[field] for field in FIELDS], np.float32)


class _Wanted(NamedTuple):
    """A term, what it counts by field, and how much of what was looked for it is."""

    term: str
    counts: Array
    covers: float


class _Unfinished(NamedTuple):
    """What an unfinished word may become, and what that counts all together."""

    stems: list[str]
    counts: Array
    covers: float


class _Found(NamedTuple):
    """In the order of the answer: the best first, then the older."""

    score: float
    at: int
    place: int
    document: int
    covered: float


class Snapshot:
    """What a reader of the index sees until the index changes. `stamp` names the moment."""

    def __init__(self, stamp: tuple[int, ...], parts: Sequence[Part]) -> None:
        self.stamp = stamp
        self.parts = parts
        self._whole = [bool(part.live.all()) for part in parts]
        self._size = sum(part.segment.size for part in parts)
        total = sum((part.segment.total for part in parts), start=np.zeros(len(FIELDS), np.int64))
        average = np.maximum(1.0, total / max(1, self._size))
        # What a document's length costs its words.
        self._norms = [
            (K1 * (1 - B + B * part.segment.columns.lengths / average)).astype(np.float32) for part in parts
        ]

    def search(self, query: Query, limit: int) -> list[Hit]:
        """At most `limit`, the best first; of equals the older. With filters alone the newest first."""
        if query.words or query.unfinished:
            found = self._ranked(query, limit)
        elif query.phrases or query.filters:
            found = self._newest(query, limit)
        else:
            return []
        return [self._hit(each) for each in sorted(found, key=_in_order)[:limit]]

    def complete(self, prefix: str, limit: int) -> list[str]:
        """The commonest words of titles that begin with `prefix`, the commonest first."""
        counts = Counter[str]()
        for part in self.parts:
            counts.update(dict(part.segment.beginning(prefix)))
        # What is deleted is counted first and left out then, since it is little.
        candidates = nlargest(3 * limit, sorted(counts), key=counts.__getitem__)
        live = self._titles(candidates)
        return nlargest(limit, [word for word in sorted(live) if live[word]], key=live.__getitem__)

    def correct(self, word: str) -> str | None:
        """What a word that no title has was meant to be."""
        if not most_edits(word) or self._titles([word])[word]:
            return None
        candidates = {alike for part in self.parts for alike in near(word, part.segment.words)}
        return nearest(word, self._titles(sorted(candidates)))

    def stems(self, prefix: str) -> list[str]:
        """What an unfinished word may become: itself, and its commonest completions in titles, else in answers."""
        return becoming(prefix, self.complete(prefix, COMPLETIONS), lambda: self._stems_of_answers(prefix))

    def entries(self) -> Iterator[tuple[Ref, str]]:
        """Every document's name and fingerprint."""
        for part in self.parts:
            for document in np.flatnonzero(part.live).tolist():
                stored = part.stored(document)
                yield Ref(stored["kind"], stored["id"]), stored["fingerprint"]

    def _ranked(self, query: Query, limit: int) -> Iterator[_Found]:
        stems = self.stems(query.unfinished) if query.unfinished else []
        wanted, unfinished = self._weighted(query, stems)
        found: list[tuple[int, Array, Array, Array]] = []
        for place, part in enumerate(self.parts):
            scores, covered = self._scores(place, wanted)
            if unfinished:
                self._add_unfinished(place, unfinished, scores, covered)
            scores *= part.segment.columns.weights * _passing(part, query)
            chosen = _top(scores, limit)
            found.append((place, chosen, scores[chosen], covered[chosen]))
        # Before any is made an object of: there are many segments, and of most not one is among the best.
        scored = [scores for _place, _chosen, scores, _covered in found]
        least = _least(np.concatenate([_NO_SCORES, *scored]), limit)
        for place, chosen, scores, covered in found:
            at, best = self.parts[place].segment.columns.at, scores >= least
            for document, score, covers in zip(chosen[best], scores[best], covered[best], strict=True):
                yield _Found(float(score), int(at[document]), place, int(document), float(covers))

    def _newest(self, query: Query, limit: int) -> Iterator[_Found]:
        for place, part in enumerate(self.parts):
            at = part.segment.columns.at
            passing = np.flatnonzero(_passing(part, query))
            if len(passing) > limit:
                passing = passing[np.argpartition(at[passing], -limit)[-limit:]]
            yield from (
                _Found(0.0, -int(at[document]), place, document, 1.0) for document in passing.tolist()
            )

    def _scores(self, place: int, wanted: Sequence[_Wanted]) -> tuple[Array, Array]:
        """What each document scores, and how much of what was looked for it covers."""
        segment, norms = self.parts[place].segment, self._norms[place]
        scores, covered = np.zeros(segment.size, np.float32), np.zeros(segment.size, np.float32)
        for number, documents, counts in segment.blocks([each.term for each in wanted]):
            each = wanted[number]
            scores[documents] += _impacts(counts, norms[documents]) @ each.counts
            if each.covers:
                covered[documents] += each.covers
        return scores, covered

    def _add_unfinished(self, place: int, unfinished: _Unfinished, scores: Array, covered: Array) -> None:
        """All that a word may become counts as one word, as common as they are together; the best of them counts."""
        segment, norms = self.parts[place].segment, self._norms[place]
        best, there = np.zeros((segment.size, len(FIELDS)), np.float32), np.zeros(segment.size, bool)
        for _number, documents, counts in segment.blocks(unfinished.stems):
            best[documents] = np.maximum(best[documents], _impacts(counts, norms[documents]))
            there[documents] = True
        scores += best @ unfinished.counts
        covered[there] += unfinished.covers

    def _weighted(self, query: Query, stems: list[str]) -> tuple[list[_Wanted], _Unfinished | None]:
        known = self._frequencies([*query.words, *query.related, *query.draft, *stems])
        looked_for = sum(self._idf(known[word][-1]) for word in query.words)
        together = sum((known[stem] for stem in stems), start=np.zeros(len(FIELDS) + 1, np.int64))
        if query.unfinished:
            looked_for += self._idf(together[-1])
        weights = [
            *((word, 1.0, 1.0) for word in query.words),
            *((word, RELATED_WEIGHT, RELATED_WEIGHT) for word in query.related),
            *((word, DRAFT_WEIGHT, 0.0) for word in _rarest(query.draft, known)),
        ]
        wanted = [
            _Wanted(term, share * self._counts(known[term]), covers * self._idf(known[term][-1]) / looked_for)
            for term, share, covers in weights
            if known[term][-1]
        ]
        if not query.unfinished:
            return wanted, None
        return wanted, _Unfinished(stems, self._counts(together), self._idf(together[-1]) / looked_for)

    def _frequencies(self, names: Iterable[str]) -> dict[str, Array]:
        """In how many documents each stands, by field and altogether."""
        distinct = list(dict.fromkeys(names))
        told = [part.segment.frequencies(distinct) for part in self.parts]
        together = sum(told, start=np.zeros((len(distinct), len(FIELDS) + 1), np.int64))
        return dict(zip(distinct, together, strict=True))

    def _counts(self, frequencies: Array) -> Array:
        idfs = [self._idf(frequency) if frequency else 0.0 for frequency in frequencies[:-1].tolist()]
        counts: Array = _WEIGHTS * np.array(idfs, np.float32)
        return counts

    def _idf(self, frequency: float) -> float:
        return idf(frequency, self._size)

    def _titles(self, words: Sequence[str]) -> dict[str, int]:
        """How many titles have each of these words."""
        together = np.zeros(len(words), np.int64)
        for part, whole in zip(self.parts, self._whole, strict=True):
            titles = part.segment.titles(words)
            if not whole:
                for number in np.flatnonzero(titles).tolist():
                    titles[number] = part.live[part.segment.with_word(words[number])].sum()
            together += titles
        return dict(zip(words, together.tolist(), strict=True))

    def _stems_of_answers(self, prefix: str) -> list[str]:
        stems = {stem for part in self.parts for stem in islice(part.stems(prefix), STEMS_LOOKED_AT)}
        found = self._frequencies(sorted(stems))
        return nlargest(COMPLETIONS, found, key=lambda stem: int(found[stem][FIELDS.index("answers")]))

    def _hit(self, found: _Found) -> Hit:
        stored = self.parts[found.place].stored(found.document)
        body, answer = stored["texts"]
        covered = min(1.0, found.covered)
        return Hit(stored["kind"], stored["id"], found.score, stored["version"], body, answer, covered)


def _in_order(found: _Found) -> tuple[float, int, int, int]:
    return -found.score, found.at, found.place, found.document


def _impacts(counts: Array, norms: Array) -> Array:
    """BM25 but for idf and weight."""
    impacts: Array = counts * np.float32(K1 + 1) / (counts + norms)
    return impacts


def _rarest(stems: Sequence[str], known: Mapping[str, Array]) -> list[str]:
    found = {stem: int(known[stem][:-1].sum()) for stem in stems}
    return nsmallest(DRAFT_TERMS, [stem for stem in found if found[stem]], key=found.__getitem__)


def _least(scores: Array, limit: int) -> np.float32:
    """What the last of the best `limit` scores; with fewer, nothing."""
    return np.partition(scores, -limit)[-limit] if len(scores) > limit else np.float32(0.0)


def _top(scores: Array, limit: int) -> Array:
    """The documents that score at all, the best `limit` of them, of equals the first."""
    chosen = np.flatnonzero((scores >= _least(scores, limit)) & (scores > 0))
    return chosen[np.argsort(-scores[chosen], kind="stable")][:limit]


def _passing(part: Part, query: Query) -> Array:
    """Which documents are not deleted, and are what the query's filters let pass."""
    segment = part.segment
    passing = part.live.copy()
    for phrase in query.phrases:
        passing &= _mask(segment, _holding(segment, phrase))
    for phrase in query.excluded:
        passing &= ~_mask(segment, _holding(segment, phrase))
    for facets in query.required:
        passing &= reduce(
            np.logical_or,
            [_mask(segment, segment.with_facet(facet)) for facet in facets],
            np.zeros(segment.size, bool),
        )
    for facet in query.refused:
        passing &= ~_mask(segment, segment.with_facet(facet))
    if query.since:
        passing &= segment.columns.at >= moment(query.since)
    if query.until:
        passing &= segment.columns.at < moment(query.until)
    return passing


def _mask(segment: Segment, documents: Array) -> Array:
    mask = np.zeros(segment.size, bool)
    mask[documents] = True
    return mask


def _holding(segment: Segment, phrase: Phrase) -> Array:
    """Documents in which the terms stand side by side in one text."""
    if len(phrase) == 1:
        return segment.block(phrase[0])[0]
    begins = segment.places(phrase[0])
    for step, term in enumerate(phrase[1:], 1):
        begins = begins[np.isin(begins + np.uint64(step), segment.places(term), assume_unique=True)]
    return np.unique(begins >> np.uint64(32)).astype(np.intp)
