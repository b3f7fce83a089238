"""What changed between two texts, word by word."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

CONTEXT_LINES = 2
MOST_COMPARED = 4_000_000
"""Lines or words of the one side times those of the other: `difflib` is quadratic and worse. Up to here it took at most
20 ms with 2 to 2,000 different words; beyond it the whole passage counts as replaced."""

LEAST_ALIKE = 0.5
"""Passages that share less than this part of their words are shown as one replaced by the other."""

Step = tuple[str, Sequence[str], Sequence[str]]

_WORDS = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


class Sort(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text and what became of it; what was left out as unchanged has no text."""

    sort: Sort
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The texts in one, in order: of what stayed only CONTEXT_LINES lines around each change; empty when equal."""
    if before == after:
        return []
    pieces: list[Piece] = []
    for piece in _by_lines(before.splitlines(keepends=True), after.splitlines(keepends=True)):
        if pieces and pieces[-1].sort is piece.sort:
            piece = Piece(piece.sort, pieces.pop().text + piece.text)  # noqa: PLW2901 - one with the one before
        pieces.append(piece)
    return [shown for place, piece in enumerate(pieces) for shown in _shortened(piece, place, len(pieces))]


def _by_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    for tag, left, right in _steps(before, after):
        if tag == "equal":
            yield Piece(Sort.SAME, "".join(left))
        else:
            yield from _by_words(_WORDS.findall("".join(left)), _WORDS.findall("".join(right)))


def _by_words(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    """Word by word where enough of them stayed; else the one passage for the other, which reads better."""
    steps = list(_joined(_steps(before, after)))
    stayed = sum(_weight(left) for tag, left, _right in steps if tag == "equal")
    if 2 * stayed < LEAST_ALIKE * (_weight(before) + _weight(after)):
        steps = [("replace", before, after)]
    for tag, left, right in steps:
        if tag == "equal":
            yield Piece(Sort.SAME, "".join(left))
            continue
        if left:
            yield Piece(Sort.REMOVED, "".join(left))
        if right:
            yield Piece(Sort.ADDED, "".join(right))


def _joined(steps: Iterable[Step]) -> Iterator[Step]:
    """Two changes with only a space between them are one."""
    waiting: list[Step] = []
    for step in steps:
        if step[0] != "equal" or (waiting and not _weight(step[1])):
            waiting.append(step)
            continue
        yield from _one(waiting)
        waiting = []
        yield step
    yield from _one(waiting)


def _one(steps: list[Step]) -> Iterator[Step]:
    spaces = steps.pop() if steps and steps[-1][0] == "equal" else None
    if steps:
        left, right = ([word for step in steps for word in step[side]] for side in (1, 2))
        yield "replace", left, right
    if spaces:
        yield spaces


def _weight(words: Sequence[str]) -> int:
    """How many of them are words or signs."""
    return sum(not word.isspace() for word in words)


def _steps(before: Sequence[str], after: Sequence[str]) -> Iterator[Step]:
    """What `SequenceMatcher` finds between the beginning and the end that both have."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    left, right = before[head : len(before) - tail], after[head : len(after) - tail]
    if head:
        yield "equal", before[:head], after[:head]
    if len(left) * len(right) > MOST_COMPARED:
        yield "replace", left, right
    else:
        for tag, begin, end, begin_after, end_after in SequenceMatcher(None, left, right).get_opcodes():
            yield tag, left[begin:end], right[begin_after:end_after]
    if tail:
        yield "equal", before[len(before) - tail :], after[len(after) - tail :]


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """How many of the first are the same."""
    return next(
        (place for place, (one, other) in enumerate(zip(left, right, strict=False)) if one != other),
        min(len(left), len(right)),
    )


def _shortened(piece: Piece, place: int, number: int) -> Iterator[Piece]:
    """Of a long stretch that stayed, the lines next to a change."""
    lines = piece.text.splitlines(keepends=True)
    first, last = place == 0, place == number - 1
    head, tail = 0 if first else CONTEXT_LINES + 1, 0 if last else CONTEXT_LINES + 1
    if piece.sort is not Sort.SAME or len(lines) <= head + tail + 1:
        yield piece
        return
    if head:
        yield Piece(Sort.SAME, "".join(lines[:head]))
    yield Piece(Sort.LEFT_OUT, "")
    if tail:
        yield Piece(Sort.SAME, "".join(lines[-tail:]))
