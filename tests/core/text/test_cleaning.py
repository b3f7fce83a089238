"""Odd Unicode in bodies, titles and names."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.core.text import clean_line, clean_text

HELD = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    "character", [chr(code) for code in (*range(9), *range(0x0E, 0x1C), 0x1F, 0x7F, 0x9F)]
)
def test_control_characters_go(character: str) -> None:
    assert clean_text(f"a{character}b") == "ab"
    assert clean_text(f"é{character}b") == "éb"


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_newline_is_one(newline: str) -> None:
    assert clean_text(f"a{newline}b") == "a\nb"


def test_tabs_and_newlines_stay_in_a_body() -> None:
    assert clean_text("a\tb\n\nc ") == "a\tb\n\nc "


def test_bidi_controls_go_and_right_to_left_text_stays() -> None:
    assert clean_text(f"{HELD}שלום") == "שלום"


def test_lone_surrogates_are_replaced() -> None:
    assert clean_text("a\ud83d!") == "a\ufffd!"


def test_one_spelling() -> None:
    assert clean_text("cafe\u0301") == "caf\u00e9"


def test_joined_emoji_and_flags_stay() -> None:
    assert clean_line("👩‍🔧 🏴󠁧󠁢󠁥󠁮󠁧󠁿") == "👩‍🔧 🏴󠁧󠁢󠁥󠁮󠁧󠁿"


def test_heaps_of_marks_are_cut_and_cost_no_time() -> None:
    before = time.process_time()
    cleaned = clean_text("a" + "\u0301\u0323" * 100_000)
    assert time.process_time() - before < 1
    assert len(cleaned) < 10


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("  lost\n\tparcel  ", "lost parcel"),
        ("lost\u00a0\u3000parcel", "lost parcel"),
        ("\u202eelas\u200f", "elas"),
        ("\u200b\ufeff\u2060", ""),
        ("a\x00b", "ab"),
    ],
)
def test_lines(line: str, clean: str) -> None:
    assert clean_line(line) == clean


@given(some.text(some.characters(), max_size=60))
def test_cleaning_is_done_once_and_storable(text: str) -> None:
    for clean in (clean_text, clean_line):
        once = clean(text)
        assert clean(once) == once
        assert "\x00" not in once
        once.encode()
