"""What a decision settled waits again exactly as it did, once the decision is taken back; and who was a party stays one."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.problems import Problem
from app.forum import operations as forum
from app.forum.models import Visibility
from app.forum.operations import prepared
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import Flag
from app.moderation.words import Reason
from app.notifications import operations as notices
from app.notifications.models import Kind, Notification
from tests.forum.steps import opening
from tests.moderation.steps import decide, flag, on_thread, review
from tests.moderation.test_flagging import trusted
from tests.questions.steps import answer, ask, post, thread, token

LINK = "Look at https://shop.example/coat please."


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


@pytest.mark.parametrize("verb", [Verb.KEEP, Verb.HIDE])
def test_what_was_held_waits_in_the_queue_again(app: Flask, cast: SimpleNamespace, verb: Verb) -> None:
    post_id = answer(cast.nia, ask(cast.alice), LINK)
    opened = review(post_id).opened_at
    ref = decide(cast.mona, post_id, verb, Reason.SPAM)
    assert review(post_id).opened_at is None
    moderation.undo(cast.mona.actor, ref=ref)
    row = review(post_id)
    assert post(post_id).visibility == Visibility.HELD
    assert (row.held, row.opened_at, row.severity) == (True, opened, 1)


def test_what_hid_by_itself_is_shown_again_in_time(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    for who in (cast.alice, cast.charlie, cast.tess):
        flag(trusted(who), post_id)
    hidden = review(post_id).hidden_at
    assert hidden
    ref = decide(cast.mona, post_id, Verb.KEEP)
    moderation.undo(cast.mona.actor, ref=ref)
    assert post(post_id).visibility == Visibility.HIDDEN
    assert review(post_id).hidden_at == hidden
    with clock.frozen(clock.now() + timedelta(hours=73)):
        assert moderation.restore_unlooked() == 1
    assert post(post_id).visibility == Visibility.PUBLIC


@pytest.mark.parametrize("read", [False, True])
def test_its_author_hears_once_of_what_was_taken_back_before_they_read_of_it(
    app: Flask, cast: SimpleNamespace, *, read: bool
) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    for who in (cast.alice, cast.charlie, cast.tess):
        flag(trusted(who), post_id)
    ref = decide(cast.mona, post_id, Verb.REMOVE, Reason.SPAM)
    if read:
        notices.read_all(cast.bob.actor, newest=1_000)
    moderation.undo(cast.mona.actor, ref=ref)
    rows = select(Notification.what).where(
        Notification.account_id == cast.bob.id, Notification.kind == Kind.YOURS
    )
    told = db.session.scalars(rows.order_by(Notification.id)).all()
    assert list(told) == ["rule", *(["remove"] if read else []), "undone"]


def test_a_word_that_was_taken_back_says_nothing_of_how_often_somebody_is_right(
    app: Flask, cast: SimpleNamespace
) -> None:
    """Also where the flag stays answered, because its author has flagged anew since."""
    post_id = answer(cast.bob, ask(cast.alice))
    flag(cast.alice, post_id)
    ref = decide(cast.mona, post_id, Verb.KEEP)
    flag(cast.alice, post_id, Reason.ABUSE)
    moderation.undo(cast.mona.actor, ref=ref)
    rows = db.session.scalars(select(Flag).order_by(Flag.id)).all()
    assert [row.decision_id is None for row in rows] == [False, True]
    assert [row.upheld for row in rows] == [None, None]


def test_who_flagged_decides_neither_later_nor_about_the_appeal(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    flag(cast.mona, post_id)
    ref = decide(cast.adam, post_id, Verb.HIDE, Reason.SPAM)
    with pytest.raises(Problem, match="You flagged this yourself"):
        decide(cast.mona, post_id, Verb.REMOVE, Reason.SPAM)
    appeal_id = moderation.appeal(cast.bob.actor, ref=ref, source="It is none.", token=token())
    said: dict[str, Any] = {"appeal_id": appeal_id, "reverse": False, "answer": "It is."}
    with pytest.raises(Problem, match="You are part of this"):
        moderation.decide_appeal(cast.mona.actor, **said, token=token())
    shown = cast.mona.client.get(f"/mod/appeals/{appeal_id}").text
    assert "You are part of this" in shown
    with clock.frozen(clock.now() + timedelta(hours=25)):
        moderation.decide_appeal(cast.adam.actor, **said, token=token())


def test_whoever_flags_what_they_decided_is_a_party_from_then_on(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    decide(cast.mona, post_id, Verb.KEEP)
    flag(cast.mona, post_id, Reason.ABUSE)
    forum.edit(cast.bob.actor, post_id=post_id, version=1, source="Calmer words.", token=token())
    with pytest.raises(Problem, match="You flagged this yourself"):
        decide(cast.mona, post_id, Verb.HIDE, Reason.ABUSE)


@pytest.mark.parametrize("verb", [Verb.WARN, Verb.EDIT])
def test_what_is_held_waits_until_somebody_says_who_may_see_it(
    app: Flask, cast: SimpleNamespace, verb: Verb
) -> None:
    """A warning, or other words, do not say that."""
    post_id = answer(cast.nia, ask(cast.alice), LINK)
    decide(cast.mona, post_id, verb, Reason.SPAM, words=prepared("No link."))
    row = review(post_id)
    assert (post(post_id).visibility, row.held, row.opened_at is None) == (Visibility.HELD, True, False)
    decide(cast.mona, post_id, Verb.KEEP)
    assert (post(post_id).visibility, review(post_id).opened_at) == (Visibility.PUBLIC, None)


def test_what_was_let_out_with_its_thread_waits_no_longer(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.nia, source=LINK)
    post_id = opening(thread_id)
    ref = decide(cast.mona, on_thread(thread_id), Verb.KEEP)
    assert (thread(thread_id).visibility, review(post_id).opened_at) == (Visibility.PUBLIC, None)
    moderation.undo(cast.mona.actor, ref=ref)
    row = review(post_id)
    assert (thread(thread_id).visibility, row.held, row.opened_at is None) == (Visibility.HELD, True, False)


def test_what_a_later_decision_changed_goes_back_to_what_stood_before_both(
    app: Flask, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    locked = decide(cast.mona, on_thread(thread_id), Verb.LOCK, Reason.ABUSE)
    appeal_id = moderation.appeal(cast.alice.actor, ref=locked, source="Why?", token=token())
    unlocked = decide(cast.mona, on_thread(thread_id), Verb.UNLOCK)
    moderation.decide_appeal(
        cast.adam.actor, appeal_id=appeal_id, reverse=True, answer="Right.", token=token()
    )
    moderation.undo(cast.mona.actor, ref=unlocked)
    assert thread(thread_id).locked_at is None
