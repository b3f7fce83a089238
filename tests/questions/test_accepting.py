"""Which answer is accepted, who says so, and what follows."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS
from app.audit.models import AuditEntry
from app.core import clock
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.forum.models import Post, Thread
from app.questions import operations
from app.questions.policy import SILENT
from app.questions.queries import page as read
from tests.questions.steps import accept, accepted, answer, ask, count, hide, page, reply, thread


def test_the_asker_accepts_and_everybody_sees_it(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id, "Send the *photo*.\n\nMore of it.")
    sent = cast.alice.client.post(f"/posts/{answer_id}/accept", data={"seen": ""})
    assert sent.status_code == 303
    assert "Marked as the accepted answer" in cast.alice.client.get(sent.location).text
    assert (accepted(thread_id), thread(thread_id).state) == (answer_id, "solved")
    shown = page(app.test_client(), thread_id)
    assert "Accepted answer" in shown
    assert "Short answer" in shown
    assert read(ANONYMOUS, thread_id).gist == "Send the photo."


def test_taking_the_mark_away_opens_it_again(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    accept(cast.alice, answer_id)
    sent = cast.alice.client.post(f"/questions/{thread_id}/unaccept", data={"seen": str(answer_id)})
    assert sent.status_code == 303
    assert (accepted(thread_id), thread(thread_id).state) == (None, "answered")
    assert "Short answer" not in page(app.test_client(), thread_id)


def test_the_mark_moves_from_the_one_seen_to_another(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    first, second = answer(cast.bob, thread_id), answer(cast.charlie, thread_id)
    accept(cast.alice, first)
    accept(cast.alice, second, seen=first)
    assert accepted(thread_id) == second


@pytest.mark.parametrize("seen", ["", "0", "999", "²", "x", "9" * 30])
def test_a_page_that_is_behind_changes_nothing_and_is_told(
    app: Flask, cast: SimpleNamespace, seen: str
) -> None:
    thread_id = ask(cast.alice)
    first, second = answer(cast.bob, thread_id), answer(cast.charlie, thread_id)
    accept(cast.alice, first)
    version = thread(thread_id).version
    sent = cast.alice.client.post(f"/posts/{second}/accept", data={"seen": seen}, follow_redirects=True)
    assert "Another answer was accepted a moment ago" in sent.text
    sent = cast.alice.client.post(
        f"/questions/{thread_id}/unaccept", data={"seen": seen}, follow_redirects=True
    )
    assert "Another answer was accepted a moment ago" in sent.text
    assert (accepted(thread_id), thread(thread_id).version) == (first, version)


def test_twice_changes_nothing_more(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    for act, state in (
        (lambda: accept(cast.alice, answer_id), "solved"),
        (lambda: operations.unaccept(cast.alice.actor, thread_id=thread_id, seen=answer_id), "answered"),
    ):
        act()
        version = thread(thread_id).version
        act()
        assert (thread(thread_id).version, thread(thread_id).state) == (version, state)


def test_a_reply_may_be_what_helped(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    under = reply(cast.charlie, answer(cast.bob, thread_id))
    accept(cast.alice, under)
    assert accepted(thread_id) == under
    assert f'href="#p-{under}"' in page(app.test_client(), thread_id)


def test_ones_own_answer_may_be_accepted(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.alice, thread_id, "I found it myself.")
    accept(cast.alice, answer_id)
    assert accepted(thread_id) == answer_id


def test_only_the_asker_chooses(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    for who in (cast.bob, cast.charlie, cast.nia, cast.mona, cast.agnes, cast.adam):
        with pytest.raises(Problem, match="Only the person who asked"):
            accept(who, answer_id)
        assert "Accept this answer" not in page(who.client, thread_id)
    assert "Accept this answer" in page(cast.alice.client, thread_id)
    accept(cast.alice, answer_id)
    for who in (cast.bob, cast.mona):
        with pytest.raises(Problem, match="Only the person who asked"):
            operations.unaccept(who.actor, thread_id=thread_id, seen=answer_id)
    assert accepted(thread_id) == answer_id


def test_a_moderator_chooses_after_fourteen_silent_days_and_it_is_noted(
    app: Flask, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    with clock.frozen(clock.now() + SILENT - timedelta(minutes=1)), pytest.raises(Problem):
        accept(cast.mona, answer_id)
    with clock.frozen(clock.now() + SILENT + timedelta(minutes=1)):
        for who in (cast.agnes, cast.bob):
            with pytest.raises(Problem):
                accept(who, answer_id)
        accept(cast.mona, answer_id)
    assert accepted(thread_id) == answer_id
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.verb, entry.actor_id, entry.target_id) == ("accept", cast.mona.id, answer_id)


def test_the_askers_own_choice_is_no_business_of_the_log(app: Flask, cast: SimpleNamespace) -> None:
    accept(cast.alice, answer(cast.bob, ask(cast.alice)))
    assert count(AuditEntry) == 0


def test_what_cannot_be_an_answer(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    opening = read(ANONYMOUS, thread_id).opening.id
    with pytest.raises(Problem, match="cannot be accepted"):
        accept(cast.alice, opening)
    own = answer(cast.alice, thread_id)
    hide(Post, own)
    with pytest.raises(Problem, match="cannot be accepted"):
        accept(cast.alice, own)
    theirs = answer(cast.bob, thread_id)
    hide(Post, theirs)
    with pytest.raises(NotFound):
        accept(cast.alice, theirs)
    assert accepted(thread_id) is None


def test_an_accepted_answer_that_was_hidden_is_not_shown(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id, "Words that were hidden.")
    accept(cast.alice, answer_id)
    hide(Post, answer_id)
    shown = page(app.test_client(), thread_id)
    assert "Words that were hidden" not in shown
    assert "Short answer" not in shown


def test_a_question_in_hiding_is_not_chosen_in_by_others(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    hide(Thread, thread_id)
    with pytest.raises(NotFound):
        accept(cast.bob, answer_id)
    with pytest.raises(NotFound):
        operations.unaccept(cast.bob.actor, thread_id=thread_id, seen=answer_id)
