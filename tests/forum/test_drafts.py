"""What is typed is kept while it is typed, shown where it belongs, and gone once it was posted."""

import secrets
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app.accounts import operations as accounts
from app.accounts.actor import ANONYMOUS
from app.core import clock
from app.core.db import db
from app.forum import operations as forum
from app.forum.models import Draft, Thread
from tests.questions.steps import answer, ask, count, fields, hide, page

PASSWORD = "three odd socks"
KEPT = "What you wrote earlier is here"


def token() -> str:
    return secrets.token_urlsafe(18)


def save(browser: FlaskClient, name: str, **typed: object) -> int:
    return browser.post("/drafts", data={"draft": name, "form_token": token(), **typed}).status_code


def saved(form: str) -> list[dict[str, Any]]:
    db.session.rollback()
    return list(db.session.scalars(select(Draft.fields).where(Draft.form == form)))


@pytest.fixture
def rosa(app: Flask) -> SimpleNamespace:
    """Somebody with a password, not signed in yet."""
    made = accounts.add_person(name="rosa", email="rosa@example.org", password=PASSWORD)
    return SimpleNamespace(id=made.account_id, form={"email": "rosa@example.org", "password": PASSWORD})


def test_what_is_typed_is_there_on_another_device(
    app: Flask, client: FlaskClient, rosa: SimpleNamespace
) -> None:
    phone, desk = client, app.test_client()
    for browser in (phone, desk):
        browser.post("/sign-in", data=rosa.form)
    assert KEPT not in desk.get("/ask").text
    assert save(phone, "ask", title="Begun on the", source="") == 204
    assert save(phone, "ask", title="Begun on the phone", source="Half a sent") == 204
    form = desk.get("/ask").text
    assert KEPT in form
    assert "Begun on the phone" in form
    assert "Half a sent" in form
    assert saved("ask") == [{"title": "Begun on the phone", "source": "Half a sent"}]


def test_every_form_shows_what_was_kept_for_it(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id, other = answer(cast.bob, thread_id), answer(cast.charlie, thread_id)
    reply_to = f"answer-reply:{answer_id}"
    for name in (f"answer:{thread_id}", reply_to):
        assert save(cast.bob.client, name, source=f"Words of {name}.") == 204
    shown = page(cast.bob.client, thread_id)
    assert f"Words of answer:{thread_id}." in shown.split("Answer this question")[1].split("</textarea>")[0]
    assert shown.count(KEPT) == 1
    opened = cast.bob.client.get(f"/posts/{answer_id}/replies", follow_redirects=True).text
    place = opened.split(f'id="reply-{answer_id}"')[1].split("</textarea>")[0]
    assert f"Words of {reply_to}." in place
    elsewhere = cast.bob.client.get(f"/posts/{other}/replies", follow_redirects=True).text
    assert f"Words of {reply_to}." not in elsewhere
    assert "Words of" not in page(cast.alice.client, thread_id)
    assert save(cast.bob.client, f"edit:{answer_id}", source="Words of an edit.", version="1") == 204
    edit = cast.bob.client.get(f"/p/{answer_id}/edit").text
    assert KEPT in edit
    assert "Words of an edit." in edit


def test_posting_takes_the_draft_along_and_a_late_one_comes_to_nothing(cast: SimpleNamespace) -> None:
    typed = fields()
    browser = cast.alice.client
    assert browser.post("/drafts", data={"draft": "ask", **typed}).status_code == 204
    assert browser.post("/ask", data=typed).status_code == 303
    assert count(Draft) == 0
    assert browser.post("/drafts", data={"draft": "ask", **typed}).status_code == 410
    assert count(Draft) == 0
    assert save(browser, "ask", title="Another question") == 204


def test_a_refused_form_goes_on_being_kept(cast: SimpleNamespace) -> None:
    typed = fields(source="")
    assert cast.alice.client.post("/ask", data=typed).status_code == 422
    assert (
        cast.alice.client.post("/drafts", data={"draft": "ask", **typed, "source": "More."}).status_code
        == 204
    )
    assert saved("ask")[0]["source"] == "More."


@pytest.mark.parametrize("kind", ["answer", "reply", "edit", "ticket", "message"])
def test_every_way_of_sending_closes_its_form(kind: str, cast: SimpleNamespace, mailbox: Any) -> None:
    """What is sent takes its draft along for good."""
    thread_id = ask(cast.alice)
    answer_id = answer(cast.alice, thread_id)
    browser, words = cast.alice.client, {"source": "Words that are sent.", "form_token": token()}
    ticket = {"subject": "Payout is missing", "topic": "payment", "looked": "0", **words}
    if kind == "message":
        place = browser.post("/help", data={**ticket, "form_token": token()}).location
        name, path = f"reply:{place.rsplit('/', 1)[1]}", f"{place}/reply"
    else:
        name, path = {
            "answer": (f"answer:{thread_id}", f"/questions/{thread_id}/answers"),
            "reply": (f"answer-reply:{answer_id}", f"/posts/{answer_id}/replies"),
            "edit": (f"edit:{answer_id}", f"/p/{answer_id}/edit"),
            "ticket": ("help", "/help"),
        }[kind]
    data = {**(ticket if kind == "ticket" else words), "version": "1"}
    assert browser.post("/drafts", data={"draft": name, **data}).status_code == 204
    assert len(saved(name)) == 1
    assert browser.post(path, data=data).status_code == 303
    assert browser.post("/drafts", data={"draft": name, **data}).status_code == 410
    assert count(Draft) == 0


def test_start_over_empties_the_form_and_leads_back_to_it(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    name, browser = f"answer:{thread_id}", cast.bob.client
    form = {"draft": name, "source": "Begun.", "form_token": token()}
    browser.post("/drafts", data=form)
    back = browser.post("/drafts/discard", data=form)
    assert back.status_code == 303
    assert back.location.endswith("#answer")
    assert count(Draft) == 0
    assert browser.post("/drafts", data=form).status_code == 410
    assert "Begun." not in page(browser, thread_id)


def test_an_emptied_form_leaves_nothing(cast: SimpleNamespace) -> None:
    assert save(cast.alice.client, "ask", title="Begun") == 204
    assert save(cast.alice.client, "ask", title=" ", source="", space_id="1", looked="0") == 204
    assert count(Draft) == 0


@pytest.mark.parametrize("visitor_is_newer", [True, False])
def test_signing_in_brings_both_drafts_together_and_the_newer_wins(
    app: Flask, client: FlaskClient, rosa: SimpleNamespace, visitor_is_newer: bool
) -> None:
    elsewhere = app.test_client()
    elsewhere.post("/sign-in", data=rosa.form)
    steps = [
        lambda: save(elsewhere, "ask", title="Typed as a member"),
        lambda: save(client, "ask", title="Typed as a visitor"),
    ]
    for minutes, step in enumerate(steps if visitor_is_newer else steps[::-1]):
        with clock.frozen(clock.now() - timedelta(minutes=10 - minutes)):
            assert step() == 204
    save(client, "help", subject="Only of the visitor")
    assert count(Draft) == 3
    client.post("/sign-in", data=rosa.form)
    assert count(Draft) == 2
    newer = "Typed as a visitor" if visitor_is_newer else "Typed as a member"
    for browser in (client, elsewhere):
        assert newer in browser.get("/ask").text
        assert "Only of the visitor" in browser.get("/help").text
    assert set(db.session.scalars(select(Draft.account_id))) == {rosa.id}


def test_only_forms_that_are_there_for_the_person(cast: SimpleNamespace, client: FlaskClient) -> None:
    thread_id = ask(cast.alice)
    mine, hidden = answer(cast.bob, thread_id), answer(cast.charlie, thread_id)
    hide(type(db.session.get_one(Thread, thread_id)), ask(cast.alice))
    hidden_thread = thread_id + 1
    bad = (
        *("", "x", "ask:1", "answer", "answer:", "answer:x", "answer:-1", f"answer:0{thread_id}", "edit:1:2"),
        *(
            "answer:999999",
            "answer:99999999999999999999",
            f"answer:{hidden_thread}",
            "reply:TKT-999999",
            "note:TKT-7F3K2",
        ),
        *(f"edit:{hidden}", "answer-reply:999999", "help:1", "a" * 5_000, "ask\x00"),
    )
    for name in bad:
        assert save(cast.bob.client, name, source="Words.") == 404, name
        assert save(client, name, source="Words.") in {204, 404}
    assert save(cast.bob.client, f"edit:{mine}", source="Words.") == 204
    assert save(client, f"answer:{hidden_thread}", source="Words.") == 404
    assert cast.bob.client.post("/drafts", data={}).status_code == 404


def test_odd_words_are_kept_cleaned_and_bounded(cast: SimpleNamespace) -> None:
    odd = "a\x00b\u202ec\r\nd 🧵 é"
    assert save(cast.alice.client, "ask", title=odd, source="x" * 200_000, role="admin") == 204
    kept = saved("ask")[0]
    assert kept == {"title": "abc\nd 🧵 é", "source": "x" * forum.MOST_KEPT}


def test_of_one_person_a_hundred_stay(cast: SimpleNamespace, client: FlaskClient) -> None:
    for number in range(forum.MOST_DRAFTS + 5):
        with clock.frozen(clock.now() + timedelta(seconds=number)):
            forum.keep_typing(
                cast.alice.actor, None, f"answer:{number}", {"source": "x"}, words=True, token=token()
            )
    assert count(Draft) == forum.MOST_DRAFTS
    assert saved("answer:0") == saved("answer:4") == []
    assert len(saved("answer:5")) == 1


def test_nor_do_more_of_a_visitor_who_would_post(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.forum.operations.drafts.MOST_DRAFTS", 3)
    for number in range(5):
        with clock.frozen(clock.now() + timedelta(seconds=number)):
            forum.keep_draft(ANONYMOUS, "a-browser", f"answer:{number}", {"source": "x"})
    assert count(Draft) == 3


def test_members_drafts_are_forgotten_after_half_a_year(cast: SimpleNamespace) -> None:
    save(cast.alice.client, "ask", title="Begun")
    for later, left in ((timedelta(days=179), 1), (forum.DRAFTS_KEPT + timedelta(minutes=1), 0)):
        with clock.frozen(clock.now() + later):
            forum.sweep_drafts()
        assert count(Draft) == left


class TestList:
    def test_it_says_where_each_belongs_and_leads_there(self, cast: SimpleNamespace) -> None:
        thread_id = ask(cast.alice, "Where does the coat go")
        answer_id = answer(cast.bob, thread_id)
        browser = cast.bob.client
        assert "No drafts" in browser.get("/me/drafts").text
        save(browser, "ask", title="A line of mine", source="And more")
        save(browser, f"answer:{thread_id}", source="Words of an answer")
        save(browser, f"answer-reply:{answer_id}", source="Words of a reply")
        save(browser, f"edit:{answer_id}", source="Words of an edit")
        save(browser, "help", subject="Words for Support")
        shown = browser.get("/me/drafts").text
        for words in (
            "A line of mine And more",
            "Words of an answer",
            "Words of a reply",
            "Words of an edit",
            "Words for Support",
        ):
            assert words in shown
        assert shown.count("“Where does the coat go”") == 3
        for url in (
            'href="/ask"',
            'href="/help"',
            "#answer",
            f"reply={answer_id}#reply-{answer_id}",
            f"/p/{answer_id}/edit",
        ):
            assert url in shown
        assert "Words of an answer" not in cast.alice.client.get("/me/drafts").text

    def test_what_is_not_there_any_more_keeps_its_words(self, cast: SimpleNamespace) -> None:
        thread_id = ask(cast.alice)
        words = "Words of an answer " * 20
        save(cast.bob.client, f"answer:{thread_id}", source=words)
        hide(Thread, thread_id)
        shown = cast.bob.client.get("/me/drafts").text
        assert "Its page is not there any more" in shown
        assert words.strip() in shown
        assert "not as described" not in shown
        gone = {"draft": f"answer:{thread_id}", "next": "/me/drafts"}
        assert cast.bob.client.post("/drafts/discard", data=gone).location == "/me/drafts"
        assert count(Draft) == 0

    def test_discarding_leads_nowhere_else(self, cast: SimpleNamespace) -> None:
        for outside in ("https://evil.example/", "//evil.example", "/\\evil.example"):
            sent = cast.bob.client.post("/drafts/discard", data={"draft": "ask", "next": outside})
            assert sent.location == "/ask"

    def test_visitors_sign_in_first(self, client: FlaskClient) -> None:
        assert client.get("/me/drafts").location == "/sign-in?next=/me/drafts"

    def test_its_statements_do_not_grow(self, cast: SimpleNamespace) -> None:
        threads = [ask(cast.alice) for _number in range(12)]
        counted = []
        for number in (2, 12):
            for thread_id in threads[:number]:
                save(cast.bob.client, f"answer:{thread_id}", source="Words")
            seen: list[str] = []
            event.listen(
                db.engine, "before_cursor_execute", lambda *arguments, seen=seen: seen.append(arguments[2])
            )
            cast.bob.client.get("/me/drafts")
            counted.append(sum(statement.startswith("SELECT") for statement in seen))
        assert counted[0] == counted[1] <= 8
