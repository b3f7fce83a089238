"""Passages that are put away, found again wherever a text holds them: as the eye takes it, not letter by letter."""

import re
from collections.abc import Collection, Iterator

from app.core.text.personal import Passages
from app.core.text.personal.folding import fold

LEAST_SIGNS = 3
"""Letters and digits a passage has at least: less would take a text apart."""

# Between two words: space, and what Markdown puts at the beginning of a line.
_BETWEEN = r"(?:[\s>|]|\n[ \t]*(?:[-+]|\d{1,3}[.)])[ \t])*"
_BEFORE_HOST = r"(?:https?://)?(?<![\w-])(?:[\w-]{1,63}\.){0,6}"
_AFTER_HOST = r"(?![\w-])(?:[:/?#][^\s<>\"]{0,2000})?"


def spans_of(words: Collection[str], hosts: Collection[str] = ()) -> Passages:
    """Where `words` stand in a text, each a passage of any length, and every address at one of `hosts`.

    Case, runs of space, marks of Markdown, odd digits and signs that are not seen make no difference.
    """
    patterns = [pattern for passage in words if (pattern := _pattern(passage))]
    patterns += [f"{_BEFORE_HOST}{re.escape(name)}{_AFTER_HOST}" for host in hosts for name in _spelt(host)]
    if not patterns:
        return lambda _text: ()
    wanted = re.compile("|".join(patterns), re.IGNORECASE)

    def spans(text: str) -> Iterator[tuple[int, int]]:
        folded = fold(text)
        for found in wanted.finditer(folded.text):
            start, end = folded.written(*found.span())
            if start < end:
                yield start, end

    return spans


def is_long_enough(passage: str) -> bool:
    """Whether a passage has LEAST_SIGNS to be found by."""
    return sum(sign.isalnum() for sign in fold(passage).text) >= LEAST_SIGNS


def _pattern(passage: str) -> str:
    parts = fold(passage).text.split()
    return _BETWEEN.join(map(re.escape, parts)) if is_long_enough(passage) else ""


def _spelt(host: str) -> list[str]:
    """A host as addresses write it, and as people do."""
    try:
        return list(dict.fromkeys([host, host.encode().decode("idna")]))
    except UnicodeError:
        return [host]
