"""What is shown of a thread that was found: the words that were looked for, and the sentences they stand in."""

import re
import textwrap
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Generic, NamedTuple, TypeVar

from markupsafe import Markup

from app.core.text import highlighted
from app.search.ports import Query
from app.search.words import WORD, fold, terms

LONGEST_PASSAGE = 260
LONGEST_PIECE = 200
RELATED = 0.5
"""What a word that means the same is worth, beside one that was looked for."""
_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|\s*\n\s*")

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of a query, as they are recognised in text; `related` ones beside those that were typed."""

    terms: frozenset[str]
    related: frozenset[str] = frozenset()
    beginning: str = ""

    @classmethod
    def by(cls, query: Query) -> "Wanted":
        typed = frozenset(query.words).union(*query.phrases)
        return cls(typed, frozenset(query.related) - typed, query.unfinished)

    @property
    def typed(self) -> frozenset[str]:
        """Those that would all have to stand in one text."""
        return self.terms | {self.beginning} if self.beginning else self.terms

    def __call__(self, word: str) -> bool:
        """Whether a word, as it is written, is one of them."""
        return bool(self.among(word))

    def among(self, text: str) -> frozenset[str]:
        """Those of them that stand in `text`."""
        found = (self.terms | self.related).intersection(terms(text))
        if self.beginning and any(fold(word).startswith(self.beginning) for word in WORD.findall(text)):
            return found | {self.beginning}
        return found


def marked(text: str, wanted: Wanted) -> Markup:
    """`text` with the wanted words marked."""
    return highlighted(text, wanted)


def passage(text: str, wanted: Wanted) -> Markup:
    """`Shown` for one text."""
    return Shown.of({"": text}, wanted).passage("")


class _Piece(NamedTuple):
    """A sentence, a line, or part of one that is too long; `goes_on` with what the piece before began."""

    text: str
    goes_on: bool
    found: frozenset[str]


class Shown(Generic[Key]):
    """Texts that are shown together, each by its best passage: words that are rarer among them say more."""

    def __init__(self, pieces: Mapping[Key, Sequence[_Piece]], wanted: Wanted) -> None:
        self._pieces = pieces
        self._wanted = wanted
        everything = [piece for some in pieces.values() for piece in some]
        counts = Counter(term for piece in everything for term in piece.found)
        self._worth = {
            term: log(1 + len(everything) / count)
            / log(1 + len(everything))
            * (RELATED if term in wanted.related else 1)
            for term, count in counts.items()
        }

    @classmethod
    def of(cls, texts: Mapping[Key, str], wanted: Wanted) -> "Shown[Key]":
        return cls({key: _pieces(text, wanted) for key, text in texts.items()}, wanted)

    def passage(self, key: Key) -> Markup:
        """The sentence with most of the wanted words and the rarest, and the next one if both are short; marked.

        An answer begins with what to do, so one word, however rare, is not enough to leave its beginning, unless it is
        all that is wanted.
        """
        pieces = self._pieces[key]
        if not pieces:
            return marked("", self._wanted)
        here = frozenset[str]().union(*(piece.found for piece in pieces))
        rarest = max((self._worth[term] for term in here), default=0.0)

        def worth(place: int) -> tuple[float, int]:
            found = pieces[place].found
            is_whole = bool(found) and found >= self._wanted.typed
            extra = rarest if place == 0 or is_whole else 0.0
            return round(sum(self._worth[term] for term in found) + extra, 6), -place

        best = max(range(len(pieces)), key=worth)
        shown, end = pieces[best].text, best + 1
        if end < len(pieces) and len(shown) + len(pieces[end].text) < LONGEST_PASSAGE:
            shown, end = f"{shown} {pieces[end].text}", end + 1
        before = "…\N{NO-BREAK SPACE}" if pieces[best].goes_on else ""
        after = "\N{NO-BREAK SPACE}…" if end < len(pieces) and pieces[end].goes_on else ""
        return marked(f"{before}{shown}{after}", self._wanted)


def _pieces(text: str, wanted: Wanted) -> list[_Piece]:
    parts = (textwrap.wrap(sentence, LONGEST_PIECE) for sentence in _SENTENCE_ENDS.split(text))
    found = (
        _Piece(part, place > 0, wanted.among(part))
        for sentence in parts
        for place, part in enumerate(sentence)
    )
    return [piece for piece in found if any(letter.isalnum() for letter in piece.text)]
