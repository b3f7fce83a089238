"""Statements sent, and a town in which somebody has answered."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from tests.questions.steps import answer, ask


@pytest.fixture
def answered(cast: SimpleNamespace) -> Callable[[], tuple[int, int]]:
    """alice asks and bob answers; the ids of thread and answer."""

    def make() -> tuple[int, int]:
        thread_id = ask(cast.alice)
        return thread_id, answer(cast.bob, thread_id)

    return make
