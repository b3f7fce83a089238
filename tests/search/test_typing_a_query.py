"""What people type becomes a query: words, "phrases", -words, and nothing else."""

import pytest
from flask import Flask

from app.core.problems import Problem
from app.search.ports import Query
from app.search.query import MOST_CHARACTERS, MOST_TERMS, for_draft, parse


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
        ("tag:wool OR (size:* AND -x", Query(words=("tag", "wool", "size"), excluded=(("x",),))),
        ("the", Query()),
    ],
)
def test_what_is_typed_is_read(typed: str, query: Query) -> None:
    assert parse(typed) == query


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
