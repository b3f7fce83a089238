"""Passages found again as the eye takes them, in time linear in the text."""

import time

import pytest

from app.core.text import is_long_enough, masked_html, render, spans_of


def found(text: str, words: list[str], hosts: list[str] | None = None) -> list[str]:
    return [text[start:end] for start, end in spans_of(words, hosts or [])(text)]


@pytest.mark.parametrize(
    ("text", "passage", "expected"),
    [
        ("Ask Jane Miller there.", "jane miller", "Jane Miller"),
        ("Ask Jane \n  Miller there.", "Jane Miller", "Jane \n  Miller"),
        ("Ask **Jane** Mil*ler* there.", "Jane Miller", "Jane** Mil*ler"),
        ("> Ask Jane\n> Miller there.", "Jane Miller", "Jane\n> Miller"),
        ("- Jane\n- Miller", "Jane Miller", "Jane\n- Miller"),
        ("Gate code ４４１２ at night", "code 4412", "code ４４１２"),
        ("Gate code 4412 at night", "code ４４１２", "code 4412"),
        ("Jane\u00a0Mil\u200bler", "Jane Miller", "Jane\u00a0Mil\u200bler"),
        ("Ja\u00adne Miller", "Jane Miller", "Ja\u00adne Miller"),
        ("what (.*) means", "(.*) means", "(.*) means"),
        ("Straße 12 \U0001f600 left", "straße 12 \U0001f600", "Straße 12 \U0001f600"),
    ],
)
def test_as_the_eye_takes_it(text: str, passage: str, expected: str) -> None:
    assert found(text, [passage]) == [expected]


def test_too_little_names_nothing() -> None:
    for passage in ("", "a", "**", "\u200b", "--- ??", "a b"):
        assert not is_long_enough(passage)
        assert found("a b -- ** ??? a", [passage]) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pay at https://pay.evil.example/x?id=1#y now", ["https://pay.evil.example/x?id=1#y"]),
        ("EVIL.example.", ["EVIL.example"]),
        ("www.evil.example/pay", ["www.evil.example/pay"]),
        ("click (evil.example)", ["evil.example"]),
        ("notevil.example, evil.example-shop.test, evil.examples", []),
    ],
)
def test_every_address_at_a_host(text: str, expected: list[str]) -> None:
    assert [part.rstrip(").") for part in found(text, [], ["evil.example"])] == expected


def test_a_host_is_known_however_it_is_spelt() -> None:
    assert found("bücher.example and xn--bcher-kva.example", [], ["xn--bcher-kva.example"]) == [
        "bücher.example",
        "xn--bcher-kva.example",
    ]


def test_masked_in_html_the_link_goes_and_its_words_stay() -> None:
    html = render(
        "See [the *form*](https://evil.example/%70ay), https://evil.example/a and [ours](/t/1)."
    ).html
    shown, _found = masked_html(html, passages=spans_of([], ["evil.example"]))
    assert "evil" not in shown
    assert "the <em>form</em>" in shown
    assert '<a href="/t/1">ours</a>' in shown


def test_long_texts_take_a_moment_only() -> None:
    text = "evil. example www.evil.exampl " * 4_000 + "\n- " * 4_000 + "a." * 10_000
    began = time.perf_counter()
    found(text, ["a b c d e f g", "evil example"], ["evil.example", "other.example"])
    assert time.perf_counter() - began < 2
