"""A job is carried out by one worker, tried again when it fails, and rests when it keeps failing."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.clock import frozen, now
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Space
from app.jobs import operations, queries
from app.jobs.models import Job
from app.jobs.operations import LEASE, MOST_ATTEMPTS
from app.jobs.ports import Payload

THREADS = 8

Handlers = dict[str, Callable[[Payload], None]]
Row = Callable[[int], Job]


def _raise(payload: Payload) -> None:
    raise ConnectionError(f"no mail server for {payload['post_id']}")


def test_a_job_is_carried_out_once_and_done(
    enqueued: Callable[..., int], handled: list[Payload], row: Row
) -> None:
    job_id = enqueued(payload={"post_id": 7, "kind": "answer"})
    assert operations.carry_out(job_id) is True
    assert operations.carry_out(job_id) is False
    assert handled == [{"post_id": 7, "kind": "answer"}]
    assert row(job_id).done_at is not None
    assert operations.due() == []


def test_a_job_nobody_wrote_is_nothing(app: Flask, handled: list[Payload]) -> None:
    assert operations.carry_out(4_711) is False
    assert handled == []


def test_eight_workers_at_once_carry_it_out_once(
    app: Flask, enqueued: Callable[..., int], handlers: Handlers
) -> None:
    calls: list[int] = []

    def slow(payload: Payload) -> None:
        calls.append(int(payload["post_id"]))
        time.sleep(0.05)

    handlers["slow"] = slow
    job_ids = [enqueued("slow", {"post_id": number}) for number in range(5)]
    start, carried = threading.Barrier(THREADS), []

    def worker() -> None:
        with app.app_context():
            start.wait()
            carried.extend([job_id for job_id in job_ids if operations.carry_out(job_id)])

    threads = [threading.Thread(target=worker) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(carried) == sorted(job_ids)
    assert sorted(calls) == list(range(5))


def test_a_failing_job_is_tried_again_later_and_later(
    enqueued: Callable[..., int], handlers: Handlers, row: Row
) -> None:
    handlers["fail"] = _raise
    job_id = enqueued("fail")
    moment, waits = now(), []
    for _ in range(MOST_ATTEMPTS - 1):
        with frozen(moment):
            assert operations.carry_out(job_id) is False
            assert operations.carry_out(job_id) is False
        waits.append((row(job_id).due_at - moment).total_seconds())
        moment = row(job_id).due_at
    assert waits == [15, 30, 60, 120, 240, 480, 960]
    assert row(job_id).error == "ConnectionError: no mail server for 7"


def test_after_the_last_attempt_it_rests_as_a_dead_letter(
    enqueued: Callable[..., int], handlers: Handlers, handled: list[Payload], row: Row
) -> None:
    handlers["fail"] = _raise
    job_id = enqueued("fail")
    for day in range(MOST_ATTEMPTS + 3):
        with frozen(now() + timedelta(days=day)):
            operations.carry_out(job_id)
    assert row(job_id).attempts == MOST_ATTEMPTS
    assert [job.id for job in queries.dead()] == [job_id]
    assert queries.counts() == (0, 1)
    handlers["fail"] = handled.append
    assert operations.retry(job_id) == 1
    assert operations.retry(job_id) == 0
    assert operations.due() == [job_id]
    assert operations.carry_out(job_id) is True
    assert len(handled) == 1
    assert (row(job_id).error, queries.counts()) == (None, (0, 0))


def test_retrying_all_wakes_every_dead_letter(enqueued: Callable[..., int], handlers: Handlers) -> None:
    handlers["fail"] = _raise
    for job_id in (enqueued("fail"), enqueued("fail"), enqueued("note")):
        for day in range(MOST_ATTEMPTS):
            with frozen(now() + timedelta(days=day)):
                operations.carry_out(job_id)
    assert operations.retry() == 2


def test_a_job_nobody_knows_how_to_carry_out_fails_in_words(enqueued: Callable[..., int], row: Row) -> None:
    job_id = enqueued("unheard.of")
    assert operations.carry_out(job_id) is False
    assert row(job_id).error == "KeyError: 'unheard.of'"


def test_what_a_failing_handler_left_unfinished_is_undone(
    enqueued: Callable[..., int], handlers: Handlers, row: Row
) -> None:
    def half(_payload: Payload) -> None:
        with transaction() as session:
            session.add(Space(slug="half", name="Half"))
            session.flush()
            raise RuntimeError("in the middle")

    handlers["half"] = half
    job_id = enqueued("half")
    operations.carry_out(job_id)
    assert db.session.scalar(select(func.count()).where(Space.slug == "half")) == 0
    assert "in the middle" in str(row(job_id).error)


def test_a_killed_workers_job_is_due_again_after_its_lease(
    enqueued: Callable[..., int], handlers: Handlers, handled: list[Payload]
) -> None:
    def killed(_payload: Payload) -> None:
        raise KeyboardInterrupt

    handlers["killed"] = killed
    job_id, moment = enqueued("killed"), now()
    with frozen(moment), pytest.raises(KeyboardInterrupt):
        operations.carry_out(job_id)
    handlers["killed"] = handled.append
    with frozen(moment + LEASE - timedelta(seconds=1)):
        assert operations.due() == []
        assert operations.carry_out(job_id) is False
    with frozen(moment + LEASE):
        assert operations.due() == [job_id]
        assert operations.carry_out(job_id) is True
    assert len(handled) == 1


def test_a_job_that_takes_every_worker_with_it_is_buried(
    enqueued: Callable[..., int], handlers: Handlers, row: Row
) -> None:
    def killed(_payload: Payload) -> None:
        raise KeyboardInterrupt

    handlers["killed"] = killed
    job_id, moment = enqueued("killed"), now()
    for attempt in range(MOST_ATTEMPTS):
        with frozen(moment + attempt * LEASE), pytest.raises(KeyboardInterrupt):
            operations.carry_out(job_id)
    after = moment + MOST_ATTEMPTS * LEASE
    with frozen(after - timedelta(seconds=1)):
        assert operations.bury() == 0
    with frozen(after):
        assert operations.carry_out(job_id) is False
        assert operations.bury() == 1
    assert [job.id for job in queries.dead()] == [job_id]
    assert "worker" in str(row(job_id).error)


def test_a_holder_whose_lease_ran_out_changes_nothing_any_more(
    enqueued: Callable[..., int], handlers: Handlers, row: Row
) -> None:
    """It hangs, another worker does the job, then it fails: the job stays done."""
    taken_over = []

    def hangs(payload: Payload) -> None:
        handlers["job"] = lambda _payload: None
        with frozen(moment + LEASE):
            taken_over.append(operations.carry_out(job_id))
        _raise(payload)

    handlers["job"] = hangs
    job_id, moment = enqueued("job"), now()
    with frozen(moment):
        operations.carry_out(job_id)
    assert taken_over == [True]
    assert row(job_id).done_at is not None
    assert (row(job_id).error, queries.counts()) == (None, (0, 0))
