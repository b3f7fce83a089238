"""The queue port: ids travel to a worker, soon, in order, through a file that several processes share."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from huey.consumer import Consumer
from sqlalchemy import select

from app.core import parts
from app.core.db import db
from app.core.transaction import transaction
from app.jobs import operations
from app.jobs.models import Job
from app.jobs.ports import Handlers, Payload, Queue
from app.jobs.queue import HueyQueue
from app.jobs.worker import MOST_DELAY_SECONDS

SOON_SECONDS = 5


@pytest.fixture
def handled(app: Flask) -> list[int]:
    """The numbers that the handler of every job was called with."""
    seen: list[int] = []

    def note(payload: Payload) -> None:
        seen.append(int(payload["number"]))

    parts.put(app, Handlers, lambda _name: note)
    return seen


@pytest.fixture
def enqueue(app: Flask) -> Callable[[int], int]:
    """Commit a job with a number; its id."""

    def write(number: int) -> int:
        with transaction():
            operations.enqueue("note", {"number": number})
        return db.session.scalars(select(Job.id).order_by(Job.id.desc())).first() or 0

    return write


def _consume(app: Flask, until: Callable[[], bool], workers: int = 1) -> float:
    """Let a consumer like the worker's run until `until`; how long that took in seconds."""
    queue = parts.part(Queue)
    assert isinstance(queue, HueyQueue)
    consumer = Consumer(queue.huey, workers=workers, periodic=False, max_delay=MOST_DELAY_SECONDS)
    if threading.current_thread() is threading.main_thread():
        consumer._set_signal_handlers = lambda: None  # type: ignore[method-assign]  # pytest keeps its own
    consumer.start()
    began = time.monotonic()
    try:
        while not until():
            assert time.monotonic() - began < SOON_SECONDS, "nothing came through the queue"
            time.sleep(0.01)
        return time.monotonic() - began
    finally:
        consumer.stop(graceful=True)


def test_ids_are_carried_out_in_the_order_they_came(
    app: Flask, handled: list[int], enqueue: Callable[[int], int]
) -> None:
    for number in range(5):
        enqueue(number)
    assert parts.part(Queue).waiting() == 5
    _consume(app, lambda: len(handled) == 5)
    assert handled == [0, 1, 2, 3, 4]
    assert parts.part(Queue).waiting() == 0


def test_an_id_that_comes_twice_is_carried_out_once(
    app: Flask, handled: list[int], enqueue: Callable[[int], int]
) -> None:
    job_id = enqueue(1)
    for _ in range(3):
        parts.part(Queue).push(job_id)
    _consume(app, lambda: parts.part(Queue).waiting() == 0)
    assert handled == [1]


def test_an_id_nobody_wrote_down_harms_nothing(
    app: Flask, handled: list[int], enqueue: Callable[[int], int]
) -> None:
    parts.part(Queue).push(4_711)
    enqueue(1)
    _consume(app, lambda: handled == [1])


def test_a_waiting_worker_hears_within_a_second(
    app: Flask, handled: list[int], enqueue: Callable[[int], int]
) -> None:
    """Idle, it looks every half second."""
    idle_until = time.monotonic() + 1.2
    pushed: list[float] = []

    def push_when_idle() -> bool:
        if not pushed and time.monotonic() > idle_until:
            enqueue(1)
            pushed.append(time.monotonic())
        return bool(handled)

    _consume(app, push_when_idle)
    assert time.monotonic() - pushed[0] < 1.5


def _push(path: str, first: int) -> None:
    queue = HueyQueue(Flask("another"), Path(path))
    for job_id in range(first, first + 20):
        queue.push(job_id)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_several_processes_push_to_one_file(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_push, args=(str(path), first)) for first in (100, 200, 300)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=30)
    queue = HueyQueue(app, path)
    assert queue.waiting() == 60
    carried = sorted(int(task.args[0]) for task in queue.huey.pending())
    assert carried == [first + number for first in (100, 200, 300) for number in range(20)]
