"""Something happened: who hears of it, when, and in what order."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.clock import now
from app.core.db import db
from app.core.events import Event, emit, on
from app.core.once import Submission
from app.core.transaction import transaction


@dataclass(frozen=True, slots=True)
class Asked(Event):
    thread_id: int


@dataclass(frozen=True, slots=True)
class Told(Event):
    thread_id: int


def test_handlers_hear_at_the_end_in_order(app: Flask) -> None:
    heard: list[str] = []
    on(app, Asked, lambda event: heard.append(f"first {event.thread_id}"))
    on(app, Asked, lambda event: heard.append(f"second {event.thread_id}"))
    on(app, Told, lambda event: heard.append("another kind"))
    with transaction():
        emit(Asked(1))
        emit(Asked(2))
        heard.append("the change itself")
    assert heard == ["the change itself", "first 1", "second 1", "first 2", "second 2"]


def test_handlers_write_in_the_same_transaction(app: Flask) -> None:
    def write(event: Asked) -> None:
        db.session.add(Submission(key=str(event.thread_id), created_at=now()))
        with db.engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(Submission)) == 0

    on(app, Asked, write)
    with transaction():
        emit(Asked(7))
    assert db.session.scalar(select(Submission.key)) == "7"


def test_what_a_handler_emits_is_heard_too(app: Flask) -> None:
    heard: list[int] = []
    on(app, Asked, lambda event: emit(Told(event.thread_id + 1)))
    on(app, Told, lambda event: heard.append(event.thread_id))
    with transaction():
        emit(Asked(1))
    assert heard == [2]


def test_nobody_needs_to_listen(app: Flask) -> None:
    with transaction():
        emit(Asked(1))


def test_outside_a_transaction_it_is_refused(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="Asked was emitted outside a transaction"):
        emit(Asked(1))
    with transaction():
        pass
    with pytest.raises(RuntimeError):
        emit(Asked(1))


def test_nothing_is_left_over_for_the_next(app: Flask) -> None:
    heard: list[int] = []
    on(app, Asked, lambda event: heard.append(event.thread_id))
    with pytest.raises(ZeroDivisionError), transaction():
        emit(Asked(1))
        raise ZeroDivisionError
    with transaction():
        emit(Asked(2))
    assert heard == [2]


def test_each_application_has_its_own_handlers(app: Flask, make_app: Callable[..., Flask]) -> None:
    heard: list[int] = []
    on(make_app(), Asked, lambda event: heard.append(event.thread_id))
    with transaction():
        emit(Asked(1))
    assert heard == []
