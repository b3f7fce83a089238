"""Answers that exist come before the ticket, with and without script."""

from collections.abc import Callable
from types import SimpleNamespace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.core.db import db
from app.desk.models import Ticket
from app.questions.ports import Match
from tests.desk.steps import Finder, Notebook, fields, row

MATCH = "Refund to a closed card, where is it?"
LINE = {"subject": "Refund to a closed card", "look": "1"}


def test_the_first_screen_is_one_line_and_says_whom_to_ring_first(
    client: FlaskClient, finder: Finder
) -> None:
    page = client.get("/help").text
    assert 'name="subject"' in page
    assert 'name="source"' not in page
    assert "Ring your bank first" in page
    assert not finder.asked


def test_continue_shows_matches_before_the_rest(
    client: FlaskClient, cast: SimpleNamespace, match: Callable[[Actor], Match]
) -> None:
    match(cast.bob.actor)
    page = client.post("/help", data=LINE).text
    assert page.index(MATCH) < page.index("None of these?") < page.index('name="source"')
    assert 'name="looked" value="1"' in page
    assert 'value="Refund to a closed card"' in page


def test_without_matches_continue_leads_on_and_says_so(client: FlaskClient, finder: Finder) -> None:
    page = client.post("/help", data=LINE).text
    assert "Nothing like it was found" in page
    assert 'name="source"' in page
    assert 'value="0"' in page.split('name="looked"')[1][:40]


def test_matches_that_were_looked_at_are_not_shown_again(
    client: FlaskClient, cast: SimpleNamespace, match: Callable[[Actor], Match]
) -> None:
    match(cast.bob.actor)
    page = client.post("/help", data={**LINE, "looked": "1"}).text
    assert MATCH not in page
    assert "Nothing like it was found" not in page
    assert 'name="source"' in page


def test_a_whole_form_sent_before_any_look_shows_the_matches_once_and_keeps_everything(
    cast: SimpleNamespace, match: Callable[[Actor], Match]
) -> None:
    match(cast.bob.actor)
    typed = fields(looked="")
    answer = cast.alice.client.post("/help", data=typed)
    assert answer.status_code == 200
    assert MATCH in answer.text
    for name in ("subject", "order_number", "source", "tried"):
        assert typed[name] in answer.text
    assert cast.alice.client.post("/help", data={**typed, "looked": "1"}).status_code == 303


def test_continue_without_a_line_asks_for_it(client: FlaskClient, finder: Finder) -> None:
    for subject in ("", "   ", "\u202e\u200b"):
        answer = client.post("/help", data={"subject": subject, "look": "1"})
        assert answer.status_code == 422
        assert "Write the problem in one line." in answer.text
        assert 'name="source"' not in answer.text


def test_yes_this_answers_it_is_noted_and_leads_to_the_thread(
    cast: SimpleNamespace, match: Callable[[Actor], Match], notebook: Notebook
) -> None:
    found = match(cast.bob.actor)
    answer = cast.alice.client.post("/help", data={**LINE, "solved": str(found.thread_id)})
    assert answer.status_code == 303
    assert answer.location.startswith(f"/questions/{found.thread_id}/")
    assert notebook.noted == [("solved", "help", found.thread_id)]
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_what_is_no_thread_solves_nothing(client: FlaskClient, finder: Finder, notebook: Notebook) -> None:
    assert client.post("/help", data={"solved": "999"}).status_code == 404
    for odd in ("²", "-1", "9" * 30, "1;2"):
        assert client.post("/help", data={"solved": odd, **LINE}).status_code == 200
    assert not notebook.noted


def test_the_fragment_under_the_line_is_for_typing(
    client: FlaskClient, cast: SimpleNamespace, match: Callable[[Actor], Match], finder: Finder
) -> None:
    match(cast.bob.actor)
    finder.asked.clear()
    part = client.post("/help/suggest", data={"subject": " Refund  to a closed card " + "x" * 300}).text
    assert MATCH in part
    assert 'name="looked" value="1"' in part
    assert "<html" not in part
    assert len(finder.asked[0]["title"]) == 150
    assert "match" not in client.post("/help/suggest", data={}).text


def test_a_question_of_ones_own_is_carried_over(
    cast: SimpleNamespace, asked: Callable[..., int], finder: Finder
) -> None:
    own = asked(cast.alice.actor, "Coat never came, says the buyer", "Left *in porch*, she has none.")
    page = cast.alice.client.get(f"/help?thread={own}").text
    assert 'value="Coat never came, says the buyer"' in page
    assert "Left *in porch*, she has none." in page
    assert f'name="thread" type="hidden" value="{own}"' in page
    assert finder.asked[-1]["exclude"] == own
    sent = cast.alice.client.post("/help", data=fields(thread=str(own)))
    ref = sent.location.rsplit("/", 1)[1]
    assert row(ref).thread_id == own
    assert "Coat never came" in cast.alice.client.get(f"/tickets/{ref}").text
    assert ref in cast.alice.client.get(f"/help?thread={own}").text


def test_somebody_elses_question_is_not_carried_over(
    client: FlaskClient, cast: SimpleNamespace, asked: Callable[..., int], finder: Finder
) -> None:
    theirs = asked(cast.bob.actor, "Bobs question about a coat", "What bob wrote.")
    for browser in (client, cast.alice.client, cast.mona.client):
        for thread in (theirs, 10**9, "x", "²"):
            answer = browser.get(f"/help?thread={thread}")
            assert answer.status_code == 200
            assert "What bob wrote" not in answer.text


def test_what_was_changed_in_a_carried_over_form_wins_over_the_question(
    app: Flask, cast: SimpleNamespace, asked: Callable[..., int], finder: Finder
) -> None:
    own = asked(cast.alice.actor, source="As I asked it.")
    visitor = app.test_client()
    visitor.post("/help", data=fields(thread=str(own), source="As I say it now."))
    with visitor.session_transaction() as kept, cast.alice.client.session_transaction() as cookie:
        cookie["draft"] = kept["draft"]
    page = cast.alice.client.get(f"/help?thread={own}").text
    assert "As I say it now." in page
    assert "As I asked it." not in page


def test_preview_without_script_shows_the_text_and_keeps_the_form(
    cast: SimpleNamespace, finder: Finder
) -> None:
    answer = cast.alice.client.post("/help", data=fields(source="It is **gone**.", preview="1"))
    assert answer.status_code == 200
    assert "<strong>gone</strong>" in answer.text
    assert "It is **gone**." in answer.text
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_what_to_have_ready_follows_the_topic(client: FlaskClient, finder: Finder) -> None:
    every = "What to have ready, by topic"
    page = client.post("/help", data=LINE).text
    assert every in page
    assert "Screenshots of the messages" in page
    chosen = client.post("/help", data=fields(topic="payment", source="")).text
    assert every not in chosen
    assert "The amount, the currency and the day" in chosen
    assert "Screenshots of the messages" not in chosen
    part = client.get("/help/ready?topic=safety").text
    assert "Screenshots of the messages" in part
    assert "<html" not in part
    for odd in ("", "?topic=", "?topic=root", "?topic=%00"):
        assert every in client.get(f"/help/ready{odd}").text
