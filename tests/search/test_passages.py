"""What is shown of a thread that was found."""

from dataclasses import replace

import pytest

from app.search.passages import LONGEST_PASSAGE, Shown, Wanted, marked, passage
from app.search.query import for_draft, parse


def wanted(typed: str) -> Wanted:
    return Wanted.by(parse(typed))


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("Packing a lamp", "pack", "<mark>Packing</mark> a lamp"),
        ("A lost parcel", "lost parcels", "A <mark>lost parcel</mark>"),
        ("Size XL & <b>", "xl", "Size <mark>XL</mark> &amp; &lt;b&gt;"),
        ("The coat", "the", "The coat"),
        ("Wool coat", "coat -wool", "Wool <mark>coat</mark>"),
        ("An O’Neill coat", "o'neill", "An <mark>O’Neill</mark> coat"),
        ("moth_hole", "hole", "<mark>moth_hole</mark>"),
    ],
)
def test_words_are_marked_as_they_were_found(text: str, typed: str, expected: str) -> None:
    assert marked(text, wanted(typed)) == expected


def test_the_beginning_that_is_typed_is_marked() -> None:
    assert marked("Parcels, a parka", Wanted.by(for_draft("parc", ""))) == "<mark>Parcels</mark>, a parka"


TEXT = "I had the same. Ask the courier for the scan. It shows the door. Then write to them."


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("courier scan", "Ask the <mark>courier</mark> for the <mark>scan</mark>. It shows the door."),
        ("write", "Then <mark>write</mark> to them."),
        ("courier lamp", "I had the same. Ask the <mark>courier</mark> for the scan."),
        ("nothing of this", "I had the same. Ask the courier for the scan."),
        ("the door", "It shows the <mark>door</mark>. Then write to them."),
    ],
)
def test_the_best_sentence_is_shown_with_the_next(typed: str, expected: str) -> None:
    assert passage(TEXT, wanted(typed)) == expected


def test_more_different_words_are_better_than_one_word_often() -> None:
    text = "Yes. Lamp, lamp, lamp, lamp. A box for a lamp, too."
    assert passage(text, wanted("lamp box tape")).startswith("A <mark>box</mark>")


def test_rarer_words_say_more_among_what_is_shown_together() -> None:
    text = "Well. The buyer paid, the buyer left. The hole is in the hem."
    others = dict.fromkeys(range(5), "The buyer paid. The buyer waits. The buyer paid.")
    shown = Shown.of({"": text, **others}, wanted("buyer paid hole hem"))  # type: ignore[dict-item]
    assert shown.passage("") == "The <mark>hole</mark> is in the <mark>hem</mark>."


def test_one_word_however_rare_is_not_enough_to_leave_the_beginning() -> None:
    text = "No, it was listed. Compare the photos. Same hole, same size?"
    assert passage(text, wanted("hole money")).startswith("No, it was listed.")
    assert passage(text, wanted("hole")).startswith("Same <mark>hole</mark>")


def test_what_means_the_same_is_marked_and_worth_half() -> None:
    query = replace(parse("jumper hem cuff"), related=("sweater", "refund"))
    text = "Hello. The sweater, a refund. The hem and the cuff."
    assert passage(text, Wanted.by(query)) == "The <mark>hem</mark> and the <mark>cuff</mark>."
    assert marked("A sweater", Wanted.by(query)) == "A <mark>sweater</mark>"


def test_a_list_is_read_line_by_line() -> None:
    assert (
        passage("Do this:\n- wrap it\n\n---\n- box it twice", wanted("box")) == "- <mark>box</mark> it twice"
    )


def test_a_sentence_without_end_is_cut_and_says_so() -> None:
    text = " ".join(["word"] * 100 + ["lamp"] + ["word"] * 100)
    shown = passage(text, wanted("lamp"))
    assert shown.startswith("…\N{NO-BREAK SPACE}")
    assert shown.endswith("\N{NO-BREAK SPACE}…")
    assert "<mark>lamp</mark>" in shown
    assert len(shown) < LONGEST_PASSAGE + 40
    assert not passage("Short lamp.", wanted("lamp")).endswith("…")


def test_a_word_without_end_is_cut() -> None:
    assert len(passage("x" * 10_000, wanted("lamp"))) < LONGEST_PASSAGE + 40


@pytest.mark.parametrize("text", ["", " \n ", "---", "🧥"])
def test_nothing_to_show_is_nothing(text: str) -> None:
    assert passage(text, wanted("lamp")) == ""
