"""What PostgreSQL is asked for a query, and in which order its answers come.

The index proposes: of all lexemes that are looked for those that say most, as many as are cheap to follow, each adding
what it says to the documents that hold it, as if it stood there once: how often it does, PostgreSQL could tell of few
only. The best of these are then ranked exactly, by `bm25`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Any, NamedTuple

from app.search.bm25 import DRAFT_TERMS, DRAFT_WEIGHT, K1, RELATED_WEIGHT, WEIGHTS, B, idf, impact
from app.search.lexemes import DOCUMENTS, LENGTHS, anywhere, either, lexeme, occurrences
from app.search.ports import Query, Ref

# So many rows may be visited for a proposal, each about two microseconds, if that brings as many as are wanted.
MOST_VISITS = 10_000
# Ranked exactly beyond those that are wanted, since what is proposed comes in a rough order.
SPARE = 100


class Counts:
    """In how many documents lexemes stand, and how long texts are."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self.size = counts.get(DOCUMENTS, 0)
        self.averages = {
            field: max(1.0, counts.get(name, 0) / max(1, self.size)) for field, name in LENGTHS.items()
        }

    def __getitem__(self, name: str) -> int:
        return max(0, self._counts.get(name, 0))

    def fields(self, term: str) -> int:
        """In how many texts a term stands."""
        return sum(self[lexeme(field, term)] for field in WEIGHTS)

    def idf(self, frequency: int) -> float:
        return idf(frequency, self.size)


class Wanted(NamedTuple):
    """Lexemes of one field of which the best counts, what it counts, and how many rows following them visits."""

    field: str
    lexemes: tuple[str, ...]
    worth: float
    visits: int

    @property
    def tsquery(self) -> str:
        return either(self.lexemes)


class Covering(NamedTuple):
    """Terms of which any stands for one word, and how much of what was looked for that is."""

    terms: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed document. `vector` is its tsvector as PostgreSQL writes it."""

    ref: Ref
    version: int
    weight: float
    at: datetime
    lengths: Mapping[str, int]
    vector: str


class Ranked(NamedTuple):
    candidate: Candidate
    score: float
    covered: float


class Proposal:
    """A query against the counts of a moment. `stems` are what its unfinished word may become."""

    def __init__(self, query: Query, stems: Sequence[str], counts: Counts) -> None:
        self._counts = counts
        rarest = nsmallest(
            DRAFT_TERMS, [term for term in query.draft if counts.fields(term)], key=counts.fields
        )
        shares = [
            *((word, 1.0) for word in query.words),
            *((word, RELATED_WEIGHT) for word in query.related),
            *((word, DRAFT_WEIGHT) for word in rarest),
        ]
        groups: list[tuple[tuple[str, ...], float]] = [((term,), share) for term, share in shares]
        groups += [(tuple(stems), 1.0)] if stems else []
        every = (self._wanted(field, group, share) for group, share in groups for field in WEIGHTS)
        self.wanted = sorted((each for each in every if each.visits), key=lambda each: -each.worth)
        self._covering = self._coverings(query, stems)

    @staticmethod
    def names(query: Query, stems: Sequence[str]) -> list[str]:
        """All that has to be counted for a query."""
        distinct = dict.fromkeys([*query.words, *query.related, *query.draft, *stems])
        fields = [lexeme(field, term) for term in distinct for field in WEIGHTS]
        return [DOCUMENTS, *LENGTHS.values(), *fields, *map(anywhere, distinct)]

    def cheapest(self, least: int) -> list[Wanted]:
        """Those that say most, as long as following them is cheap or they may bring fewer than `least`.

        Of what an unfinished word may become the rarest, since all of it says as much.
        """
        chosen: list[Wanted] = []
        left = MOST_VISITS
        for each in self.wanted:
            names: list[str] = []
            for name in sorted(each.lexemes, key=self._counts.__getitem__):
                if self._counts[name] > left and MOST_VISITS - left >= least:
                    break
                names.append(name)
                left -= self._counts[name]
            if names:
                chosen.append(each._replace(lexemes=tuple(names)))
            if len(names) < len(each.lexemes):
                break
        return chosen

    def rank(self, candidates: Sequence[Candidate]) -> list[Ranked]:
        """All that score, the best first; of equals the older."""
        ranked = [
            Ranked(each, self._score(each) * each.weight, min(1.0, self._covered(each)))
            for each in candidates
        ]
        ranked.sort(key=lambda each: (-each.score, each.candidate.at, each.candidate.ref.id))
        return [each for each in ranked if each.score > 0]

    def _wanted(self, field: str, terms: tuple[str, ...], share: float) -> Wanted:
        """Terms that count as one are as common as they are together."""
        names = tuple(name for term in terms if self._counts[name := lexeme(field, term)])
        visits = sum(self._counts[name] for name in names)
        return Wanted(field, names, share * WEIGHTS[field] * self._counts.idf(visits), visits)

    def _coverings(self, query: Query, stems: Sequence[str]) -> list[Covering]:
        words = {word: self._rarity([word]) for word in query.words}
        unfinished = self._rarity(stems) if query.unfinished else 0.0
        total = sum(words.values()) + unfinished
        return [
            *(Covering((word,), rarity / total) for word, rarity in words.items()),
            *(Covering((word,), RELATED_WEIGHT * self._rarity([word]) / total) for word in query.related),
            *([Covering(tuple(stems), unfinished / total)] if query.unfinished else []),
        ]

    def _rarity(self, terms: Sequence[str]) -> float:
        return self._counts.idf(sum(self._counts[anywhere(term)] for term in terms))

    def _score(self, candidate: Candidate) -> float:
        score = 0.0
        for field, names, worth, _visits in self.wanted:
            found = max(occurrences(candidate.vector, name) for name in names)
            if found:
                score += worth * impact(found, candidate.lengths[field], self._counts.averages[field])
        return score

    def _covered(self, candidate: Candidate) -> float:
        return sum(
            share
            for terms, share in self._covering
            if any(f"'{lexeme(field, term)}'" in candidate.vector for term in terms for field in WEIGHTS)
        )


def parameters(wanted: Sequence[Wanted], counts: Counts) -> dict[str, Any]:
    """What each says of a document, as `bm25.impact` has it if it stands there once, side by side."""
    return {
        "tsqueries": [each.tsquery for each in wanted],
        "worths": [each.worth * (K1 + 1) for each in wanted],
        "once": 1 + K1 * (1 - B),
        **{
            f"{field}_costs": [
                K1 * B / counts.averages[field] if each.field == field else 0.0 for each in wanted
            ]
            for field in WEIGHTS
        },
    }
