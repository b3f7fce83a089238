"""What changed between two texts: all of it, nothing else, in bounded time."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text.differing import Piece, Sort, difference


def _said(pieces: list[Piece]) -> list[tuple[str, str]]:
    return [(piece.sort.value, piece.text) for piece in pieces]


def test_words_not_letters() -> None:
    assert _said(difference("The hole was listed.", "The moth hole was shown.")) == [
        ("same", "The "),
        ("added", "moth "),
        ("same", "hole was "),
        ("removed", "listed"),
        ("added", "shown"),
        ("same", "."),
    ]


def test_what_has_little_in_common_is_replaced_whole() -> None:
    assert _said(difference("Can it be removed?", "Who pays for the way back?")) == [
        ("removed", "Can it be removed?"),
        ("added", "Who pays for the way back?"),
    ]


def test_two_changes_side_by_side_are_one() -> None:
    assert _said(difference("Take the old slip to the depot.", "Take the new form to the depot.")) == [
        ("same", "Take the "),
        ("removed", "old slip"),
        ("added", "new form"),
        ("same", " to the depot."),
    ]


def test_the_same_is_no_difference() -> None:
    assert difference("a\nb", "a\nb") == []


def test_far_from_a_change_is_left_out() -> None:
    lines = [f"line {number}\n" for number in range(20)]
    pieces = difference("".join(lines), "".join([*lines[:10], "new\n", *lines[10:]]))
    assert [piece.sort.value for piece in pieces] == ["left_out", "same", "added", "same", "left_out"]
    assert "line 9\n" in pieces[1].text
    assert "line 3\n" not in pieces[1].text


@given(st.text(alphabet="ab \n.", max_size=60), st.text(alphabet="ab \n.", max_size=60))
def test_what_stayed_and_went_is_the_one_and_what_stayed_and_came_the_other(before: str, after: str) -> None:
    pieces = difference(before, after)
    if any(piece.sort is Sort.LEFT_OUT for piece in pieces) or before == after:
        return
    assert "".join(piece.text for piece in pieces if piece.sort is not Sort.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.sort is not Sort.REMOVED) == after


@pytest.mark.parametrize("kinds", [2, 5, 40, 400, 6_000])
@pytest.mark.parametrize("between", [" ", "\n"])
def test_no_text_takes_long(kinds: int, between: str) -> None:
    """32,000 characters each way, of few words and of many."""
    choose = random.Random(kinds)
    before, after = (
        between.join(f"w{choose.randrange(kinds)}" for _word in range(40_000))[:32_000] for _side in range(2)
    )
    begun = time.process_time()
    difference(before, after)
    assert time.process_time() - begun < 1
