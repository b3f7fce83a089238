"""Text as words that are compared: without case, accents and look-alikes, and with the way back to what was written."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from confusable_homoglyphs import confusables

from app.core.text.personal.folding import fold

FURTHEST_APART = 5
"""Characters between two words of one phrase: enough for ' – ' and '...', not for another sentence's."""

FEWEST_SPELLED = 3
_WORD = re.compile(r"[^\W_]+")
# What neither decomposes nor is like one plain letter.
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
_UNSEEN = {"Mn", "Me", "Cf"}


class Word(NamedTuple):
    """A word of a folded text, and where it stands in that."""

    text: str
    start: int
    end: int


class Reading:
    """Plain text as its `words` in order, and the folded `text` they stand in; `plain` is what it was made of. In time linear in the length."""

    def __init__(self, text: str) -> None:
        self.plain = fold(text)
        self._pieces = [_FOLDED[sign] for sign in self.plain.text]
        self.text = "".join(self._pieces)
        self.words = [Word(word[0], *word.span()) for word in _WORD.finditer(self.text)]

    def written(self, start: int, end: int) -> tuple[int, int]:
        """Where in the writing the folded characters from `start` to `end` are."""
        return self.plain.written(self._place(start), self._place(end - 1) + 1)

    def _place(self, position: int) -> int:
        return bisect_right(self._ends, position)

    @cached_property
    def _ends(self) -> list[int]:
        """A piece may be none or several characters: where each ends tells which sign a character came of."""
        return list(accumulate(map(len, self._pieces)))


def spelled(reading: Reading) -> Iterator[Sequence[Word]]:
    """The runs of words that are letters spelled out, as in 's c a m' or 's.c.a.m'."""
    run: list[Word] = []
    for word in reading.words:
        if len(word.text) != 1 or (
            run and (word.start != run[-1].end + 1 or reading.text[run[-1].end] == "\n")
        ):
            if len(run) >= FEWEST_SPELLED:
                yield run
            run = []
        if len(word.text) == 1:
            run.append(word)
    if len(run) >= FEWEST_SPELLED:
        yield run


class _Folding(dict[str, str]):
    """What each character counts as, found out once."""

    def __missing__(self, sign: str) -> str:
        folded = self[sign] = _folded(sign)
        return folded


_FOLDED = _Folding()


def _folded(sign: str) -> str:
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", sign) if unicodedata.category(part) not in _UNSEEN
    )
    return "".join(_looks_like(part) for part in bare.casefold())


def _looks_like(letter: str) -> str:
    """The plain letter that `letter` looks like, small or large: of both the same, so that case makes no difference."""
    if letter.isascii() or not letter.isalpha():
        return letter
    if letter in _LETTERS:
        return _LETTERS[letter]
    for seen in (letter, letter.upper()):
        for alike in confusables.confusables_data.get(seen, ()):
            if len(alike["c"]) == 1 and alike["c"].isascii() and alike["c"].isalpha():
                return str(alike["c"]).lower()
    return letter
