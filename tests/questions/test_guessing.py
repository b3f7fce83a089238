"""Topic and tags are guessed from questions like the one being written, and are the writer's to change."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import TagAlias, Thread
from app.forum.queries import tag
from app.questions import operations
from tests.questions.steps import SOURCE, TITLE, fields, hide, token

Shelf = Callable[[int], None]
BEGUN = {"title": "Where is the money for my return?"}


def put(who: SimpleNamespace, space_id: int, *tags: str) -> int:
    return operations.ask(
        who.actor, title=TITLE, source=SOURCE, space_id=space_id, tags=list(tags), token=token()
    )


def chosen(page: str) -> tuple[str, str]:
    """The topic and the tags that a page's form holds."""
    topic = next(
        (radio for radio in page.split("<input")[1:] if 'name="space_id"' in radio and "checked" in radio), ""
    )
    tags = next(line for line in page.split("<input")[1:] if 'name="tags"' in line)
    return tuple(  # type: ignore[return-value]
        part.split('value="')[1].split('"')[0] if 'value="' in part else "" for part in (topic, tags)
    )


@pytest.fixture
def alike(cast: SimpleNamespace, match: Shelf) -> list[int]:
    """Three questions that are found: two under topic 4, tagged alike."""
    found = [
        put(cast.bob, 2, "parcel"),
        put(cast.bob, 4, "refund", "card"),
        put(cast.bob, 4, "refund", "bank"),
    ]
    for thread_id in found:
        match(thread_id)
    return found


@pytest.mark.parametrize("address", ["/ask", "/ask/suggest"])
def test_most_of_what_is_like_it_says_where_it_belongs(
    client: FlaskClient, alike: list[int], address: str
) -> None:
    page = client.post(address, data={**BEGUN, "look": "1"}).text
    assert chosen(page) == ("4", "refund")
    assert "Taken from questions like yours" in page


def test_an_address_with_a_title_brings_the_guess_too(client: FlaskClient, alike: list[int]) -> None:
    assert chosen(client.get("/ask", query_string=BEGUN).text) == ("4", "refund")
    assert chosen(client.get("/ask").text) == ("", "")


def test_tags_that_the_title_names_come_first_by_any_of_their_names(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    put(cast.bob, 2, "moth-hole")
    with transaction() as session:
        session.add(TagAlias(name="pullover", tag_id=tag("moth-hole").id))
    named = client.post("/ask/suggest", data={"title": "Moth hole in my coat"}).text
    assert chosen(named) == ("", "moth-hole")
    assert chosen(client.post("/ask/suggest", data={"title": "A pullover came"}).text) == ("", "moth-hole")
    assert chosen(client.post("/ask/suggest", data={"title": "Nothing of the kind"}).text) == ("", "")


def test_what_the_writer_chose_stays(client: FlaskClient, alike: list[int]) -> None:
    mine = {**BEGUN, "space_id": "2", "tags": "coats", "guessed_space": "4", "guessed_tags": "refund"}
    page = client.post("/ask/suggest", data=mine).text
    assert chosen(page) == ("2", "coats")
    assert "Taken from questions like yours" not in page
    emptied = {**BEGUN, "space_id": "4", "tags": "", "guessed_space": "4", "guessed_tags": "refund"}
    assert chosen(client.post("/ask/suggest", data=emptied).text) == ("4", "")


def test_a_guess_follows_the_words_while_nobody_touched_it(client: FlaskClient, alike: list[int]) -> None:
    before = {**BEGUN, "space_id": "2", "tags": "parcel", "guessed_space": "2", "guessed_tags": "parcel"}
    assert chosen(client.post("/ask/suggest", data=before).text) == ("4", "refund")


def test_where_there_is_nothing_to_guess_what_stands_stays(client: FlaskClient) -> None:
    seen = {**BEGUN, "space_id": "2", "tags": "parcel", "guessed_space": "2", "guessed_tags": "parcel"}
    assert chosen(client.post("/ask/suggest", data=seen).text) == ("2", "parcel")


def test_what_is_hidden_guesses_nothing(client: FlaskClient, cast: SimpleNamespace, alike: list[int]) -> None:
    for thread_id in alike:
        hide(Thread, thread_id)
    assert chosen(client.post("/ask/suggest", data=BEGUN).text) == ("", "")


@pytest.mark.parametrize("odd", ["²", "-1", "9" * 30, "x\x00"])
def test_odd_hidden_fields_break_nothing(client: FlaskClient, alike: list[int], odd: str) -> None:
    sent = client.post(
        "/ask/suggest", data={**BEGUN, "guessed_space": odd, "guessed_tags": odd, "space_id": odd}
    )
    assert sent.status_code == 200


def test_a_kept_question_keeps_that_it_was_guessed(client: FlaskClient, alike: list[int]) -> None:
    client.post(
        "/ask", data=fields(**BEGUN, space_id="2", tags="parcel", guessed_space="2", guessed_tags="parcel")
    )
    assert chosen(client.get("/ask").text) == ("4", "refund")
    db.session.rollback()
