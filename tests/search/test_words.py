"""Words as search counts them."""

import threading

import pytest

from app.search.words import LONGEST_TERM, distinct, fold, spellings, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The parcels were delivered", ["parcel", "deliv"]),
        ("XL, M or UK 10?", ["xl", "m", "uk", "10"]),
        ("item not received", ["item", "not", "receiv"]),
        ("I can't, I'd, we'll: don't", []),
        ("It is my sister's O’Neill jacket", ["sister", "oneil", "jacket"]),
        ("Café NAÏVE Straße", ["cafe", "naiv", "strass"]),
        ("moth_hole/e-mail 10.50", ["moth", "hole", "e", "mail", "10", "50"]),
        ("１２ ½", ["12", "12"]),
        ("P&P, H&M, T&Cs", ["pp", "hm", "tcs"]),
        ("rock&roll a&b&c x & y", ["rock", "roll", "ab", "c", "x", "y"]),
        ("потеряна посылка", ["потеряна", "посылка"]),
        ("… – 🧥 ' '' ", []),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_an_endless_word_ends() -> None:
    assert [len(term) for term in terms("x" * 100_000)] == [LONGEST_TERM]
    assert all(len(term) <= LONGEST_TERM for term in terms("ﷺ" * 1_000))


def test_distinct_terms_keep_their_order() -> None:
    assert distinct("coat, lamp, coats and a parcel", 2) == ("coat", "lamp")


def test_spellings_are_whole_words() -> None:
    assert spellings("The buyer's Parcels, Café") == {"buyer's", "parcels", "cafe"}


@pytest.mark.parametrize(
    ("word", "folded"),
    [("Déjà", "deja"), ("DON’T", "don't"), ("ß", "ss"), ("Ⅷ", "viii"), ("P&P", "pp"), ("É&é", "ee")],
)
def test_folding(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_threads_do_not_stem_into_each_other() -> None:
    words = [
        f"{stem}{ending}" for stem in ("parcel", "return", "pack", "refund") for ending in ("s", "ed", "ing")
    ]
    words = [f"{letter}{word}" for word in words for letter in "abcdefghijklmnopqrstuvwxyz"]
    expected = {
        word[:-1] if word.endswith("s") else word.removesuffix("ed").removesuffix("ing") for word in words
    }
    found: list[set[str]] = []
    threads = [threading.Thread(target=lambda: found.append(set(terms(" ".join(words))))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4
