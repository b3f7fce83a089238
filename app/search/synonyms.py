"""Words that mean the same in the trade: `inr` is 'item not received'. Read once from a text file that an operator can edit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from app.search.ports import Phrase
from app.search.words import WORD, terms

SHIPPED = Path(__file__).with_name("synonyms.txt")
MOST_GROUPS = 5_000
MOST_WORDS = 6
"""As many has the longest phrase of a group."""

# Of a phrase only what says something by itself is looked for: not 'never', 'up' and 'off', which stand everywhere.
_TURNING = frozenset(terms("not no never"))
_SHORTEST_ALONE = 3


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of words, as terms; `complaints` name the lines that could not be read, and why."""

    groups: tuple[tuple[Phrase, ...], ...] = ()
    complaints: tuple[str, ...] = ()
    _by_phrase: dict[Phrase, list[int]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Synonyms":
        """The groups of a file; a line that is no group is complained of and skipped, and so is a file that is none."""
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            return cls(complaints=(f"{path} cannot be read as text in UTF-8 ({type(error).__name__}).",))
        return cls.among(lines, path.name)

    @classmethod
    def among(cls, lines: Iterable[str], name: str) -> "Synonyms":
        """`read` for the lines of a file called `name`."""
        groups: list[tuple[Phrase, ...]] = []
        complaints = []
        for number, line in enumerate(lines, 1):
            text = line.partition("#")[0].strip()
            if not text:
                continue
            parts = [part.strip() for part in text.split(",")]
            phrases = {part: tuple(terms(part)) for part in parts}
            group = tuple(dict.fromkeys(phrases.values()))
            if fault := _fault(phrases, group):
                complaints.append(f"{name}, line {number}: {fault}")
            elif len(groups) == MOST_GROUPS:
                complaints.append(
                    f"{name}, line {number}: more than {MOST_GROUPS} groups; the rest is unread."
                )
                break
            else:
                groups.append(group)
        by_phrase: dict[Phrase, list[int]] = {}
        for place, group in enumerate(groups):
            for phrase in group:
                by_phrase.setdefault(phrase, []).append(place)
        return cls(tuple(groups), tuple(complaints), by_phrase)

    def of(self, words: Sequence[str]) -> tuple[str, ...]:
        """The terms of everything that means the same as some of these, which follow each other; none of `words`."""
        found: dict[str, None] = {}
        place = 0
        while place < len(words):
            # The longest first: 'money back' is not 'money' and 'back'.
            for length in range(min(MOST_WORDS, len(words) - place), 0, -1):
                phrase = tuple(words[place : place + length])
                for group in self._by_phrase.get(phrase, ()):
                    others = (other for other in self.groups[group] if other != phrase)
                    found.update(dict.fromkeys(_loose(others)))
                if phrase in self._by_phrase:
                    place += length - 1
                    break
            place += 1
        return tuple(term for term in found if term not in words)

    def know(self, term: str) -> bool:
        """Whether the term stands in a group by itself: it is no misspelling then, however rare."""
        return (term,) in self._by_phrase


def _loose(phrases: Iterable[Phrase]) -> Iterable[str]:
    for phrase in phrases:
        for term in phrase:
            if len(phrase) == 1 or (len(term) >= _SHORTEST_ALONE and term not in _TURNING):
                yield term


@cache
def shipped() -> Synonyms:
    """Those that come with Bartack."""
    return Synonyms.read(SHIPPED)


def _fault(phrases: dict[str, Phrase], group: Sequence[Phrase]) -> str:
    for part, phrase in phrases.items():
        if not phrase:
            return f"“{part}” has no word to look for." if part else "there is nothing between two commas."
        if len(phrase) == 1 < len(WORD.findall(part)):
            return f"of “{part}” only one word is looked for; the others stand in every text."
        if len(phrase) > MOST_WORDS:
            return f"“{part}” is longer than {MOST_WORDS} words."
    return "" if len(group) > 1 else "a group needs two different words at least, with a comma between them."
