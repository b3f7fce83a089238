"""Searches that found nothing: their words, without whose they were."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.clock import frozen, now
from app.core.db import db
from app.core.parts import part
from app.search.indexing import drain
from app.search.misses import MOST_REMEMBERED, Misses, normalised, sweep_misses
from app.search.models import LONGEST_WORDS, EmptySearch

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}


def _kept() -> list[tuple[str, int]]:
    part(Misses).write()
    db.session.rollback()
    rows = select(EmptySearch.words, EmptySearch.times).order_by(EmptySearch.words, EmptySearch.day)
    return [tuple(row) for row in db.session.execute(rows)]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Zeppelin   POSTAGE ", "zeppelin postage"),
        ('"parcel locker" -orkney', "parcel locker -orkney"),
        ("ring 07700 900123 about it", "ring 07••• ••123 about it"),
        ("seller jo.smith@example.org", "seller j••• ••• org"),
        ("TM-51770-248 missing", "••• missing"),
        ("order 51770248", "order •••"),
        ("size 12 dress £25", "size 12 dress 25"),
        ("=cmd()|!A1 x", "cmd a1 x"),
        ("????", ""),
        ("12", ""),
        ("x" * 300, "x" * LONGEST_WORDS),
    ],
)
def test_what_is_kept_of_a_search(typed: str, kept: str) -> None:
    assert normalised(typed) == kept


def test_the_search_page_counts_what_found_nothing_and_changes_no_row_itself(
    app: Flask, client: FlaskClient
) -> None:
    drain()
    for _twice in range(2):
        client.get("/search?q=Zeppelin+hire", headers=BROWSER)
    client.get("/search?q=zeppelin+hire&page=2", headers=BROWSER)
    client.get("/search?q=zeppelin+hire", headers={"User-Agent": "curl/8"})
    client.get("/search", headers=BROWSER)
    client.get("/search?q=the+of", headers=BROWSER)
    assert db.session.scalar(select(EmptySearch.words)) is None
    assert _kept() == [("zeppelin hire", 2)]
    client.get("/search?q=zeppelin+hire", headers=BROWSER)
    assert _kept() == [("zeppelin hire", 3)]


def test_filters_make_no_miss_and_operators_are_no_words(app: Flask, client: FlaskClient) -> None:
    drain()
    client.get("/search?q=zeppelin+is:solved", headers=BROWSER)
    assert _kept() == []
    client.get("/search?q=zeppelin+by:somebody-private", headers=BROWSER)
    assert _kept() == [("zeppelin", 1)]


def test_what_could_not_be_written_is_counted_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    misses = part(Misses)
    misses.note("zeppelin")
    with monkeypatch.context() as broken:
        broken.setattr("app.search.misses.insert_ignoring", lambda _table: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            misses.write()
    misses.note("zeppelin")
    assert _kept() == [("zeppelin", 2)]


def test_memory_ends_somewhere(app: Flask) -> None:
    misses = part(Misses)
    for number in range(MOST_REMEMBERED + 50):
        letters = "".join(chr(97 + int(digit)) for digit in str(number))
        misses.note(f"word {letters}")
    assert len(_kept()) == MOST_REMEMBERED


def test_after_ninety_days_it_is_forgotten(app: Flask) -> None:
    for days in (0, 1):
        with frozen(now() + timedelta(days=days)):
            part(Misses).note("zeppelin")
    assert len(_kept()) == 2
    with frozen(now() + timedelta(days=91)):
        sweep_misses()
    assert _kept() == [("zeppelin", 1)]
