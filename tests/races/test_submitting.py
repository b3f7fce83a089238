"""The same form sent twenty times at once is one row and twenty equal answers."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Account
from app.core.db import db
from app.core.parts import put
from app.desk.models import Ticket, TicketMessage
from app.forum.models import Draft, Post, Revision, Tag, Thread, ThreadTag
from app.forum.queries import tags_of
from app.jobs.models import Job
from app.notifications.models import Notification
from app.questions.models import Question
from app.questions.ports import Suggest
from tests.desk.steps import Finder
from tests.desk.steps import fields as help_fields
from tests.questions.steps import answer, ask, count, fields, post, thread, token

AT_ONCE = 20
WORDS = {"source": "Send the photo of the hole."}
AtOnce = Callable[..., list[Any]]
Browsers = Callable[..., list[FlaskClient]]


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """With limits on: a form that arrives again is not haste."""
    application = make_app(limits=True, web_workers=1)
    with application.app_context():
        put(application, Suggest, Finder())  # type: ignore[type-abstract]
        yield application


def _send(browsers: list[FlaskClient], url: str, form: dict[str, Any]) -> list[Callable[[], tuple[int, str]]]:
    def send(browser: FlaskClient) -> tuple[int, str]:
        answer = browser.post(url, data=form)
        return answer.status_code, answer.location

    return [lambda browser=browser: send(browser) for browser in browsers]


def _one_answer(answers: list[tuple[int, str]]) -> str:
    """Where all twenty lead."""
    assert len(answers) == AT_ONCE
    assert {code for code, _place in answers} == {303}
    (place,) = {place for _code, place in answers}
    return place


def test_a_question(cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers) -> None:
    place = _one_answer(at_once(_send(browsers(cast.alice, AT_ONCE), "/ask", fields())))
    assert (count(Thread), count(Question), count(Post), count(ThreadTag)) == (1, 1, 1, 2)
    assert f"/{db.session.scalar(select(Thread.id))}/" in place


def test_an_answer(cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers) -> None:
    thread_id = ask(cast.alice)
    form = {**WORDS, "form_token": token()}
    place = _one_answer(at_once(_send(browsers(cast.bob, AT_ONCE), f"/questions/{thread_id}/answers", form)))
    assert place.endswith(f"#p-{count(Post)}")
    assert (count(Post), thread(thread_id).answer_count, count(Notification), count(Job) >= 1) == (
        2,
        1,
        1,
        True,
    )


def test_a_reply(cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    form = {**WORDS, "form_token": token()}
    _one_answer(at_once(_send(browsers(cast.charlie, AT_ONCE), f"/posts/{answer_id}/replies", form)))
    assert (count(Post), thread(thread_id).reply_count) == (3, 1)


def test_a_ticket(cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers) -> None:
    place = _one_answer(at_once(_send(browsers(cast.alice, AT_ONCE), "/help", help_fields())))
    assert (count(Ticket), count(TicketMessage)) == (1, 1)
    assert place == f"/tickets/{db.session.scalar(select(Ticket.ref))}"


def test_a_message_in_a_ticket(cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers) -> None:
    place = cast.alice.client.post("/help", data=help_fields()).location
    form = {**WORDS, "form_token": token()}
    _one_answer(at_once(_send(browsers(cast.alice, AT_ONCE), f"{place}/reply", form)))
    assert count(TicketMessage) == 2


def test_a_sign_up(app: Flask, at_once: AtOnce, browsers: Browsers) -> None:
    form = {"name": "emma", "email": "emma@example.org", "password": "three odd socks", "form_token": token()}
    place = _one_answer(at_once(_send(browsers(app.test_client(), AT_ONCE), "/register", form)))
    assert place == "/register/sent"
    assert count(Account) == 1


def test_a_visitors_question_is_kept_once(app: Flask, at_once: AtOnce, browsers: Browsers) -> None:
    visitor = app.test_client()
    visitor.post("/ask", data=fields(source="Earlier words."))
    place = _one_answer(at_once(_send(browsers(visitor, AT_ONCE), "/ask", fields(source="Later words."))))
    assert place == "/sign-in?next=/ask"
    assert count(Draft) == 1
    assert "Later words." in visitor.get("/ask").text


def test_a_visitors_first_words_are_kept_once(app: Flask, at_once: AtOnce, browsers: Browsers) -> None:
    """A double click, with nothing kept before."""
    visitor = app.test_client()
    with visitor.session_transaction() as cookie:
        cookie["draft"] = "a-key-of-this-browser"
    _one_answer(at_once(_send(browsers(visitor, AT_ONCE), "/ask", fields())))
    assert count(Draft) == 1


def test_an_edit(cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers) -> None:
    ask(cast.alice)
    form = {"title": "A better title for it", "version": "1", "tags": "wool", **WORDS, "form_token": token()}
    place = _one_answer(at_once(_send(browsers(cast.alice, AT_ONCE), "/p/1/edit", form)))
    assert place == "/p/1"
    assert (count(Revision), post(1).version) == (1, 2)


def test_edits_from_many_windows(cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers) -> None:
    """All saw one version; of twenty saves one counts, the others are told and keep their text."""
    ask(cast.alice)
    form = {"title": "A better title for it", "version": "1", "tags": "wool", **WORDS}
    calls = [
        lambda browser=browser: browser.post("/p/1/edit", data=form)
        for browser in browsers(cast.alice, AT_ONCE)
    ]
    answers = at_once(calls)
    assert sorted(answer.status_code for answer in answers) == [303] + [422] * (AT_ONCE - 1)
    assert all(WORDS["source"] in answer.text for answer in answers if answer.status_code == 422)
    assert (count(Revision), post(1).version) == (1, 2)


def test_different_answers_at_once_are_all_counted(
    app: Flask, enter: Callable[..., Any], cast: SimpleNamespace, at_once: AtOnce
) -> None:
    thread_id = ask(cast.alice)
    helpers = [enter(f"helper{number}") for number in range(8)]
    codes = at_once(
        [
            lambda helper=helper: (
                helper.client.post(
                    f"/questions/{thread_id}/answers", data={**WORDS, "form_token": token()}
                ).status_code
            )
            for helper in helpers
        ]
    )
    assert codes == [303] * 8
    assert (thread(thread_id).answer_count, count(Post)) == (8, 9)


def test_a_new_tag_in_many_questions_at_once_is_one_tag(
    app: Flask, enter: Callable[..., Any], at_once: AtOnce
) -> None:
    askers = [enter(f"asker{number}") for number in range(6)]
    forms = [fields(tags=tags) for tags in ("wool, coats", "coats, wool") * 3]
    codes = at_once(
        [
            lambda asker=asker, form=form: asker.client.post("/ask", data=form).status_code
            for asker, form in zip(askers, forms, strict=True)
        ]
    )
    assert codes == [303] * 6
    assert (count(Tag), count(ThreadTag)) == (2, 12)
    assert set(tags_of(range(1, 7)).values()) == {("coats", "wool")}
