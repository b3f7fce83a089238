"""A log with entries in it."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.audit.operations import record
from app.core.transaction import transaction

Record = Callable[..., None]


@pytest.fixture
def write(app: Flask) -> Record:
    """Write one entry in a transaction of its own."""

    def one(verb: str = "accept", **facts: object) -> None:
        with transaction():
            record(verb, actor_id=1, target="post", target_id=7, facts=facts)

    return one


@pytest.fixture
def written(write: Record) -> None:
    """Three entries: 1, 2 and 3."""
    for number in range(1, 4):
        write(f"act-{number}", number=number, words="Größe 42", why=["a", "b"])
