"""Statements sent, and a town in which somebody has answered."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import event

from app.core.db import db
from tests.questions.steps import answer, ask


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """Every SQL statement sent from here on."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(" ".join(statement.split()))

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def answered(cast: SimpleNamespace) -> Callable[[], tuple[int, int]]:
    """alice asks and bob answers; the ids of thread and answer."""

    def make() -> tuple[int, int]:
        thread_id = ask(cast.alice)
        return thread_id, answer(cast.bob, thread_id)

    return make
