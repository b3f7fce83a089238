"""What the proposals of a search are: how many of which state, kind and tag, each a filter to add or to take away."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.forum.documents import Seen
from app.search.ports import Query
from app.search.query import MOST_CHARACTERS, Operator, Typed, without

MOST_TAGS = 6


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter: `group` is `is`, `kind` or `tag`; `text` the search box with it, or without it while `on`."""

    group: str
    value: str
    count: int
    text: str
    on: bool

    @property
    def operator(self) -> str:
        return f"{self.group}:{self.value}"


def facets(typed: Typed, query: Query, threads: Sequence[Seen]) -> list[Facet]:
    """Those that tell threads apart, the commonest first, and those that are on already. Kinds only when there are several."""
    on = frozenset[str]().union(*query.required)
    counted = {
        "is": Counter(seen.row.state for seen in threads),
        "kind": Counter(seen.row.kind for seen in threads),
        "tag": Counter(tag for seen in threads for tag in seen.tags),
    }
    return [
        facet
        for group, counts in counted.items()
        for value, count in _offered(group, counts, len(threads), on)
        if (facet := _facet(typed, group, value, count, on=f"{group}:{value}" in on))
    ]


def _offered(group: str, counts: Counter[str], size: int, on: frozenset[str]) -> Iterator[tuple[str, int]]:
    asked = [facet.partition(":")[2] for facet in sorted(on) if facet.startswith(f"{group}:")]
    yield from ((value, counts[value]) for value in asked)
    others = [(value, count) for value, count in counts.most_common() if value not in asked]
    if group == "tag":
        # A tag that all of them carry leaves all of them.
        yield from [(value, count) for value, count in others if count < size][:MOST_TAGS]
    elif len(counts) > 1:
        yield from others


def _facet(typed: Typed, group: str, value: str, count: int, *, on: bool) -> Facet | None:
    """None where the search box has no room for it, or where it stands there under another name."""
    if on:
        text = without(typed, [each for each in typed.operators if _is(each, group, value)])
        return Facet(group, value, count, text, on=True) if text != typed.text else None
    # In front: behind a quote that nobody closed it would be words.
    text = f"{group}:{value} {typed.text}".strip()
    return Facet(group, value, count, text, on=False) if len(text) <= MOST_CHARACTERS else None


def _is(operator: Operator, group: str, value: str) -> bool:
    return operator.name == group and operator.value.lower() == value and not operator.without
