"""The worker process: Huey's consumer, and beside it loops of our own."""

import logging
import threading
from datetime import timedelta

from flask import Flask
from huey.consumer import Consumer

from app.core import once
from app.core.parts import part
from app.core.transaction import transaction
from app.jobs import operations
from app.jobs.ports import Loop, Queue
from app.jobs.queue import HueyQueue

THREADS = 2
# Huey's own default of 10 s made mail 6.6 s late.
MOST_DELAY_SECONDS = 0.5
MOST_QUEUED = 500
STOP_SECONDS = 30
SWEEP = timedelta(seconds=30)
# A loop that keeps failing comes round this seldom at the least.
MOST_REST_SECONDS = 86_400.0
TIDY = timedelta(hours=1)

_log = logging.getLogger(__name__)


def requeue() -> int:
    """Hand what is due to the queue once more: what was committed but never arrived, and what is tried again.

    A job that is in the queue twice is carried out once, because carrying out begins with a claim. The queue is
    filled up to MOST_QUEUED, so that a long backlog does not pile up in it again and again.
    """
    operations.bury()
    queue = part(Queue)
    waiting = operations.due(max(0, MOST_QUEUED - queue.waiting()))
    for job_id in waiting:
        queue.push(job_id)
    return len(waiting)


def tidy() -> None:
    """Forget what is done and old: jobs, form tokens."""
    operations.sweep()
    with transaction():
        once.sweep()


def work(app: Flask, loops: tuple[Loop, ...] = ()) -> None:
    """Work until told to stop. SIGTERM lets what is being carried out come to its end; SIGINT does not.

    `loops` are what rooms above bring.
    """
    stop = threading.Event()
    own = (Loop("sweep", SWEEP, requeue), Loop("tidy", TIDY, tidy))
    threads = [
        threading.Thread(target=_repeat, args=(app, loop, stop), name=loop.name) for loop in (*own, *loops)
    ]
    with app.app_context():
        queue = part(Queue)
    if not isinstance(queue, HueyQueue):
        raise TypeError("the worker needs a queue it can consume")
    consumer = Consumer(
        queue.huey,
        workers=THREADS,
        periodic=False,
        max_delay=MOST_DELAY_SECONDS,
        check_worker_health=True,
        graceful_signal="TERM",
        shutdown_timeout=STOP_SECONDS,
    )
    for thread in threads:
        thread.start()
    try:
        consumer.run()
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _repeat(app: Flask, loop: Loop, stop: threading.Event) -> None:
    failures = 0
    while True:
        with app.app_context():
            try:
                loop.run()
                failures = 0
            except Exception:  # noqa: BLE001 - a loop that ended silently would be worse
                failures += 1
                _log.exception("the %s loop failed; it goes on", loop.name)
        if stop.wait(min(loop.every.total_seconds() * 2 ** min(failures, 10), MOST_REST_SECONDS)):
            return
