"""What is shown of a thread that was found: the words that were looked for, and the sentences they stand in."""

import re
import textwrap
from dataclasses import dataclass

from markupsafe import Markup

from app.core.text import excerpt, highlighted
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
    """The sentence of `text` with most of the wanted words, and the next one if it is short; marked."""
    pieces = _pieces(text)
    if not pieces:
        return marked("", wanted)
    best = max(range(len(pieces)), key=lambda place: (len(wanted.among(pieces[place])), -place))
    shown = pieces[best]
    if best + 1 < len(pieces) and len(shown) + len(pieces[best + 1]) < LONGEST_PASSAGE:
        shown = f"{shown} {pieces[best + 1]}"
    return marked(excerpt(shown, LONGEST_PASSAGE), wanted)


def _pieces(text: str) -> list[str]:
    """Sentences and lines; the long ones in pieces that say they are."""
    found = []
    for sentence in _SENTENCE_ENDS.split(text):
        first, *rest = textwrap.wrap(sentence, LONGEST_PIECE) or [""]
        found += [first, *(f"… {piece}" for piece in rest)]
    return [piece for piece in found if any(letter.isalnum() for letter in piece)]
