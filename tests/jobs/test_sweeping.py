"""What never reached the queue is handed over by the sweep; what is done is forgotten after a week."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app.core import once
from app.core.clock import frozen, now
from app.core.db import db
from app.core.once import Submission
from app.core.transaction import transaction
from app.jobs import operations, worker
from app.jobs.models import Job
from app.jobs.ports import Loop
from app.jobs.worker import requeue, tidy


def test_what_the_queue_lost_is_handed_over_again(enqueued: Callable[..., int], queue: Any) -> None:
    first, second = enqueued(), enqueued()
    queue.pushed.clear()
    assert requeue() == 2
    assert queue.pushed == [first, second]


def test_what_is_done_or_not_yet_due_is_left_alone(enqueued: Callable[..., int], queue: Any) -> None:
    done, failed = enqueued(), enqueued("unheard.of")
    operations.carry_out(done)
    operations.carry_out(failed)
    queue.pushed.clear()
    assert requeue() == 0
    with frozen(now() + timedelta(seconds=16)):
        assert requeue() == 1
    assert queue.pushed == [failed]


def test_a_backlog_does_not_pile_up_in_the_queue(
    enqueued: Callable[..., int], queue: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(worker, "MOST_QUEUED", 3)
    for _ in range(5):
        enqueued()
    queue.pushed.clear()
    assert [requeue(), requeue(), requeue()] == [3, 0, 0]
    del queue.pushed[:2]
    assert requeue() == 2


def test_old_done_jobs_and_form_tokens_are_forgotten(enqueued: Callable[..., int], queue: Any) -> None:
    job_id, waiting = enqueued(), enqueued()
    operations.carry_out(job_id)
    with transaction():
        once.replayed("t" * 20, "account:1")
    with frozen(now() + timedelta(days=6)):
        tidy()
    assert db.session.scalar(select(func.count()).select_from(Job)) == 2
    with frozen(now() + timedelta(days=8)):
        tidy()
    assert db.session.scalars(select(Job.id)).all() == [waiting]
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0


def test_a_loop_that_fails_goes_on(app: Flask) -> None:
    stop, rounds = threading.Event(), []

    def fail() -> None:
        rounds.append(1)
        if len(rounds) == 3:
            stop.set()
        raise OSError("the disk is full")

    worker._repeat(app, Loop("failing", timedelta(milliseconds=1), fail), stop)
    assert len(rounds) == 3
