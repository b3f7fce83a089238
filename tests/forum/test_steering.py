"""What moderators change about a whole thread, and that it can be taken back by what was before."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.events import on
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.events import ThreadMoved
from app.forum.models import Space
from app.forum.queries import tag, tags_of
from app.questions import operations
from app.questions.models import Question, State
from tests.forum.moving_steps import everything_adds_up
from tests.questions.steps import answer, ask, thread


def test_in_another_topic_and_back(app: Flask, cast: SimpleNamespace) -> None:
    heard: list[Any] = []
    on(app, ThreadMoved, heard.append)
    thread_id = ask(cast.alice)
    here, there = db.session.scalars(select(Space.id).order_by(Space.id).limit(2)).all()
    with transaction():
        assert forum.place(thread_id, there) == here
    assert thread(thread_id).space_id == there
    with transaction():
        assert forum.place(thread_id, there) == there
    assert heard == [ThreadMoved(thread_id)]
    with transaction():
        forum.place(thread_id, here)
    assert thread(thread_id).space_id == here
    with pytest.raises(Problem), transaction():
        forum.place(thread_id, 999_999)


def test_other_tags_and_back(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    with transaction():
        before = forum.retag(thread_id, ["returns", "moths"])
    assert before == ["coats"]
    assert set(tags_of([thread_id])[thread_id]) == {"returns", "moths"}
    assert (tag("coats").thread_count, tag("moths").thread_count) == (0, 1)
    version = thread(thread_id).version
    with transaction():
        assert forum.retag(thread_id, ["moths", "returns"]) == ["moths", "returns"]
    assert thread(thread_id).version == version
    with transaction():
        forum.retag(thread_id, before)
    assert tags_of([thread_id]) == {thread_id: ("coats",)}
    everything_adds_up()


def test_locked_and_open_again(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    with transaction():
        before = forum.set_lock(thread_id, "Calm down, jane.doe@mail.example.")
    assert before is None
    assert "jane.doe" not in thread(thread_id).lock_reason
    with pytest.raises(Problem):
        answer(cast.bob, thread_id)
    with transaction():
        reason = forum.set_lock(thread_id, "Once more.")
    assert reason == thread(thread_id).lock_reason
    with transaction():
        forum.set_lock(thread_id, before)
    assert answer(cast.bob, thread_id)


def test_what_is_missing(app: Flask, cast: SimpleNamespace) -> None:
    space_id = thread(ask(cast.alice)).space_id
    for act, *rest in ((forum.place, space_id), (forum.retag, ["coats"])):
        with pytest.raises(NotFound), transaction():
            act(999_999, *rest)
    with pytest.raises(NotFound), transaction():
        forum.set_lock(999_999, "Why.")


def test_pointed_elsewhere_and_back(cast: SimpleNamespace) -> None:
    earlier, middle, later = (ask(cast.alice) for _each in range(3))
    answer(cast.bob, later)
    for from_id, to_id in ((middle, earlier), (later, middle)):
        with transaction():
            assert operations.point(from_id, to_id, by_id=cast.mona.id) == earlier
    with pytest.raises(Problem), transaction():
        operations.point(earlier, later, by_id=cast.mona.id)
    for _twice in range(2):
        with transaction():
            operations.unpoint(later, by_id=cast.adam.id)
    assert thread(later).state == State.ANSWERED
    assert db.session.get_one(Question, later).duplicate_of_id is None
    with transaction():
        operations.point(later, earlier, by_id=cast.mona.id)
    assert thread(later).state == State.DUPLICATE
    everything_adds_up()
