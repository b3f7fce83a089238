"""Held, released, hidden, deleted: counters, tags and states follow, and what was held is news once it is released."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.db import db
from app.core.problems import NotFound
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum import queries
from app.forum.models import Tag, Thread, Visibility
from app.notifications.models import Notification
from tests.forum.steps import opening
from tests.questions.steps import accept, answer, ask, reply

LINK = "Look at https://shop.example/coat please."


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def show(post_id: int, visibility: Visibility) -> bool:
    with transaction():
        return forum.set_visibility(post_id, visibility, by_id=None)


def thread_row(thread_id: int) -> Thread:
    db.session.rollback()
    return db.session.get_one(Thread, thread_id)


def counts(thread_id: int) -> tuple[int, int, str]:
    row = thread_row(thread_id)
    return row.answer_count, row.reply_count, row.state


def tag_count(name: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(Tag.thread_count).where(Tag.name == name)) or 0


def told(account_id: int) -> int:
    db.session.rollback()
    return (
        db.session.scalar(select(func.count(Notification.id)).where(Notification.account_id == account_id))
        or 0
    )


def test_new_peoples_links_wait_and_are_news_once_released(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.nia, thread_id, LINK)
    assert counts(thread_id) == (0, 0, "open")
    assert told(cast.alice.id) == 0
    for actor, sees in ((cast.nia.actor, True), (cast.mona.actor, True), (cast.bob.actor, False)):
        if sees:
            assert queries.post(actor, post_id)
        else:
            with pytest.raises(NotFound):
                queries.post(actor, post_id)
    assert show(post_id, Visibility.PUBLIC)
    assert counts(thread_id) == (1, 0, "answered")
    assert told(cast.alice.id) == 1
    assert not show(post_id, Visibility.PUBLIC)
    assert counts(thread_id) == (1, 0, "answered")
    assert told(cast.alice.id) == 1


def test_members_links_and_new_peoples_text_do_not_wait(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer(cast.bob, thread_id, LINK)
    answer(cast.nia, thread_id, "See [the tips](/questions), they helped me.")
    assert counts(thread_id) == (2, 0, "answered")


def test_a_held_question_is_counted_nowhere_until_it_is_released(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.nia, source=LINK)
    assert tag_count("coats") == 0
    assert thread_row(thread_id).visibility == Visibility.HELD
    assert show(opening(thread_id), Visibility.PUBLIC)
    assert tag_count("coats") == 1
    assert thread_row(thread_id).visibility == Visibility.PUBLIC


def test_hiding_and_showing_again_restores_counters_and_state(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    reply_id = reply(cast.charlie, post_id)
    accept(cast.alice, post_id)
    show(post_id, Visibility.HIDDEN)
    assert counts(thread_id) == (0, 1, "open")
    show(reply_id, Visibility.DELETED)
    assert counts(thread_id) == (0, 0, "open")
    show(post_id, Visibility.PUBLIC)
    show(reply_id, Visibility.PUBLIC)
    assert counts(thread_id) == (1, 1, "solved")


def test_tags_count_what_they_carry_after_an_edit_too(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    with transaction():
        forum.set_tags(thread_id, ["returns"])
    assert (tag_count("coats"), tag_count("returns")) == (0, 1)
    show(opening(thread_id), Visibility.DELETED)
    assert (tag_count("coats"), tag_count("returns")) == (0, 0)
