"""Expressions that cannot run away: RE2 reads a text once, in time linear in its length. The one module that knows it.

What RE2 has not for that reason is refused: looking around, and what a group said before. It counts case only after (?-i).
"""

import logging
from collections.abc import Iterator, Sequence
from time import thread_time

import re2
from flask_babel import lazy_gettext as _

from app.core.problems import Problem

LARGEST_PROGRAM = 2_000
"""Instructions of RE2's: `\\pL` has 1,200, fifty times `.*a` 550."""
MEMORY_BYTES = 1 << 20
MEMORY_TOGETHER = 8 << 20
TOGETHER = 50
"""So many are looked for in one pass."""
SLOWEST_SECONDS = 0.02
"""Of processor time on each of `_HARD`, when it is saved. The usual takes 0.0001."""
MOST_SECONDS = 0.1
"""Of processor time that all expressions may take on one text; what is left then was not looked for."""
MOST_PASSAGES = 200
"""Of one expression in one text; from there on everything is one."""

_MASK = "•••"
_HARD_CHARACTERS = 30_000
_HARD = ("a", "ab", "a b ", "ä", "1", "xy.", "https://a.example/", " \n")
_log = logging.getLogger(__name__)

Found = tuple[int, int, int]


class Expressions:
    """Compiled expressions, each with its id."""

    def __init__(self, patterns: Sequence[tuple[int, str]]) -> None:
        self._each = {key: _compiled(pattern) for key, pattern in patterns}
        batches = [patterns[start : start + TOGETHER] for start in range(0, len(patterns), TOGETHER)]
        self._batches = [([key for key, _pattern in batch], _together(batch)) for batch in batches]

    def ids(self, text: str) -> tuple[set[int], bool]:
        """Which of them are in `text`, and whether all were looked for within MOST_SECONDS."""
        found: set[int] = set()
        sent = text.encode(errors="replace")
        began = thread_time()
        for keys, batch in self._batches:
            met = (batch.Match(sent) or ()) if batch else ()
            if len(keys) in met:
                found.update(keys[index] for index in met if index < len(keys))
                continue
            # The batch ran out of memory: of itself it would say that nothing was found.
            for key in keys:
                if thread_time() - began > MOST_SECONDS:
                    _log.warning("watched expressions took too long on a text of %s characters", len(text))
                    return found, False
                if self._each[key].search(text):
                    found.add(key)
        return found, True

    def spans(self, text: str) -> Iterator[Found]:
        """Where they are, each as id, beginning and end."""
        for key in sorted(self.ids(text)[0]):
            for number, match in enumerate(self._each[key].finditer(text)):
                if number >= MOST_PASSAGES:
                    yield key, match.start(), len(text)
                    break
                if match.end() > match.start():
                    yield key, match.start(), match.end()


def check(pattern: str) -> None:
    """Raise Problem, beside `pattern`, for an expression that is wrong, too large, too slow, or matches what it should not."""
    try:
        compiled = _compiled(pattern)
    except re2.error as error:
        raise Problem(_wrong(error), "pattern") from None
    if max(compiled.programsize, compiled.reverseprogramsize) > LARGEST_PROGRAM:
        raise Problem(
            _("This is too large an expression. Repeat less in it, or make several of it."), "pattern"
        )
    if compiled.search("") or compiled.search(_MASK):
        raise Problem(
            _(
                "This matches where nothing is written, or what masks leave. Say more of what it has to match."
            ),
            "pattern",
        )
    for piece in _HARD:
        hard = (piece * _HARD_CHARACTERS)[:_HARD_CHARACTERS]
        began = thread_time()
        compiled.search(hard)
        if thread_time() - began > SLOWEST_SECONDS:
            raise Problem(_("This takes too long to look for in a long text. Repeat less in it."), "pattern")


def _options(memory: int) -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    options.max_mem = memory
    return options


def _compiled(pattern: str) -> "re2._Regexp":
    return re2.compile(pattern, _options(MEMORY_BYTES))


def _together(patterns: Sequence[tuple[int, str]]) -> re2.Set | None:
    """A set that ends with an expression that is always there, which tells an answer from none; None when it is too large."""
    batch = re2.Set.SearchSet(_options(MEMORY_TOGETHER))
    for _key, pattern in patterns:
        batch.Add(pattern)
    batch.Add("")
    try:
        batch.Compile()
    except re2.error:
        return None
    return batch


def _wrong(error: Exception) -> object:
    """RE2 says what is wrong, a colon, and where."""
    said = error.args[0]
    words, _colon, where = (
        said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    ).partition(": ")
    known = {
        "missing )": _("A bracket is opened and not closed: %(where)s", where=where),
        "unexpected )": _("A bracket is closed and was not opened: %(where)s", where=where),
        "missing ]": _("A [ is opened and not closed: %(where)s", where=where),
        "invalid character class range": _(
            "There is no such range or class of characters: %(where)s", where=where
        ),
        "invalid perl operator": _("Looking around is not possible here: %(where)s", where=where),
        "invalid escape sequence": _("There is no such sign after a backslash here: %(where)s", where=where),
        "no argument for repetition operator": _(
            "There is nothing before this to repeat: %(where)s", where=where
        ),
        "bad repetition operator": _("This repeats a repetition: %(where)s", where=where),
        "invalid repetition size": _(
            "This repeats too often, 1,000 times is the most: %(where)s", where=where
        ),
        "trailing \\": _("A backslash at the end has nothing after it."),
        "pattern too large - compile failed": _(
            "This is too large an expression. Repeat less in it, or make several of it."
        ),
    }
    return known.get(words, _("This expression is wrong here: %(where)s", where=where or words))
