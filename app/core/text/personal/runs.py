"""Digits that stand together, as numbers are written: in groups, with spaces, dots, dashes or brackets between."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DIGITS = re.compile(r"\d+")
_BETWEEN = re.compile(
    r"[ \t.\-/()\[\]_|]{1,5}| ?[\[(]? ?(?:dash|dot|minus|hyphen|point|slash) ?[\])]? ?", re.IGNORECASE
)
_LONGEST_BETWEEN = 12
_WIDE = re.compile(r"[ \t/|\[\]()]")


@dataclass(frozen=True, slots=True)
class Run:
    """Groups of digits, each a (start, end) in `text`."""

    text: str
    groups: list[tuple[int, int]]

    @property
    def count(self) -> int:
        """How many digits there are."""
        return sum(end - start for start, end in self.groups)

    def begins(self, at: int) -> bool:
        """Whether a number can begin with this group: nothing narrow ties it to the one before."""
        return at == 0 or self._wide(at - 1)

    def ends(self, at: int) -> bool:
        """Whether a number can end before this group."""
        return at == len(self.groups) or self._wide(at - 1)

    def digits(self, first: int, last: int) -> str:
        """The digits of the groups from `first` up to, not with, `last`."""
        return "".join(self.text[start:end] for start, end in self.groups[first:last])

    def sizes(self, first: int, last: int) -> list[int]:
        return [end - start for start, end in self.groups[first:last]]

    def written(self, first: int, last: int) -> str:
        return self.text[self.groups[first][0] : self.groups[last - 1][1]]

    def readings(self, first: int, most_digits: int, most_groups: int) -> list[tuple[int, str]]:
        """Where a number that begins with the group `first` may end, and its digits; the longest first."""
        ends = []
        count = 0
        for last in range(first + 1, min(first + most_groups, len(self.groups)) + 1):
            start, end = self.groups[last - 1]
            count += end - start
            if count > most_digits:
                break
            if self.ends(last):
                ends.append((last, count))
        digits = self.digits(first, ends[-1][0]) if ends else ""
        return [(last, digits[:count]) for last, count in reversed(ends)]

    def _wide(self, at: int) -> bool:
        return bool(_WIDE.search(self.text, self.groups[at][1], self.groups[at + 1][0]))


def runs(text: str) -> Iterator[Run]:
    """All digits of `text`, as runs."""
    groups: list[tuple[int, int]] = []
    for found in _DIGITS.finditer(text):
        if groups and not _joined(text, groups[-1][1], found.start()):
            yield Run(text, groups)
            groups = []
        groups.append(found.span())
    if groups:
        yield Run(text, groups)


def _joined(text: str, start: int, end: int) -> bool:
    return end - start <= _LONGEST_BETWEEN and _BETWEEN.fullmatch(text, start, end) is not None
