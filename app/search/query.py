"""From what people type to a Query: words, "phrases", -words, and what `operators` knows.

The engine's own query language is never used: some of its inputs take minutes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from app.core.problems import Problem
from app.search.ports import Phrase, Query
from app.search.words import WORD, distinct, fold, terms

MOST_CHARACTERS = 200
MOST_TERMS = 16
OPERATORS = ("is", "kind", "tag", "by", "before", "after", "has")
# What the engine chooses its rarest from; about a screen of text.
MOST_DRAFT_CHARACTERS = 4_000
MOST_DRAFT_TERMS = 120

_QUOTES = str.maketrans("“”„«»", '"""""')
_PART = re.compile(
    rf"""(?P<minus>(?<!\S)-)?
    (?: (?<![^\s-]) (?P<operator>{"|".join(OPERATORS)}):(?:"(?P<quoted>[^"]+)"?|(?P<value>[^\s"]+))
      | "(?P<phrase>[^"]*)"?
      | (?P<word>[^\s"]+) )""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Operator:
    """A filter as it was typed, at `start` to `end` of the text: `tag:returns` or, with `without`, `-tag:returns`."""

    name: str
    value: str
    without: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the search box: `query` with words and phrases, `loose` the words that no quotes keep together."""

    text: str
    query: Query
    loose: str
    operators: tuple[Operator, ...]


def read(text: str) -> Typed:
    """Read the search box. Raises Problem for more than 200 characters; terms after the sixteenth are not looked for."""
    if len(text) > MOST_CHARACTERS:
        raise Problem(
            _("Please search for at most %(most)s characters; a few words are enough.", most=MOST_CHARACTERS),
            field="q",
        )
    words: list[str] = []
    phrases: list[Phrase] = []
    excluded: list[Phrase] = []
    loose: list[str] = []
    operators: list[Operator] = []
    left = MOST_TERMS
    for part in _PART.finditer(text.translate(_QUOTES)):
        if part["operator"]:
            value = part["quoted"] if part["value"] is None else part["value"]
            operators.append(Operator(part["operator"].lower(), value, bool(part["minus"]), *part.span()))
            continue
        found = tuple(terms(part["word"] or part["phrase"] or ""))[:left]
        left -= len(found)
        if not found:
            continue
        if part["minus"]:
            excluded.append(found)
        elif part["phrase"]:
            phrases.append(found)
            words += found
        else:
            loose.append(part["word"])
            words += found
    query = Query(words=tuple(dict.fromkeys(words)), phrases=tuple(phrases), excluded=tuple(excluded))
    return Typed(text, query, " ".join(loose), tuple(operators))


def without(typed: Typed, operators: Sequence[Operator]) -> str:
    """The search box without some of its operators."""
    text = typed.text
    for each in sorted(operators, key=lambda operator: operator.start, reverse=True):
        text = f"{text[: each.start].rstrip()} {text[each.end :].lstrip()}"
    return text.strip()


def parse(text: str) -> Query:
    """The words and phrases of the search box, whatever its operators ask."""
    return read(text).query


def plain(text: str) -> Query:
    """Just words, whatever else stands between them."""
    return Query(words=distinct(text, MOST_TERMS))


def for_draft(title: str, body: str) -> Query:
    """Read a title that is being typed, and the text under it. A title's quotes and dashes are just written so."""
    finished, last = unfinished(title)
    words = distinct(finished, MOST_TERMS)
    draft = distinct(body[:MOST_DRAFT_CHARACTERS], MOST_DRAFT_TERMS)
    return Query(words=words, draft=tuple(term for term in draft if term not in words), unfinished=fold(last))


def unfinished(text: str) -> tuple[str, str]:
    """`text` before the word that is being typed, and that word; empty when a word was just ended."""
    last = ""
    for word in WORD.finditer(text):
        last = word[0] if word.end() == len(text) else ""
    return text[: len(text) - len(last)], last
