"""The search box lists how its last word may end."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.parts import put
from app.forum.models import Visibility
from app.search.indexing import drain
from app.search.ports import Index
from app.search.query import MOST_CHARACTERS
from app.search.whoosh_index import WhooshIndex

Ask = Callable[..., int]


def _listed(client: FlaskClient, typed: str) -> list[str]:
    answer = client.get("/search/complete", query_string={"q": typed})
    assert answer.status_code == 200
    return [unescape(value) for value in re.findall(r'<option value="([^"]*)">', answer.text)]


@pytest.fixture
def titles(ask: Ask) -> None:
    for title in ("Return of a coat", "Returns by whom", "Return again", "Refund & retour, it's mine"):
        ask(title)
    drain()


@pytest.mark.usefixtures("titles")
@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        ("retu", ["return", "returns"]),
        ("who pays the RETU", ["who pays the return", "who pays the returns"]),
        ("is:solved retu", ["is:solved return", "is:solved returns"]),
        ('"of a co', ['"of a coat']),
        ("-co", ["-coat"]),
        ("return", ["returns"]),
        ("r", []),
        ("", []),
        ("retu ", []),
        ("zeppel", []),
        ("is:retu", []),
        ("tag:retu", []),
        ("a" * MOST_CHARACTERS + " retu", []),
        ("\0\ud7ff<b>re", ["\ud7ff<b>refund", "\ud7ff<b>retour", "\ud7ff<b>return", "\ud7ff<b>returns"]),
    ],
)
def test_the_last_word_is_ended_as_titles_end_it(client: FlaskClient, typed: str, listed: list[str]) -> None:
    assert sorted(_listed(client, typed)) == sorted(listed)


def test_the_commonest_comes_first(client: FlaskClient, ask: Ask) -> None:
    for title in ("Parcel one", "Parcels", "Parcel two"):
        ask(title)
    drain()
    assert _listed(client, "par") == ["parcel", "parcels"]


def test_words_of_what_is_hidden_are_not_listed(
    client: FlaskClient, ask: Ask, change: Callable[..., None]
) -> None:
    thread_id = ask("Meet at Rumpelstiltskin station")
    drain()
    assert _listed(client, "rumpel") == ["rumpelstiltskin"]
    change(thread_id, visibility=Visibility.HIDDEN)
    drain()
    assert _listed(client, "rumpel") == []


def test_without_an_index_nothing_is_listed(app: Flask, client: FlaskClient, tmp_path: object) -> None:
    put(app, Index, WhooshIndex(tmp_path / "none"))  # type: ignore[operator]
    assert _listed(client, "retu") == []


def test_both_boxes_ask(client: FlaskClient) -> None:
    page = client.get("/search").text
    assert page.count('list="completions"') == page.count('data-hx-get="/search/complete"') == 2
    assert page.count('<datalist id="completions">') == 1
