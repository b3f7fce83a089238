"""What the forum knows of threads, put on top of how well their words answer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from app.core.clock import now
from app.forum.documents import Seen
from app.search.ports import Hit, Ref
from app.search.words import terms

RERANKED = 50
WEIGHTS: Mapping[str, float] = {
    "solved": 0.02,
    "official": 0.03,
    "stale": -0.05,
    "helpful": 0.02,
    "tags": 0.03,
    "fresh": 0.01,
}
"""By what share of its score a thread gains at most by each: enough between near equals, never against its words.

docs/search.md has the measured effect of each. They are no larger because it is hard to be right about more: solved is
worth +0.4 MRR where an answer is looked for, and -0.2 where any thread is that says the same.
"""

# Votes that make an answer half as helpful as can be, and tags that agree as well as can be.
HALF_HELPFUL = 3
ENOUGH_TAGS = 2
HALF_FRESH = timedelta(days=365)
MOST_HOPS = 3


def reranked(hits: Sequence[Hit], seen: Mapping[Ref, Seen], words: Iterable[str]) -> list[Hit]:
    """The first RERANKED of `hits` in their order by words and by what the forum knows, then the others as they are."""
    looked_for = frozenset(words)

    def worth(hit: Hit) -> float:
        return hit.score * (
            1 + sum(WEIGHTS[name] * value for name, value in known(seen[hit.ref], looked_for))
        )

    return [*sorted(hits[:RERANKED], key=worth, reverse=True), *hits[RERANKED:]]


def known(seen: Seen, looked_for: frozenset[str]) -> list[tuple[str, float]]:
    """What the forum knows of a thread, each from 0 to 1."""
    return [(name, measure(seen, looked_for)) for name, measure in _MEASURES.items()]


def folded(
    refs: Sequence[Ref], seen: Mapping[Ref, Seen], *, among: frozenset[Ref] | None = None
) -> dict[Ref, Ref]:
    """`refs` with those that were asked before in the place of what answers them, each once, where the better one stood.

    Each comes with the best of `refs` that it stands for. Whoever may not see the earlier one finds the later. With
    `among` only these stand in for others.
    """
    found: dict[Ref, Ref] = {}
    for ref in refs:
        found.setdefault(_end(ref, seen, among), ref)
    return found


def _end(ref: Ref, seen: Mapping[Ref, Seen], among: frozenset[Ref] | None) -> Ref:
    for _hop in range(MOST_HOPS):
        number = seen[ref].instead
        earlier = Ref(ref.kind, number) if number is not None else ref
        if earlier == ref or earlier not in seen or (among is not None and earlier not in among):
            return ref
        ref = earlier
    return ref


def _solved(seen: Seen, _looked_for: frozenset[str]) -> float:
    return float(seen.solved)


def _official(seen: Seen, _looked_for: frozenset[str]) -> float:
    return float(seen.official)


def _stale(seen: Seen, _looked_for: frozenset[str]) -> float:
    return float(seen.stale)


def _helpful(seen: Seen, _looked_for: frozenset[str]) -> float:
    return seen.score / (seen.score + HALF_HELPFUL) if seen.score > 0 else 0.0


def _tags(seen: Seen, looked_for: frozenset[str]) -> float:
    agreeing = sum(1 for tag in seen.tags if looked_for.issuperset(terms(tag)))
    return min(1.0, agreeing / ENOUGH_TAGS)


def _fresh(seen: Seen, _looked_for: frozenset[str]) -> float:
    return float(0.5 ** (max(now() - seen.row.last_activity_at, timedelta(0)) / HALF_FRESH))


_MEASURES: Mapping[str, Callable[[Seen, frozenset[str]], float]] = {
    "solved": _solved,
    "official": _official,
    "stale": _stale,
    "helpful": _helpful,
    "tags": _tags,
    "fresh": _fresh,
}
