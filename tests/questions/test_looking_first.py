"""Answers that exist come before the question is posted, with and without script."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.forum.models import Draft, Thread
from tests.desk.steps import Finder, Notebook
from tests.questions.steps import SOURCE, TITLE, ask, count, fields, hide

Shelf = Callable[[int], None]
MATCH = "Refund to a <mark>closed</mark> card"


@pytest.fixture
def there(cast: SimpleNamespace, match: Shelf) -> int:
    """A thread that is found."""
    thread_id = ask(cast.bob, "Refund to a closed card, where is it?")
    match(thread_id)
    return thread_id


def test_continue_shows_matches_before_the_rest(client: FlaskClient, there: int) -> None:
    sent = client.post("/ask", data={"title": TITLE, "look": "1"})
    assert sent.status_code == 200
    assert sent.text.index(MATCH) < sent.text.index("None of these?") < sent.text.index('name="source"')
    assert 'name="looked" value="1"' in sent.text
    assert f'value="{TITLE}"' in sent.text
    assert f'name="solved" value="{there}"' in sent.text


def test_without_matches_continue_leads_on_and_says_so(client: FlaskClient) -> None:
    sent = client.post("/ask", data={"title": TITLE, "look": "1"})
    assert sent.status_code == 200
    assert "Nothing like it was found" in sent.text
    assert 'name="looked"' in sent.text


def test_a_whole_form_sent_before_any_look_shows_matches_once_and_keeps_everything(
    cast: SimpleNamespace, there: int
) -> None:
    typed = fields(looked="")
    sent = cast.alice.client.post("/ask", data=typed)
    assert sent.status_code == 200
    assert MATCH in sent.text
    for kept in (TITLE, "What now?", "Returns, moth-hole", str(typed["form_token"])):
        assert kept in sent.text
    assert count(Thread) == 1
    assert cast.alice.client.post("/ask", data={**typed, "looked": "1"}).status_code == 303
    assert count(Thread) == 2


def test_a_whole_form_without_matches_is_posted_at_once(cast: SimpleNamespace) -> None:
    assert cast.alice.client.post("/ask", data=fields(looked="")).status_code == 303


def test_a_title_that_will_not_do_is_said_before_any_match(cast: SimpleNamespace, there: int) -> None:
    sent = cast.alice.client.post("/ask", data=fields(looked="", title="Refund?"))
    assert sent.status_code == 422
    assert "A few more words" in sent.text


def test_yes_this_answers_it_is_noted_and_leads_there(
    cast: SimpleNamespace, there: int, notebook: Notebook
) -> None:
    sent = cast.alice.client.post("/ask", data={**fields(), "solved": str(there)})
    assert sent.status_code == 303
    assert sent.location.startswith(f"/questions/{there}/")
    assert "what you wrote is kept under Ask" in cast.alice.client.get(sent.location).text
    assert "What now?" in cast.alice.client.get("/ask").text
    assert notebook.noted == [("solved", "ask", there)]
    assert count(Thread) == 1


def test_a_visitor_may_say_so_too_and_keeps_their_text(
    client: FlaskClient, there: int, notebook: Notebook
) -> None:
    client.post("/ask", data=fields())
    assert count(Draft) == 1
    assert client.post("/ask", data={"solved": str(there)}).status_code == 303
    assert notebook.noted == [("solved", "ask", there)]
    assert "What now?" in client.get("/ask").text


def test_a_double_click_is_one_answered_person(cast: SimpleNamespace, there: int, notebook: Notebook) -> None:
    form = {**fields(), "solved": str(there)}
    for _click in range(3):
        cast.alice.client.post("/ask", data=form)
    assert notebook.noted == [("solved", "ask", there)]


def test_what_is_no_thread_solves_nothing(
    client: FlaskClient, cast: SimpleNamespace, there: int, notebook: Notebook
) -> None:
    assert client.post("/ask", data={"solved": "999"}).status_code == 404
    hide(Thread, there)
    assert client.post("/ask", data={"solved": str(there)}).status_code == 404
    for odd in ("²", "-1", "9" * 30, "1;2", ""):
        assert client.post("/ask", data={"solved": odd, "title": TITLE, "look": "1"}).status_code == 200
    assert notebook.noted == []


def test_going_on_past_matches_is_noted_once_and_only_if_there_were_any(
    cast: SimpleNamespace, there: int, notebook: Notebook
) -> None:
    form = fields(looked="1")
    for _time in range(2):
        cast.alice.client.post("/ask", data=form)
    assert notebook.noted == [("none_fit", "ask", None)]
    cast.alice.client.post("/ask", data=fields(looked="0"))
    assert len(notebook.noted) == 1


def test_no_matches_seen_is_not_noted_as_none_fitting(
    cast: SimpleNamespace, finder: Finder, notebook: Notebook
) -> None:
    """Without script: Continue finds nothing, then the form is posted as that page holds it."""
    page = cast.alice.client.post("/ask", data={"title": TITLE, "look": "1"}).text
    looked = page.split('name="looked"')[1].split('value="')[1].split('"')[0]
    assert cast.alice.client.post("/ask", data=fields(looked=looked)).status_code == 303
    assert notebook.noted == []


def test_the_fragment_while_typing(client: FlaskClient, there: int, finder: Finder) -> None:
    sent = client.post(
        "/ask/suggest", data={"title": "  Refund\u202e to  a closed card " + "x" * 300, "source": "a\x00b"}
    )
    assert sent.status_code == 200
    assert MATCH in sent.text
    assert 'name="looked" value="1"' in sent.text
    assert "<html" not in sent.text
    asked = finder.asked[-1]
    assert len(asked["title"]) == 150
    assert asked["title"].startswith("Refund to a closed card")
    assert asked["body"] == "ab"
    assert MATCH not in client.post("/ask/suggest", data={}).text


def test_nothing_typed_while_looking_is_kept(app: Flask, client: FlaskClient, there: int) -> None:
    sent = client.post("/ask/suggest", data={"title": TITLE, "source": SOURCE})
    assert "Set-Cookie" not in sent.headers
    assert count(Draft) == 0


def test_preview_does_not_look_again(cast: SimpleNamespace, there: int) -> None:
    sent = cast.alice.client.post("/ask", data=fields(looked="1", preview="1"))
    assert sent.status_code == 200
    assert MATCH not in sent.text
    assert 'name="looked" type="hidden" value="1"' in sent.text or 'name="looked" value="1"' in sent.text
