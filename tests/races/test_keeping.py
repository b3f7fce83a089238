"""At the same moment: two approve, one edits while another locks, questions point at each other."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import EditProposal, Revision, ThreadReading
from app.forum.readings import Readings
from app.moderation import operations as moderation
from app.questions.keeping import end_of_chain
from app.questions.models import Confirmation, Question
from tests.forum.steps import opening, proposal, propose
from tests.moderation.steps import looked, on_thread
from tests.questions.steps import accept, answer, ask, count, post, thread

AtOnce = Callable[..., list[Any]]
Browsers = Callable[..., list[FlaskClient]]

rounds = pytest.mark.parametrize("rounds", [5, pytest.param(100, marks=pytest.mark.slow)])


def _send(browser: FlaskClient, url: str, **fields: object) -> Callable[[], tuple[int, str]]:
    def send() -> tuple[int, str]:
        answer = browser.post(url, data=fields)
        return answer.status_code, answer.text

    return send


@rounds
def test_two_reviewers_of_one_suggestion(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    (alice,), (mona,) = browsers(cast.alice, 1), browsers(cast.mona, 1)
    for number in range(1, rounds + 1):
        post_id = opening(ask(cast.alice))
        url = f"/review/edits/{propose(cast.tess, post_id)}"
        answers = at_once(
            [_send(alice, url, decision="approve"), _send(mona, url, decision="decline", word="No.")]
        )
        assert sorted(code for code, _text in answers) == [303, 422]
        (told,) = (text for code, text in answers if code == 422)
        assert "decided on already" in told
        approved = answers[0][0] == 303
        assert (post(post_id).version == 2) is approved
        assert count(EditProposal) == number


@rounds
def test_two_suggestions_for_one_post(
    app: Flask,
    enter: Callable[..., Any],
    cast: SimpleNamespace,
    at_once: AtOnce,
    browsers: Browsers,
    rounds: int,
) -> None:
    trudy = enter("trudy", cast.tess.actor.role)
    left, right = browsers(cast.alice, 2)
    for number in range(1, rounds + 1):
        post_id = opening(ask(cast.alice))
        first, second = propose(cast.tess, post_id), propose(trudy, post_id, "Other words.")
        answers = at_once(
            [
                _send(browser, f"/review/edits/{proposal_id}", decision="approve")
                for browser, proposal_id in ((left, first), (right, second))
            ]
        )
        assert sorted(code for code, _text in answers) == [303, 422]
        assert sorted([proposal(first).state, proposal(second).state]) == ["approved", "outdated"]
        assert (post(post_id).version, count(Revision)) == (2, number)


@rounds
def test_an_edit_while_a_suggestion_is_approved(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    (alice,), (mona,) = browsers(cast.alice, 1), browsers(cast.mona, 1)
    fields = {"version": 1, "title": "A better title for it", "source": "My own words.", "tags": "wool"}
    for _round in range(rounds):
        post_id = opening(ask(cast.alice))
        proposal_id = propose(cast.tess, post_id)
        answers = at_once(
            [
                _send(alice, f"/p/{post_id}/edit", **fields),
                _send(mona, f"/review/edits/{proposal_id}", decision="approve"),
            ]
        )
        assert sorted(code for code, _text in answers) == [303, 422]
        assert post(post_id).version == 2
        assert proposal(proposal_id).state == ("outdated" if answers[0][0] == 303 else "approved")


@rounds
def test_an_edit_while_the_thread_is_locked(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    (bob,), (mona,) = browsers(cast.bob, 1), browsers(cast.mona, 1)
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        post_id = answer(cast.bob, thread_id)
        before = thread(thread_id).version
        review_id = moderation.open_review(cast.mona.actor, target=on_thread(thread_id))
        seen = f"{review_id}:{looked(on_thread(thread_id)).review}:"
        decided = {"verb": "lock", "reason": "abuse", "seen": seen}
        edited, locked = at_once(
            [
                _send(bob, f"/p/{post_id}/edit", version=1, source="Edited."),
                _send(mona, f"/mod/reviews/{review_id}/decide", **decided),
            ]
        )
        assert locked[0] == 303
        assert edited[0] in {303, 404, 422}
        assert (post(post_id).version == 2) is (edited[0] == 303)
        assert thread(thread_id).version == before + 1 + (edited[0] == 303)
        assert thread(thread_id).locked_at is not None


@rounds
def test_questions_that_point_at_each_other(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    """Four in a ring: every pair is marked at once, and one of them has to stand alone."""
    hands = browsers(cast.mona, 4)
    for _round in range(rounds):
        ring = [ask(cast.alice, f"Question number {number} of the ring") for number in range(4)]
        answers = at_once(
            [
                _send(hand, f"/questions/{ring[place]}/duplicate", of=ring[(place + 1) % 4])
                for place, hand in enumerate(hands)
            ]
        )
        assert sorted(code for code, _text in answers) == [303, 303, 303, 422]
        ends = {end_of_chain(thread_id) for thread_id in ring}
        assert len(ends) == 1
        states = [thread(thread_id).state for thread_id in ring]
        assert sorted(states) == ["duplicate", "duplicate", "duplicate", "open"]


@rounds
def test_two_targets_for_one_question(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    (alice,), (mona,) = browsers(cast.alice, 1), browsers(cast.mona, 1)
    first, second = ask(cast.bob, "The first that came before"), ask(cast.bob, "The second that came before")
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        url = f"/questions/{thread_id}/duplicate"
        answers = at_once([_send(alice, url, of=first), _send(mona, url, of=second)])
        assert sorted(code for code, _text in answers) == [303, 422]
        db.session.rollback()
        to = db.session.get_one(Question, thread_id).duplicate_of_id
        assert to == (first if answers[0][0] == 303 else second)


@rounds
def test_accepted_while_it_is_pointed_elsewhere(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    (alice,), (mona,) = browsers(cast.alice, 1), browsers(cast.mona, 1)
    earlier = ask(cast.bob, "The one that came before")
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        answer_id = answer(cast.charlie, thread_id)
        at_once(
            [
                _send(alice, f"/posts/{answer_id}/accept", seen=""),
                _send(mona, f"/questions/{thread_id}/duplicate", of=earlier),
            ]
        )
        assert thread(thread_id).state == "duplicate"


@rounds
def test_deleted_while_somebody_answers(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    """Whoever was first: an answer is never counted in a question that it was not seen in."""
    (alice,), (bob,) = browsers(cast.alice, 1), browsers(cast.bob, 1)
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        gone, answered = at_once(
            [
                _send(alice, f"/posts/{opening(thread_id)}/delete"),
                _send(bob, f"/questions/{thread_id}/answers", source="Ask the depot."),
            ]
        )
        assert gone[0] in {303, 422}
        assert answered[0] in {303, 404, 422}
        assert thread(thread_id).answer_count == (answered[0] == 303)


@rounds
def test_two_words_of_readers_settle_once(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, rounds: int
) -> None:
    pair = [browsers(who, 1)[0] for who in (cast.alice, cast.charlie)]
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        answer_id = answer(cast.bob, thread_id)
        accept(cast.alice, answer_id)
        _make_old(thread_id)
        at_once(
            [
                _send(browser, f"/questions/{thread_id}/still-right", post=answer_id, right="no")
                for browser in pair
            ]
        )
        db.session.rollback()
        assert db.session.get_one(Question, thread_id).stale_at is not None
        assert count(Confirmation) == 0


def _make_old(thread_id: int) -> None:
    with transaction() as session:
        row = session.get_one(Question, thread_id)
        row.accepted_at = now() - timedelta(days=200)
        session.add(ThreadReading(thread_id=thread_id, day=now().date(), readers=10))


def test_two_processes_write_what_they_counted(app: Flask, cast: SimpleNamespace, at_once: AtOnce) -> None:
    threads = [ask(cast.alice, f"Question number {number} of many") for number in range(20)]
    counted = [Readings() for _process in range(4)]
    for readings in counted:
        for thread_id in threads:
            readings.note(cast.bob.actor, thread_id, address="", agent="")

    def write(readings: Readings) -> None:
        with app.app_context():
            readings.write()

    at_once([lambda readings=readings: write(readings) for readings in counted])
    db.session.rollback()
    assert set(db.session.scalars(select(ThreadReading.readers))) == {4}
