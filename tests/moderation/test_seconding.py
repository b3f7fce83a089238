"""Decisions that need two: proposed, agreed with, declined, and what happens where nobody else is."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import Role
from app.accounts.models import Account
from app.core import clock
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import Decision, Proposal
from app.moderation.words import Reason
from tests.forum.sorting_steps import verbs
from tests.moderation.steps import decide, flag, on_person, review
from tests.questions.steps import count, token


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def propose(by: Any, who: Any) -> int:
    until = (clock.now() + timedelta(days=200)).date()
    assert decide(by, on_person(who.id), Verb.SUSPEND, Reason.SCAM, "Thrice.", until=until) == ""
    return db.session.scalars(select(Proposal.id).order_by(Proposal.id.desc())).first() or 0


def answer(who: Any, proposal_id: int, *, agree: bool, why: str = "") -> None:
    moderation.answer(who.actor, proposal_id=proposal_id, agree=agree, why=why, token=token())


def suspended(who: Any) -> bool:
    db.session.rollback()
    return db.session.get_one(Account, who.id).suspended_until is not None


def test_nothing_happens_before_another_agrees(app: Flask, cast: SimpleNamespace) -> None:
    proposal_id = propose(cast.mona, cast.bob)
    assert not suspended(cast.bob)
    assert count(Decision) == 0
    assert "needs a second" in cast.adam.client.get("/me/notifications").text
    review_id = review(on_person(cast.bob.id)).id
    assert "You proposed this" in cast.mona.client.get(f"/mod/reviews/{review_id}").text
    with pytest.raises(Problem, match="You proposed this"):
        answer(cast.mona, proposal_id, agree=True)
    assert f'href="/mod/reviews/{review_id}">' in cast.adam.client.get("/mod/queue").text
    assert "Agree: do it" in cast.adam.client.get(f"/mod/reviews/{review_id}").text
    sent = {"answer": "agree", "form_token": token()}
    for _twice in range(2):
        assert cast.adam.client.post(f"/mod/proposals/{proposal_id}", data=sent).status_code == 303
    assert suspended(cast.bob)
    assert f'href="/mod/reviews/{review_id}">' not in cast.adam.client.get("/mod/queue").text
    made = db.session.scalars(select(Decision)).one()
    assert (made.by_id, made.second_id) == (cast.mona.id, cast.adam.id)
    assert "Two people." in cast.bob.client.get(f"/decisions/{made.ref}").text
    assert verbs() == ["propose", "agree", "suspend"]


def test_declined_nothing_happens_and_it_is_said_why(app: Flask, cast: SimpleNamespace) -> None:
    proposal_id = propose(cast.mona, cast.bob)
    with pytest.raises(Problem, match="Say why not"):
        answer(cast.adam, proposal_id, agree=False)
    answer(cast.adam, proposal_id, agree=False, why="Once is not thrice.")
    with pytest.raises(Problem, match="answered this already"):
        answer(cast.adam, proposal_id, agree=True)
    assert not suspended(cast.bob)
    assert verbs() == ["propose", "decline"]


def test_a_short_one_needs_nobody(app: Flask, cast: SimpleNamespace) -> None:
    until = (clock.now() + timedelta(days=30)).date()
    assert decide(cast.mona, on_person(cast.bob.id), Verb.SUSPEND, Reason.SCAM, until=until)
    assert suspended(cast.bob)


def test_where_there_are_fewer_it_is_refused(app: Flask, cast: SimpleNamespace) -> None:
    with transaction() as session:
        session.get_one(Account, cast.adam.id).suspended_until = clock.now() + timedelta(days=3)
    with pytest.raises(Problem, match="there is only you"):
        propose(cast.mona, cast.bob)
    assert count(Proposal) == 0


def test_a_party_is_no_second(app: Flask, cast: SimpleNamespace, enter: Callable[..., Any]) -> None:
    enter("moira", cast.mona.actor.role)
    flag(cast.adam, on_person(cast.bob.id), Reason.SCAM)
    proposal_id = propose(cast.mona, cast.bob)
    with pytest.raises(Problem, match="You flagged this yourself"):
        answer(cast.adam, proposal_id, agree=True)
    for who in (cast.bob, cast.tess, cast.agnes):
        with pytest.raises(NotFound):
            answer(who, proposal_id, agree=True)
    assert not suspended(cast.bob)


def test_it_lapses_when_something_else_is_decided(app: Flask, cast: SimpleNamespace) -> None:
    proposal_id = propose(cast.mona, cast.bob)
    decide(cast.adam, on_person(cast.bob.id), Verb.WARN, Reason.SCAM)
    with pytest.raises(Problem, match="something else was decided"):
        answer(cast.adam, proposal_id, agree=True)
    again = propose(cast.mona, cast.bob)
    answer(cast.adam, again, agree=True)
    assert suspended(cast.bob)


def test_from_outside_by_a_signed_link(app: Flask, cast: SimpleNamespace, client: FlaskClient) -> None:
    proposal_id = propose(cast.mona, cast.bob)
    assert cast.mona.client.post(f"/mod/proposals/{proposal_id}/invite").status_code == 404
    shown = cast.adam.client.post(f"/mod/proposals/{proposal_id}/invite").text
    link = shown.partition("/second/")[2].partition("<")[0]
    assert client.get(f"/second/{link}x").status_code == 404
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert "You were invited" in client.get(f"/second/{link}").text
    unnamed = client.post(f"/second/{link}", data={"answer": "agree"})
    assert unnamed.status_code == 422
    assert "Write your name" in unnamed.text
    assert client.post(f"/second/{link}", data={"answer": "agree", "name": "Ola Nord"}).status_code == 303
    assert suspended(cast.bob)
    made = db.session.scalars(select(Decision)).one()
    assert (made.by_id, made.second_id, made.outside) == (cast.mona.id, None, "Ola Nord")
    assert "nothing left to do" in client.get(f"/second/{link}").text
    assert verbs() == ["propose", "invite second", "agree", "suspend"]


def test_who_is_silenced_is_no_second(app: Flask, cast: SimpleNamespace) -> None:
    with transaction() as session:
        session.get_one(Account, cast.adam.id).silenced_until = clock.now() + timedelta(days=3)
    with pytest.raises(Problem, match="there is only you"):
        propose(cast.mona, cast.bob)


@pytest.mark.parametrize("path", ["preview", "decide"])
def test_what_is_not_done_to_many_at_once_is_not_done(app: Flask, cast: SimpleNamespace, path: str) -> None:
    flag(cast.tess, on_person(cast.bob.id), Reason.SCAM)
    sent = {"verb": "warn", "reason": "scam", "chosen": f"{review(on_person(cast.bob.id)).id}:1:"}
    assert cast.mona.client.post(f"/mod/queue/{path}", data=sent).status_code == 404
    assert count(Decision) == 0


def test_who_it_is_about_does_not_read_of_it(cast: SimpleNamespace, enter: Callable[..., Any]) -> None:
    enter("otto", Role.ADMIN)
    propose(cast.adam, cast.mona)
    assert "needs a second" in cast.adam.client.get("/mod/queue").text
    for path in ("/mod/queue", f"/mod/reviews/{review(on_person(cast.mona.id)).id}", "/me/notifications"):
        shown = cast.mona.client.get(path).text
        assert "needs a second" not in shown, path
        assert "Thrice." not in shown, path
