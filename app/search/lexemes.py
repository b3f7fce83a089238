"""A document as PostgreSQL keeps it: a tsvector of our terms, each with the text it stands in and its places there.

`t:coat`, `b:coat` and `a:coat` are the term in a title, a question and its answers, `w:coats` is a word of a title as it
is written, `#tag:wool` a facet. PostgreSQL's own dictionaries have no part in it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.search.bm25 import WEIGHTS
from app.search.ports import Entry, Phrase, Query
from app.search.words import spellings, terms

# What PostgreSQL keeps: places up to here, so many of one lexeme, and so many bytes of lexemes and places together.
# Words further on are found, but not as part of a phrase.
LAST_PLACE = 16_383
MOST_PLACES = 255
MOST_BYTES = 900_000

# What is counted beside lexemes: documents, and the terms in each of their texts.
DOCUMENTS = ":documents"
LENGTHS = {field: f":{field}" for field in WEIGHTS}


@dataclass(frozen=True, slots=True)
class Vector:
    """A document's lexemes, and how many terms each text has."""

    lexemes: Mapping[str, list[int]]
    lengths: Mapping[str, int]

    @classmethod
    def of(cls, entry: Entry) -> "Vector":
        document = entry.document
        texts = {
            "title": terms(document.title),
            "body": terms(document.body),
            "answers": [*terms(document.answer), *terms(document.replies)],
        }
        lexemes: dict[str, list[int]] = {f"#{facet}": [] for facet in sorted(entry.facets)}
        lexemes |= {f"w:{word}": [] for word in sorted(spellings(document.title))}
        for field, found in texts.items():
            for place, term in enumerate(found, 1):
                places = lexemes.setdefault(lexeme(field, term), [])
                if place <= LAST_PLACE and len(places) < MOST_PLACES:
                    places.append(place)
        return cls(_fitting(lexemes), {field: len(found) for field, found in texts.items()})

    def __str__(self) -> str:
        """As PostgreSQL reads it."""
        return " ".join(
            f"{quoted(name)}:{','.join(map(str, places))}" if places else quoted(name)
            for name, places in self.lexemes.items()
        )


def lexeme(field: str, term: str) -> str:
    return f"{field[0]}:{term}"


def anywhere(term: str) -> str:
    """What a term is counted by, wherever it stands in a document."""
    return f"*:{term}"


def quoted(name: str) -> str:
    """A lexeme as PostgreSQL reads it in vectors and queries."""
    escaped = name.replace("\0", "").replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def counted(lexemes: Iterable[str], lengths: Mapping[str, int]) -> Counter[str]:
    """What one document adds to each count."""
    counts = Counter({LENGTHS[field]: length for field, length in lengths.items()})
    counts[DOCUMENTS] = 1
    for name in lexemes:
        if not name.startswith("#"):
            counts[name] = 1
        if name[0] in "tba":
            counts[anywhere(name[2:])] = 1
    return counts


def either(names: Iterable[str]) -> str:
    """A tsquery for documents with any of these lexemes."""
    return " | ".join(map(quoted, names))


def filters(query: Query) -> list[str]:
    """Tsqueries that a document has to answer, all of them."""
    return [
        *(either(f"#{facet}" for facet in sorted(facets)) for facets in query.required),
        *(f"!{quoted(f'#{facet}')}" for facet in sorted(query.refused)),
        *map(_phrase, query.phrases),
        *(f"!({_phrase(phrase)})" for phrase in query.excluded),
    ]


def together(tsqueries: Iterable[str]) -> str:
    """A tsquery for documents that answer all of these."""
    return " & ".join(f"({each})" for each in tsqueries)


def occurrences(vector: str, name: str) -> int:
    """How often a lexeme stands in a document, of which `vector` is what PostgreSQL writes."""
    found = vector.find(f"'{name}'")
    if found < 0:
        return 0
    begin = found + len(name) + 2
    if not vector.startswith(":", begin):
        return 1
    end = vector.find(" ", begin)
    return vector.count(",", begin, end if end > 0 else len(vector)) + 1


def _phrase(phrase: Phrase) -> str:
    """The terms side by side, in one of the texts."""
    return " | ".join(
        f"({' <-> '.join(quoted(lexeme(field, term)) for term in phrase)})" for field in WEIGHTS
    )


def _fitting(lexemes: dict[str, list[int]]) -> dict[str, list[int]]:
    """As many as a tsvector can hold, in their order."""
    left = MOST_BYTES
    kept = {}
    for name, places in lexemes.items():
        left -= len(name.encode()) + 2 * len(places) + 4
        if left < 0:
            break
        kept[name] = places
    return kept
