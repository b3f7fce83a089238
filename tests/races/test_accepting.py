"""Two at once: one wins, the other is told, and nothing is left in between."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.operations import verify
from app.core.db import db
from app.desk.models import Ticket
from app.notifications.models import Kind, Notification
from tests.desk.steps import fields
from tests.questions.steps import accept, accepted, answer, ask, count, thread, token

WON = "Marked as the accepted answer"
RACED = "Another answer was accepted a moment ago"
AtOnce = Callable[..., list[Any]]
Browsers = Callable[..., list[FlaskClient]]

rounds = pytest.mark.parametrize("rounds", [10, pytest.param(100, marks=pytest.mark.slow)])


def _accept(browser: FlaskClient, post_id: int, seen: object = "") -> Callable[[], str]:
    """Accept, and what the person then reads."""
    return lambda: browser.post(f"/posts/{post_id}/accept", data={"seen": seen}, follow_redirects=True).text


@rounds
def test_two_accepts_of_two_answers(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    left, right = browsers(cast.alice, 2)
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        first, second = answer(cast.bob, thread_id), answer(cast.charlie, thread_id)
        version = thread(thread_id).version
        pages = at_once([_accept(left, first), _accept(right, second)])
        assert sorted((WON in page, RACED in page) for page in pages) == [(False, True), (True, False)]
        winner = (first, second)[[WON in page for page in pages].index(True)]
        assert accepted(thread_id) == winner
        assert (thread(thread_id).state, thread(thread_id).version) == ("solved", version + 1)
        told = select(Notification.post_id).where(
            Notification.kind == Kind.ACCEPTED, Notification.thread_id == thread_id
        )
        assert db.session.scalars(told).all() == [winner]


@rounds
def test_moving_the_mark_two_ways(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    left, right = browsers(cast.alice, 2)
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        first, second, third = (answer(who, thread_id) for who in (cast.bob, cast.charlie, cast.mona))
        accept(cast.alice, first)
        pages = at_once([_accept(left, second, first), _accept(right, third, first)])
        assert sorted((WON in page, RACED in page) for page in pages) == [(False, True), (True, False)]
        assert accepted(thread_id) in {second, third}


@rounds
def test_accepting_another_while_taking_the_mark_away(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    left, right = browsers(cast.alice, 2)
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        first, second = answer(cast.bob, thread_id), answer(cast.charlie, thread_id)
        accept(cast.alice, first)
        away: Callable[[], str] = lambda thread_id=thread_id, first=first: (
            right.post(f"/questions/{thread_id}/unaccept", data={"seen": first}, follow_redirects=True).text
        )
        pages = at_once([_accept(left, second, first), away])
        assert [RACED in page for page in pages].count(True) == 1
        state = (accepted(thread_id), thread(thread_id).state)
        assert state == ((second, "solved") if RACED in pages[1] else (None, "answered"))


@rounds
def test_another_answer_while_one_is_accepted_leaves_it_solved(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    (left,), (right,) = browsers(cast.alice, 1), browsers(cast.charlie, 1)
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        answer_id = answer(cast.bob, thread_id)
        more: Callable[[], str] = lambda thread_id=thread_id: (
            right.post(
                f"/questions/{thread_id}/answers", data={"source": "Another way.", "form_token": token()}
            ).location
        )
        page, place = at_once([_accept(left, answer_id), more])
        assert WON in page
        assert place
        row = thread(thread_id)
        assert (accepted(thread_id), row.state, row.answer_count) == (answer_id, "solved", 2)


@rounds
def test_one_answer_accepted_twice_is_accepted_once(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    left, right = browsers(cast.alice, 2)
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        answer_id = answer(cast.bob, thread_id)
        version = thread(thread_id).version
        pages = at_once([_accept(left, answer_id), _accept(right, answer_id)])
        assert [WON in page for page in pages] == [True, True]
        assert (accepted(thread_id), thread(thread_id).version) == (answer_id, version + 1)


@rounds
def test_two_agents_take_one_ticket(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    (agnes,), (adam,) = browsers(cast.agnes, 1), browsers(cast.adam, 1)
    for number in range(1, rounds + 1):
        ref = cast.alice.client.post("/help", data=fields()).location.rsplit("/", 1)[1]
        calls = [
            lambda browser=browser, ref=ref: (
                browser.post(f"/desk/tickets/{ref}/take", follow_redirects=True).text
            )
            for browser in (agnes, adam)
        ]
        pages = at_once(calls)
        won = ["This ticket is yours now." in page for page in pages]
        lost = ["has taken this ticket already." in page for page in pages]
        assert sorted(won) == sorted(lost) == [False, True]
        db.session.rollback()
        holder = db.session.scalar(select(Ticket.assignee_id).where(Ticket.ref == ref))
        assert holder == (cast.agnes.id, cast.adam.id)[won.index(True)]
        assert count(AuditEntry) == number
    assert verify() is None
