"""A job is written with the change it follows from, and the worker hears of it after the commit."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.db import db
from app.core.transaction import transaction
from app.jobs import operations
from app.jobs.models import Job, Lane


def _jobs() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def test_the_worker_hears_of_a_job_after_its_commit(queue: Any) -> None:
    with transaction():
        operations.enqueue("note", {"post_id": 7})
        assert queue.pushed == []
    assert queue.pushed == [db.session.scalars(select(Job.id)).one()]


def _fail() -> None:
    with transaction():
        operations.enqueue("note", {"post_id": 7})
        raise RuntimeError("the rest failed")


def test_what_is_rolled_back_is_never_carried_out(queue: Any) -> None:
    with pytest.raises(RuntimeError):
        _fail()
    assert _jobs() == 0
    assert queue.pushed == []


def test_outside_a_transaction_nothing_is_enqueued(app: Flask, queue: Any) -> None:
    with pytest.raises(KeyError):
        operations.enqueue("note", {"post_id": 7})
    assert _jobs() == 0
    assert queue.pushed == []


def test_two_jobs_with_one_key_are_one_job(enqueued: Callable[..., int], queue: Any) -> None:
    for _ in range(3):
        enqueued(key="notice:7")
    enqueued(key="notice:8")
    enqueued()
    enqueued()
    assert _jobs() == 4
    assert len(queue.pushed) == 4


def test_a_queue_that_is_not_there_loses_no_job(enqueued: Callable[..., int], queue: Any) -> None:
    queue.broken = True
    enqueued()
    assert _jobs() == 1
    assert len(operations.due()) == 1


def test_the_indexers_jobs_stay_off_the_queue(enqueued: Callable[..., int], queue: Any) -> None:
    enqueued(lane=Lane.INDEX)
    assert _jobs() == 1
    assert queue.pushed == []
    assert operations.due() == []
