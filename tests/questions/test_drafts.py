"""What was typed waits: through signing in, and when a session ended in the middle."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.accounts import operations as accounts
from app.accounts.models import SignInSession
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Draft, Thread
from tests.questions.steps import answer, ask, count, fields, page, thread, token

PASSWORD = "three odd socks"
WORDS = "Send the **photo** of the hole.\nThen wait."


@pytest.fixture
def rosa(app: Flask) -> SimpleNamespace:
    """Somebody with a password, not signed in yet."""
    made = accounts.add_person(name="rosa", email="rosa@example.org", password=PASSWORD)
    return SimpleNamespace(id=made.account_id, form={"email": "rosa@example.org", "password": PASSWORD})


def _sign_out_behind(account_id: int) -> None:
    """As the other browser does when it says 'sign that one out'."""
    with transaction() as session:
        session.execute(delete(SignInSession).where(SignInSession.account_id == account_id))


def test_a_visitors_question_waits_through_signing_in(
    app: Flask, client: FlaskClient, rosa: SimpleNamespace
) -> None:
    typed = fields()
    sent = client.post("/ask", data=typed)
    assert (sent.status_code, sent.location) == (303, "/sign-in?next=/ask")
    assert "Your question is kept" in client.get(sent.location).text
    assert count(Thread) == 0
    back = client.post(sent.location, data=rosa.form)
    assert (back.status_code, back.location) == (303, "/ask")
    form = client.get("/ask").text
    for kept in ("Buyer says not as described", "What now?", "Returns, moth-hole", "checked"):
        assert kept in form
    assert client.post("/ask", data=typed).status_code == 303
    assert db.session.scalars(select(Thread)).one().author_id == rosa.id
    assert count(Draft) == 0
    assert "What now?" not in client.get("/ask").text


def test_it_also_waits_without_signing_in(app: Flask, client: FlaskClient) -> None:
    client.post("/ask", data=fields())
    assert "What now?" in client.get("/ask").text
    assert "What now?" not in app.test_client().get("/ask").text


def test_the_latest_is_kept_in_the_place_of_the_one_before(client: FlaskClient) -> None:
    client.post("/ask", data=fields(source="First words."))
    client.post("/ask", data=fields(source="Second words."))
    assert count(Draft) == 1
    assert "Second words." in client.get("/ask").text


def test_what_will_not_do_is_said_before_anything_is_kept(client: FlaskClient) -> None:
    assert client.post("/ask", data=fields(source="")).status_code == 422
    assert count(Draft) == 0


def test_visitors_drafts_are_forgotten_in_time_and_members_stay(
    cast: SimpleNamespace, client: FlaskClient
) -> None:
    client.post("/ask", data=fields())
    forum.keep_draft(cast.alice.actor, None, "ask", {"title": "Begun"})
    for later, left in ((timedelta(0), 2), (forum.VISITOR_DRAFTS_KEPT + timedelta(minutes=1), 1)):
        with clock.frozen(clock.now() + later):
            forum.sweep_drafts()
        assert count(Draft) == left
    assert "Begun" in cast.alice.client.get("/ask").text


def test_a_draft_is_bounded(client: FlaskClient, cast: SimpleNamespace) -> None:
    """Anybody may write one: it must not become a place to store things."""
    thread_id = ask(cast.alice)
    assert client.post(f"/questions/{thread_id}/answers", data={"source": "x" * 400_000}).status_code in {
        303,
        422,
    }
    assert all(len(str(kept)) <= 2 * 32_000 + 20 for kept in db.session.scalars(select(Draft.fields)))


def test_signed_out_midway_a_question_waits(cast: SimpleNamespace) -> None:
    browser = cast.alice.client
    assert "Sign out" in browser.get("/ask").text
    _sign_out_behind(cast.alice.id)
    sent = browser.post("/ask", data=fields())
    assert sent.status_code == 303
    assert sent.location.startswith("/sign-in")
    assert "What now?" in browser.get("/ask").text
    assert count(Thread) == 0


def test_signed_out_midway_an_answer_waits_at_its_question(
    app: Flask, cast: SimpleNamespace, client: FlaskClient, rosa: SimpleNamespace
) -> None:
    thread_id, other = ask(cast.alice), ask(cast.alice, "Another question of mine")
    client.post("/sign-in", data=rosa.form)
    assert "Post answer" in page(client, thread_id)
    _sign_out_behind(rosa.id)
    form = {"source": WORDS, "form_token": token()}
    sent = client.post(f"/questions/{thread_id}/answers", data=form)
    assert sent.status_code == 303
    assert sent.location.startswith("/sign-in?next=/questions/")
    assert thread(thread_id).answer_count == 0
    back = client.post(sent.location, data=rosa.form)
    assert WORDS in client.get(back.location).text
    assert WORDS not in page(client, other)
    assert WORDS not in page(cast.bob.client, thread_id)
    assert client.post(f"/questions/{thread_id}/answers", data=form).status_code == 303
    assert WORDS not in page(client, thread_id).split("Answer this question")[1]
    assert count(Draft) == 0


def test_an_empty_answer_of_a_visitor_keeps_nothing_bad(cast: SimpleNamespace, client: FlaskClient) -> None:
    thread_id = ask(cast.alice)
    assert client.post(f"/questions/{thread_id}/answers", data={}).status_code in {303, 422}
    assert client.post("/questions/999/answers", data={"source": WORDS}).status_code == 404


def test_signed_out_midway_a_reply_waits(
    app: Flask, cast: SimpleNamespace, client: FlaskClient, rosa: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    client.post("/sign-in", data=rosa.form)
    _sign_out_behind(rosa.id)
    sent = client.post(f"/posts/{answer_id}/replies", data={"source": WORDS, "form_token": token()})
    assert sent.status_code == 303
    back = client.post(sent.location, data=rosa.form)
    shown = client.get(back.location).text
    assert WORDS in shown.split(f'id="reply-{answer_id}"')[1].split("</form>")[0]
    assert (
        client.post(f"/posts/{answer_id}/replies", data={"source": WORDS, "form_token": token()}).status_code
        == 303
    )
    assert count(Draft) == 0


def test_signed_out_midway_an_edit_waits(
    app: Flask, cast: SimpleNamespace, client: FlaskClient, rosa: SimpleNamespace
) -> None:
    client.post("/sign-in", data=rosa.form)
    place = client.post("/ask", data=fields()).location
    edit = client.get(place).text.split('href="/p/')[1].split('"')[0]
    _sign_out_behind(rosa.id)
    sent = client.post(f"/p/{edit}", data={"source": WORDS, "version": "1", "title": "A better title for it"})
    assert sent.status_code == 303
    back = client.post(sent.location, data=rosa.form)
    form = client.get(back.location).text
    for kept in (
        WORDS,
        "A better title for it",
        'name="version" type="hidden" value="1"',
        'value="moth-hole, returns"',
    ):
        assert kept in form
    assert "What you wrote earlier is here" in form
    changed = {"source": WORDS, "version": "1", "title": "A better title for it", "tags": "moth-hole"}
    assert client.post(back.location, data=changed).status_code == 303
    assert count(Draft) == 0
