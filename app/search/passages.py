"""What is shown of a thread that was found: the words that were looked for, and the sentences they stand in."""

import re
import textwrap
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from app.core.text import highlighted
from app.search.ports import Query
from app.search.words import WORD, fold, terms

LONGEST_PASSAGE = 260
LONGEST_PIECE = 200
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|\s*\n\s*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a query, as they are recognised in text."""

    terms: frozenset[str]
    beginning: str = ""

    @classmethod
    def by(cls, query: Query) -> "Wanted":
        return cls(query.terms, query.unfinished)

    @property
    def most(self) -> int:
        """As many as can stand in one text."""
        return len(self.terms) + bool(self.beginning)

    def __call__(self, word: str) -> bool:
        """Whether a word, as it is written, is one of them."""
        return bool(self.among(word))

    def among(self, text: str) -> set[str]:
        """Those of them that stand in `text`."""
        found = self.terms.intersection(terms(text))
        if self.beginning and any(fold(word).startswith(self.beginning) for word in WORD.findall(text)):
            return {*found, self.beginning}
        return set(found)


def marked(text: str, wanted: Wanted) -> Markup:
    """`text` with the wanted words marked."""
    return highlighted(text, wanted)


def passage(text: str, wanted: Wanted) -> Markup:
    """The sentence of `text` with most of the wanted words, and the next one if both are short; marked.

    An answer begins with what to do, so one wanted word elsewhere is not enough to leave its beginning, unless it is
    all that is wanted.
    """
    pieces = _pieces(text)
    if not pieces:
        return marked("", wanted)

    def worth(place: int) -> tuple[int, int]:
        count = len(wanted.among(pieces[place].text))
        return count + (place == 0 or count == wanted.most), -place

    best = max(range(len(pieces)), key=worth)
    shown, end = pieces[best].text, best + 1
    if end < len(pieces) and len(shown) + len(pieces[end].text) < LONGEST_PASSAGE:
        shown, end = f"{shown} {pieces[end].text}", end + 1
    before = "…\N{NO-BREAK SPACE}" if pieces[best].goes_on else ""
    after = "\N{NO-BREAK SPACE}…" if end < len(pieces) and pieces[end].goes_on else ""
    return marked(f"{before}{shown}{after}", wanted)


class _Piece(NamedTuple):
    """A sentence, a line, or part of one that is too long; `goes_on` with what the piece before began."""

    text: str
    goes_on: bool


def _pieces(text: str) -> list[_Piece]:
    parts = (textwrap.wrap(sentence, LONGEST_PIECE) for sentence in _SENTENCE_ENDS.split(text))
    found = (_Piece(part, place > 0) for sentence in parts for place, part in enumerate(sentence))
    return [piece for piece in found if any(letter.isalnum() for letter in piece.text)]
