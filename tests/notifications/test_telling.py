"""Who hears of what: the right person, once, never oneself, never somebody who may not see it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.accounts.models import Account, AccountState
from app.core.db import db
from app.core.events import emit
from app.core.transaction import transaction
from app.forum.models import Post
from app.jobs.models import Job
from app.notifications import handlers
from app.notifications.models import Notification
from app.questions.events import AnswerPosted
from tests.notifications.town import Town

Told = Callable[[Any], list[tuple[str, str]]]


def test_the_asker_hears_of_an_answer(cast: SimpleNamespace, town: Town, told: Told) -> None:
    thread_id = town.ask(cast.alice)
    answer_id = town.answer(cast.bob, thread_id)
    assert told(cast.alice) == [("answer", f"post:{answer_id}")]
    assert told(cast.bob) == told(cast.charlie) == told(cast.mona) == []


def test_whoever_is_replied_to_and_the_asker_hear_of_a_reply(
    cast: SimpleNamespace, town: Town, told: Told
) -> None:
    answer_id = town.answer(cast.bob, town.ask(cast.alice))
    reply_id = town.reply(cast.charlie, answer_id)
    assert told(cast.bob) == [("reply", f"post:{reply_id}")]
    assert told(cast.alice) == [("answer", f"post:{answer_id}"), ("reply", f"post:{reply_id}")]
    assert told(cast.charlie) == told(cast.mona) == []


def test_an_asker_replied_to_hears_once(cast: SimpleNamespace, town: Town, told: Told) -> None:
    own_answer = town.answer(cast.alice, town.ask(cast.alice))
    reply_id = town.reply(cast.bob, own_answer)
    assert told(cast.alice) == [("reply", f"post:{reply_id}")]


def test_whoever_answered_hears_that_it_was_accepted(cast: SimpleNamespace, town: Town, told: Told) -> None:
    answer_id = town.answer(cast.bob, town.ask(cast.alice))
    town.accept(cast.alice, answer_id)
    assert told(cast.bob) == [("accepted", f"accepted:{answer_id}")]


def test_accepting_again_after_a_change_of_mind_tells_nobody_again(
    cast: SimpleNamespace, town: Town, told: Told
) -> None:
    thread_id = town.ask(cast.alice)
    answer_id = town.answer(cast.bob, thread_id)
    for _ in range(3):
        town.accept(cast.alice, answer_id)
        town.unaccept(cast.alice, thread_id, answer_id)
    assert told(cast.bob) == [("accepted", f"accepted:{answer_id}")]


def test_nobody_hears_of_their_own_doing(cast: SimpleNamespace, town: Town, told: Told) -> None:
    thread_id = town.ask(cast.alice)
    answer_id = town.answer(cast.alice, thread_id)
    town.reply(cast.alice, answer_id)
    town.accept(cast.alice, answer_id)
    assert told(cast.alice) == []


def test_one_event_twice_is_one_notification(cast: SimpleNamespace, town: Town, told: Told) -> None:
    thread_id = town.ask(cast.alice)
    answer_id = town.answer(cast.bob, thread_id)
    with transaction():
        emit(AnswerPosted(answer_id, thread_id))
        emit(AnswerPosted(answer_id, thread_id))
    assert told(cast.alice) == [("answer", f"post:{answer_id}")]


def test_what_is_rolled_back_was_never_told(cast: SimpleNamespace, town: Town, told: Told) -> None:
    thread_id = town.ask(cast.alice)
    own_answer = town.answer(cast.alice, thread_id)
    with pytest.raises(RuntimeError):
        _fail_after_telling(cast.bob, own_answer, thread_id)
    assert told(cast.alice) == []


def _fail_after_telling(by: Any, post_id: int, thread_id: int) -> None:
    with transaction() as session:
        session.execute(update(Post).where(Post.id == post_id).values(author_id=by.id))
        handlers.answer_posted(AnswerPosted(post_id, thread_id))
        assert session.scalar(select(func.count()).select_from(Notification)) == 1
        raise RuntimeError("the rest of the operation failed")


def test_nobody_hears_of_what_they_may_not_see(cast: SimpleNamespace, town: Town, told: Told) -> None:
    """A held answer is told of once it is released, by the same event."""
    thread_id = town.ask(cast.alice)
    answer_id = town.answer(cast.bob, thread_id)
    with transaction() as session:
        session.query(Notification).delete()
        session.query(Job).delete()
    town.hide(answer_id)
    with transaction():
        emit(AnswerPosted(answer_id, thread_id))
    assert told(cast.alice) == []


def test_imported_and_departed_people_hear_nothing(cast: SimpleNamespace, town: Town, told: Told) -> None:
    for state in (AccountState.UNCLAIMED, AccountState.GHOST):
        thread_id = town.ask(cast.alice)
        with transaction() as session:
            session.execute(update(Account).where(Account.id == cast.alice.id).values(state=state))
        town.answer(cast.bob, thread_id)
        assert told(cast.alice) == []
        with transaction() as session:
            session.execute(
                update(Account).where(Account.id == cast.alice.id).values(state=AccountState.ACTIVE)
            )


def test_the_requester_hears_of_an_agents_message(cast: SimpleNamespace, town: Town, told: Told) -> None:
    ref = town.file_ticket(cast.alice)
    message_id = town.write(cast.agnes, ref)
    assert told(cast.alice) == [("ticket", f"message:{message_id}")]
    assert told(cast.agnes) == []


def test_an_internal_note_is_told_to_nobody(cast: SimpleNamespace, town: Town, app: Flask) -> None:
    town.write(cast.agnes, town.file_ticket(cast.alice), "Looks like fraud.", internal=True)
    assert db.session.scalar(select(func.count()).select_from(Notification)) == 0
