"""Writing jobs down, and carrying them out."""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.parts import part
from app.core.transaction import on_commit, transaction
from app.jobs.models import Job, Lane
from app.jobs.ports import Handlers, Payload, Queue

MOST_ATTEMPTS = 8
# Longer than any handler takes: a letter's ten steps of SMTP may take ten seconds each.
LEASE = timedelta(minutes=2)
FIRST_DELAY = timedelta(seconds=15)
ERROR_CHARACTERS = 2_000

_log = logging.getLogger(__name__)


def enqueue(name: str, payload: Payload, *, key: str | None = None, lane: Lane = Lane.QUEUE) -> None:
    """Write a job in the open transaction; after its commit the worker is told.

    Two jobs with one `key` are one job. `payload` holds ids, not text: the handler reads the rows anew.
    """
    moment = now()
    row = insert_ignoring(Job).values(
        name=name, lane=lane, payload=dict(payload), key=key, attempts=0, created_at=moment, due_at=moment
    )
    job_id = db.session().connection().execute(row.returning(Job.id)).scalar()
    if job_id is not None and lane is Lane.QUEUE:
        on_commit(lambda: part(Queue).push(job_id))


def enqueue_all(name: str, payloads: Iterable[Payload], *, lane: Lane) -> None:
    """Write many jobs in the open transaction, in their order and at once, to a lane without a queue."""
    moment = now()
    rows = [
        {
            "name": name,
            "lane": lane,
            "payload": dict(payload),
            "attempts": 0,
            "created_at": moment,
            "due_at": moment,
        }
        for payload in payloads
    ]
    if rows:
        db.session().connection().execute(insert(Job), rows)


def carry_out(job_id: int) -> bool:
    """Claim the job and run its handler; whether it was this call that did it.

    A claim is a lease: when its holder dies, the job is due again after LEASE. A failing handler is tried again
    after 15 s, 30 s, 60 s …; after MOST_ATTEMPTS the job rests as a dead letter.
    """
    claimed = _claim(job_id)
    if claimed is None:
        return False
    name, payload, attempts = claimed
    try:
        part(Handlers)(name)(payload)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is written down with its job
        _log.exception("job %s (%s) failed, attempt %s", job_id, name, attempts)
        _fail(job_id, attempts, error)
        return False
    with transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(done_at=now(), dead_at=None, error=None))
    return True


def due(limit: int = 500) -> list[int]:
    """Ids of queue jobs whose time has come, oldest first."""
    rows = select(Job.id).where(Job.lane == Lane.QUEUE, *_waiting()).order_by(Job.due_at).limit(limit)
    return list(db.session.scalars(rows))


def of_lane(lane: Lane, limit: int) -> list[tuple[int, Payload]]:
    """Ids and payloads of the jobs that wait in a lane without a queue, oldest first."""
    rows = select(Job.id, Job.payload).where(Job.lane == lane, *_waiting()).order_by(Job.id).limit(limit)
    return [(job_id, payload) for job_id, payload in db.session.execute(rows)]


def finish(job_ids: Sequence[int]) -> None:
    """End jobs that were carried out together."""
    with transaction() as session:
        session.execute(update(Job).where(Job.id.in_(job_ids)).values(done_at=now(), error=None))


def put_off(job_ids: Sequence[int], error: Exception) -> None:
    """Try jobs of a lane without a queue later, as `carry_out` does with one that failed."""
    again = update(Job).where(Job.id.in_(job_ids), *_open()).values(attempts=Job.attempts + 1)
    with transaction() as session:
        for job_id, attempts in session.execute(again.returning(Job.id, Job.attempts)).all():
            session.execute(update(Job).where(Job.id == job_id).values(_after(attempts, error)))


def bury() -> int:
    """Rest, as dead letters, jobs that took their worker with them MOST_ATTEMPTS times; how many."""
    ended = update(Job).where(*_open(), Job.due_at <= now(), Job.attempts >= MOST_ATTEMPTS)
    with transaction() as session:
        values = {"dead_at": now(), "error": "every attempt ended with its worker"}
        return session.connection().execute(ended.values(values)).rowcount


def retry(job_id: int | None = None) -> int:
    """Wake one dead letter, or all of them; how many were woken."""
    woken = update(Job).where(Job.dead_at.is_not(None)).values(dead_at=None, attempts=0, due_at=now())
    with transaction() as session:
        result = session.connection().execute(woken if job_id is None else woken.where(Job.id == job_id))
        return result.rowcount


def sweep(older_than: timedelta = timedelta(days=7)) -> int:
    """Forget jobs done more than `older_than` ago; how many went."""
    with transaction() as session:
        return session.connection().execute(delete(Job).where(Job.done_at < now() - older_than)).rowcount


def _open() -> tuple[ColumnElement[bool], ...]:
    return (Job.done_at.is_(None), Job.dead_at.is_(None))


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return (*_open(), Job.due_at <= now(), Job.attempts < MOST_ATTEMPTS)


def _claim(job_id: int) -> tuple[str, Payload, int] | None:
    with transaction() as session:
        taken = session.execute(
            update(Job)
            .where(Job.id == job_id, *_waiting())
            .values(due_at=now() + LEASE, attempts=Job.attempts + 1)
            .returning(Job.name, Job.payload, Job.attempts)
            .execution_options(synchronize_session=False)
        ).one_or_none()
    return (taken.name, taken.payload, taken.attempts) if taken else None


def _fail(job_id: int, attempts: int, error: Exception) -> None:
    db.session.rollback()
    with transaction() as session:
        # A holder whose lease ran out says nothing any more: the next one does.
        held = update(Job).where(Job.id == job_id, Job.attempts == attempts, *_open())
        session.execute(held.values(_after(attempts, error)))


def _after(attempts: int, error: Exception) -> dict[str, Any]:
    """What a failed attempt leaves in its row."""
    text = f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS]
    values = {"error": text, "due_at": now() + FIRST_DELAY * 2 ** (attempts - 1)}
    return {**values, "dead_at": now()} if attempts >= MOST_ATTEMPTS else values
