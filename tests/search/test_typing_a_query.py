"""What people type becomes a query: words, "phrases", -words and operators."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.core.problems import Problem
from app.search.ports import Query
from app.search.query import MOST_CHARACTERS, MOST_TERMS, for_draft, parse, read, without


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("how do I return a coat", Query(words=("return", "coat"))),
        ("coat coats COAT", Query(words=("coat",))),
        ('"did not arrive" parcel', Query(words=("not", "arriv", "parcel"), phrases=(("not", "arriv"),))),
        ("“not received”", Query(words=("not", "receiv"), phrases=(("not", "receiv"),))),
        ('"never closed', Query(words=("never", "close"), phrases=(("never", "close"),))),
        ("coat -wool", Query(words=("coat",), excluded=(("wool",),))),
        ('coat -"wool blend"', Query(words=("coat",), excluded=(("wool", "blend"),))),
        ("coat -t-shirt", Query(words=("coat",), excluded=(("t", "shirt"),))),
        ("well-worn coat - new", Query(words=("well", "worn", "coat", "new"))),
        ("coat -the -", Query(words=("coat",))),
        ('"" "the" -"" coat', Query(words=("coat",))),
        ("tag:wool OR (size:* AND -x", Query(words=("size",), excluded=(("x",),))),
        ("(tag:wool) colour:blue is:", Query(words=("tag", "wool", "colour", "blue"))),
        ("P&P of an H&M coat", Query(words=("pp", "hm", "coat"))),
        ("the", Query()),
    ],
)
def test_what_is_typed_is_read(typed: str, query: Query) -> None:
    assert parse(typed) == query


@pytest.mark.parametrize(
    ("typed", "operators", "bare"),
    [
        ("coat is:solved", [("is", "solved", False)], "coat"),
        ("IS:Solved coat -Tag:wool", [("is", "Solved", False), ("tag", "wool", True)], "coat"),
        ('tag:"lost parcel" x', [("tag", "lost parcel", False)], "x"),
        ('tag:"never closed', [("tag", "never closed", False)], ""),
        ("“coat” tag:„wool“", [("tag", "wool", False)], "“coat”"),
        ("https://is:x is:open--by:x", [("is", "open--by:x", False)], "https://is:x"),
        ('"is:open"', [], '"is:open"'),
        ("is: tag: this:that", [], "is: tag: this:that"),
        ('by:""', [], 'by:""'),
    ],
)
def test_operators_are_told_from_words(typed: str, operators: list[tuple[str, str, bool]], bare: str) -> None:
    found = read(typed)
    assert [(each.name, each.value, each.without) for each in found.operators] == operators
    assert without(found, found.operators) == bare


def test_words_in_quotes_are_no_loose_ones() -> None:
    assert read('wool "moth hole" coat tag:x -silk').loose == "wool coat"


@given(st.text(max_size=MOST_CHARACTERS))
def test_whatever_is_typed_is_read(typed: str) -> None:
    found = read(typed)
    assert len(found.query.words) <= MOST_TERMS
    for each in found.operators:
        assert f"{each.name}:" in typed[each.start : each.end].lower()


def test_no_more_than_sixteen_terms() -> None:
    many = parse(" ".join(f"w{number}" for number in range(40)))
    assert len(many.words) == MOST_TERMS
    mixed = parse(
        '"'
        + " ".join(f"p{number}" for number in range(10))
        + '" '
        + " ".join(f"-x{number}" for number in range(20))
    )
    assert len(mixed.words) + sum(map(len, mixed.excluded)) == MOST_TERMS


def test_too_long_a_text_is_told(app: Flask) -> None:
    parse("x" * MOST_CHARACTERS)
    with pytest.raises(Problem, match="at most 200 characters") as told:
        parse("x" * (MOST_CHARACTERS + 1))
    assert told.value.field == "q"


@pytest.mark.parametrize(
    ("title", "words", "unfinished"),
    [
        ("Parcel not rec", ("parcel", "not"), "rec"),
        ("Parcel not received ", ("parcel", "not", "receiv"), ""),
        ("Parcel not received?", ("parcel", "not", "receiv"), ""),
        ('My "lost" parc', ("lost",), "parc"),
        ("coat -wool", ("coat",), "wool"),
        ("Caf\u00c9", (), "cafe"),
        ("", (), ""),
    ],
)
def test_a_title_is_read_while_it_is_typed(title: str, words: tuple[str, ...], unfinished: str) -> None:
    query = for_draft(title, "")
    assert (query.words, query.unfinished) == (words, unfinished)
    assert not query.phrases
    assert not query.excluded


def test_the_draft_says_nothing_twice_and_has_an_end() -> None:
    query = for_draft(
        "Lost parcel ", "The parcel was a lamp. " + " ".join(f"w{number}" for number in range(1_000))
    )
    assert query.draft[:2] == ("lamp", "w0")
    assert len(query.draft) < 150
