"""Questions that wait are brought to people whose accepted answers fit: a few, once."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.accounts.models import Account, AccountState, SignInSession
from app.community.events import QuestionRouted
from app.community.models import Ask
from app.community.operations import route
from app.community.operations.routing import MOST_A_WEEK, MOST_ASKED, STALE, WAITING
from app.core import clock, events
from app.core.clock import now
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Post, Thread, Visibility
from tests.community.steps import show
from tests.questions.steps import accept, answer, ask, count

Entrance = Callable[..., Any]


@pytest.fixture
def heard(app: Flask) -> list[QuestionRouted]:
    told: list[QuestionRouted] = []
    events.on(app, QuestionRouted, told.append)
    return told


def _experts(cast: SimpleNamespace, *people: Any, of: int = 1) -> None:
    """Each has accepted answers about coats, given to alice."""
    for who in people:
        for _time in range(of):
            accept(cast.alice, answer(who, ask(cast.alice)))


def _waiting(who: Any, since: timedelta = WAITING) -> int:
    """A question about coats that nobody has answered."""
    with clock.frozen(now() - since - timedelta(minutes=1)):
        return ask(who)


def _asked(thread_id: int) -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(Ask.account_id).where(Ask.thread_id == thread_id)))


def test_who_knows_is_asked_once(cast: SimpleNamespace, heard: list[QuestionRouted]) -> None:
    _experts(cast, cast.bob)
    thread_id = _waiting(cast.charlie)
    assert (route(), route()) == (1, 0)
    assert heard == [QuestionRouted(thread_id, cast.bob.id)]
    assert _asked(thread_id) == {cast.bob.id}


def test_up_to_five_who_know_most(cast: SimpleNamespace, enter: Entrance) -> None:
    people = [enter(f"helper{number}") for number in range(MOST_ASKED + 2)]
    for number, who in enumerate(people, start=1):
        _experts(cast, who, of=1 + (number > 2))
    thread_id = _waiting(cast.charlie)
    assert route() == MOST_ASKED
    assert _asked(thread_id) == {who.id for who in people[2:]}


@pytest.mark.parametrize(
    "unfit", ["unwelcome", "suspended", "support", "left", "long away", "unconfirmed", "asked enough"]
)
def test_who_is_not_asked(cast: SimpleNamespace, unfit: str) -> None:
    expert = cast.agnes if unfit == "support" else cast.bob
    _experts(cast, expert)
    changes: dict[str, dict[str, object]] = {
        "unwelcome": {"asks_welcome": False},
        "suspended": {"suspended_until": now() + timedelta(days=2)},
        "left": {"state": AccountState.GHOST},
        "unconfirmed": {"email_confirmed_at": None},
    }
    with transaction() as session:
        if unfit in changes:
            session.execute(update(Account).where(Account.id == expert.id).values(**changes[unfit]))
        if unfit == "long away":
            session.execute(delete(SignInSession).where(SignInSession.account_id == expert.id))
            session.execute(
                update(Post).where(Post.author_id == expert.id).values(created_at=now() - timedelta(days=91))
            )
    if unfit == "asked enough":
        for _time in range(MOST_A_WEEK):
            _waiting(cast.charlie)
        assert route() == MOST_A_WEEK
    thread_id = _waiting(cast.charlie)
    assert route() == 0
    assert _asked(thread_id) == set()


def test_three_a_week_and_again_next_week(cast: SimpleNamespace) -> None:
    _experts(cast, cast.bob)
    threads = [_waiting(cast.charlie) for _time in range(MOST_A_WEEK + 1)]
    assert route() == MOST_A_WEEK
    assert _asked(threads[-1]) == set()
    with clock.frozen(now() + timedelta(days=7, minutes=1)):
        assert route() == 1
    assert _asked(threads[-1]) == {cast.bob.id}


@pytest.mark.parametrize(
    "why", ["too soon", "too old", "answered", "hidden", "locked", "imported", "other tag", "own"]
)
def test_questions_that_are_not_brought_to_anybody(cast: SimpleNamespace, why: str) -> None:
    _experts(cast, cast.bob)
    since = {"too soon": WAITING - timedelta(minutes=5), "too old": STALE}.get(why, WAITING)
    thread_id = _waiting(cast.bob if why == "own" else cast.charlie, since)
    if why == "answered":
        answer(cast.mona, thread_id)
    if why == "hidden":
        opening = db.session.scalars(select(Post.id).where(Post.thread_id == thread_id)).one()
        show(opening, Visibility.HIDDEN)
    changes = {"locked": {"locked_at": now()}, "imported": {"source": "elsewhere"}}.get(why)
    with transaction() as session:
        if changes:
            session.execute(update(Thread).where(Thread.id == thread_id).values(**changes))
        if why == "other tag":
            session.connection().exec_driver_sql(f"DELETE FROM thread_tag WHERE thread_id = {thread_id}")
    assert route() == 0


def test_hidden_answers_make_nobody_an_expert(cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    accept(cast.alice, post_id)
    show(post_id, Visibility.HIDDEN)
    _waiting(cast.charlie)
    assert route() == 0


def test_whoever_accepts_their_own_is_no_expert(cast: SimpleNamespace) -> None:
    accept(cast.bob, answer(cast.bob, ask(cast.bob)))
    _waiting(cast.charlie)
    assert route() == 0


def test_a_question_without_somebody_waits_for_one(cast: SimpleNamespace) -> None:
    thread_id = _waiting(cast.charlie)
    assert route() == 0
    _experts(cast, cast.bob)
    assert route() == 1
    assert _asked(thread_id) == {cast.bob.id}


def test_moderators_may_be_asked(cast: SimpleNamespace) -> None:
    _experts(cast, cast.mona)
    thread_id = _waiting(cast.charlie)
    assert route() == 1
    assert _asked(thread_id) == {cast.mona.id}


def test_a_failing_listener_asks_nobody(app: Flask, cast: SimpleNamespace) -> None:
    _experts(cast, cast.bob)
    _waiting(cast.charlie)

    def fail(_event: QuestionRouted) -> None:
        raise RuntimeError("no letter")

    events.on(app, QuestionRouted, fail)
    with pytest.raises(RuntimeError, match="no letter"):
        route()
    assert count(Ask) == 0
