"""All watched words, looked for in one text together."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _

from app.core.problems import Problem
from app.moderation.watching import expressions
from app.moderation.watching.expressions import Expressions, Found
from app.moderation.watching.folding import FEWEST_SPELLED, FURTHEST_APART, Reading, Word, spelled
from app.moderation.watching.models import Kind

MOST_WORDS = 12
"""Of one phrase: it bounds what one place in a text costs."""

Node = dict[Any, Any]


class Matcher:
    """Words and expressions by their ids: phrases in a tree of words, expressions in a few sets."""

    def __init__(self, watched: Iterable[tuple[int, Kind, str]]) -> None:
        rows = list(watched)
        self._tree: Node = {}
        self._spelled: dict[str, list[int]] = {}
        for key, kind, pattern in rows:
            if kind is Kind.WORDS:
                node = self._tree
                words = Reading(pattern).words
                for word in words:
                    node = node.setdefault(word.text, {})
                if len(words) == 1 and len(words[0].text) >= FEWEST_SPELLED:
                    self._spelled.setdefault(words[0].text, []).append(key)
                node.setdefault(None, []).append(key)
        self._expressions = Expressions(
            [(key, pattern) for key, kind, pattern in rows if kind is Kind.EXPRESSION]
        )
        self._lengths = sorted({len(word) for word in self._spelled})
        self._any = bool(rows)

    def ids(self, text: str) -> tuple[set[int], bool]:
        """Which are in plain `text`, and whether all of them could be looked for in time."""
        if not self._any:
            return set(), True
        reading = Reading(text)
        met = {id(keys): keys for keys, *_span in self._phrases(reading)}
        found = {key for keys in met.values() for key in keys}
        matched, finished = self._expressions.ids(reading.plain.text)
        return found | matched, finished

    def spans(self, text: str) -> list[Found]:
        """Where they are in plain `text`, each as id, beginning and end."""
        if not self._any:
            return []
        reading = Reading(text)
        found: list[Found] = []
        for keys, start, end in self._phrases(reading):
            found += [(key, *reading.written(start, end)) for key in keys]
        plain = reading.plain
        found += [
            (key, *plain.written(start, end)) for key, start, end in self._expressions.spans(plain.text)
        ]
        return sorted(found, key=lambda span: span[1:])

    def _phrases(self, reading: Reading) -> Iterator[tuple[Sequence[int], int, int]]:
        words = reading.words
        for first, word in enumerate(words):
            node, place = self._tree.get(word.text), first
            while node is not None:
                if None in node:
                    yield node[None], word.start, words[place].end
                place += 1
                if place == len(words) or words[place].start - words[place - 1].end > FURTHEST_APART:
                    break
                node = node.get(words[place].text)
        for run in spelled(reading):
            yield from self._in_letters(run)

    def _in_letters(self, run: Sequence[Word]) -> Iterator[tuple[Sequence[int], int, int]]:
        """Words among letters that are spelled out: where one begins and ends there nothing tells."""
        letters = "".join(letter.text for letter in run)
        for first in range(len(letters)):
            for length in self._lengths:
                keys = self._spelled.get(letters[first : first + length])
                if keys and first + length <= len(letters):
                    yield keys, run[first].start, run[first + length - 1].end


def check(kind: Kind, pattern: str) -> None:
    """Raise Problem, beside `pattern`, for what cannot be looked for."""
    if kind is Kind.EXPRESSION:
        expressions.check(pattern)
        return
    count = len(Reading(pattern).words)
    if count == 0:
        raise Problem(
            _("Write a word with a letter or a figure in it. For signs alone make an expression."), "pattern"
        )
    if count > MOST_WORDS:
        raise Problem(_("At most %(most)s words in a phrase.", most=MOST_WORDS), "pattern")
