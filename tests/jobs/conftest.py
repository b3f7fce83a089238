"""Handlers that note what they were called with, and a queue that only remembers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import parts
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import operations
from app.jobs.models import Job, Lane
from app.jobs.ports import Handlers, Payload, Queue


@dataclass
class Remembering:
    """A queue that keeps the ids it was given."""

    pushed: list[int] = field(default_factory=list)
    broken: bool = False

    def push(self, job_id: int) -> None:
        if self.broken:
            raise OSError("the queue is not there")
        self.pushed.append(job_id)

    def waiting(self) -> int:
        return len(self.pushed)


@pytest.fixture
def queue(app: Flask) -> Remembering:
    remembering = Remembering()
    parts.put(app, Queue, remembering)
    return remembering


@pytest.fixture
def handled(app: Flask) -> list[Payload]:
    """What the handler `note` was called with."""
    return []


@pytest.fixture(autouse=True)
def handlers(app: Flask, handled: list[Payload]) -> dict[str, Callable[[Payload], None]]:
    """Handlers by name; a test may add to them."""
    known: dict[str, Callable[[Payload], None]] = {"note": handled.append}
    parts.put(app, Handlers, lambda name: known[name])
    return known


@pytest.fixture
def enqueued(app: Flask, queue: Remembering) -> Callable[..., int]:
    """Write a job and commit it; its id."""

    def write(
        name: str = "note", payload: Mapping[str, int | str] | None = None, **options: str | Lane
    ) -> int:
        with transaction():
            operations.enqueue(name, payload or {"post_id": 7}, **options)  # type: ignore[arg-type]  # as given
        return db.session.scalars(select(Job.id).order_by(Job.id.desc())).first() or 0

    return write


@pytest.fixture
def row(app: Flask) -> Callable[[int], Job]:
    """A job as it is now."""

    def read(job_id: int) -> Job:
        db.session.rollback()
        return db.session.get_one(Job, job_id, populate_existing=True)

    return read
