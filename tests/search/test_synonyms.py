"""Words that mean the same: read from a file, looked for beside what was typed, at half its weight."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app.accounts.actor import ANONYMOUS
from app.cli.doctor import doctor
from app.core.parts import part, put
from app.search.indexing import drain
from app.search.queries import find
from app.search.synonyms import MOST_WORDS, SHIPPED, Synonyms
from app.search.words import terms

Ask = Callable[..., int]
OURS = Synonyms.read(SHIPPED)


def test_the_shipped_file_is_sound() -> None:
    assert not OURS.complaints
    assert len(OURS.groups) >= 60


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("inr", "received arrived"),
        ("item not received", "inr"),
        ("SNAD", "described inad"),
        ("not as described", "snad inad"),
        ("p&p", "postage"),
        ("P & P", "postage"),
        ("p and p", "postage"),
        ("postage", "pp"),
        ("bnwt", "brand new tags"),
        ("new with tags", "nwt"),
        ("money back please", "refund"),
        ("refunds", "money back"),
        ("dispute", "claim case"),
        ("scammer", "fraudster"),
        ("jumper", "sweater"),
        ("pants", "trousers"),
        ("sneakers", "trainers"),
        ("zip code", "postcode"),
        ("Hermes", "evri"),
        ("rm", "royal mail"),
    ],
)
def test_the_words_of_the_trade_are_known_both_ways(typed: str, means: str) -> None:
    assert set(terms(means)) <= set(OURS.of(terms(typed)))


def test_a_phrase_means_something_as_a_whole_only() -> None:
    assert "inr" not in OURS.of(terms("received an item"))
    assert "refund" not in OURS.of(terms("back with the money"))
    assert "not" not in OURS.of(terms("inr"))


def test_broken_lines_are_named_and_skipped(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text(
        "# ours\n\nkniter, knitter # said in the north\nlonely\nthe, of\nrug,, carpet\nsame, SAME\n"
        f"x, {'long ' * (MOST_WORDS + 1)}\nhat, cap\ninpost, in post\n",
        encoding="utf-8",
    )
    found = Synonyms.read(file)
    assert [complaint.partition(":")[0] for complaint in found.complaints] == [
        f"words.txt, line {number}" for number in (4, 5, 6, 7, 8, 10)
    ]
    assert found.of(["kniter"]) == ("knitter",)
    assert found.of(["cap"]) == ("hat",)
    assert found.of(["carpet"]) == ()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", None])
def test_a_file_that_is_none_is_complained_of(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "words.txt"
    if content:
        file.write_bytes(content)
    found = Synonyms.read(file)
    assert not found.groups
    assert "cannot be read" in found.complaints[0]


def test_the_setting_names_another_file_and_start_and_doctor_tell_what_is_wrong(
    make_app: Callable[..., Flask], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "words.txt"
    file.write_text("wibble, wobble\nlonely\n", encoding="utf-8")
    app = make_app(synonyms=file)
    assert "words.txt, line 2" in caplog.text
    with app.app_context():
        assert part(Synonyms).of(["wibbl"]) == ("wobbl",)
        assert part(Synonyms).of(["inr"]) == ()
        assert "words.txt, line 2: a group needs two" in app.test_cli_runner().invoke(doctor).output


def test_what_means_the_same_is_found_after_what_was_typed_and_marked(ask: Ask) -> None:
    same, typed = ask("My sweater has a hole"), ask("My jumper has a hole")
    ask("A lamp")
    drain()
    rows = find(ANONYMOUS, "jumper", 1).page.rows
    assert [row.id for row in rows] == [typed, same]
    assert rows[1].title_html == "My <mark>sweater</mark> has a hole"


def test_quotes_are_taken_at_their_word(ask: Ask) -> None:
    ask("My sweater has a hole")
    drain()
    assert find(ANONYMOUS, '"jumper"', 1).page.rows == []


def test_without_the_file_only_words_are_found(app: Flask, ask: Ask) -> None:
    put(app, Synonyms, Synonyms())
    ask("My sweater has a hole")
    drain()
    assert find(ANONYMOUS, "jumper", 1).page.rows == []
