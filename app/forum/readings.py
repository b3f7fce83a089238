"""Counting who reads what: in memory, and from there into the tables at most once a minute.

Reading changes nothing in the database at that moment. What a process has counted and not yet written is lost when it is
killed; telemetry may be. A process knows whom it has counted, not whom others have: with several of them one
reader may count once in each. Neither addresses nor readers are kept, only a keyed hash until the day is over.
"""

import hashlib
import logging
import re
import secrets
import threading
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Protocol

from flask import Flask
from sqlalchemy import bindparam, delete, func, select, tuple_, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.transaction import transaction
from app.forum.models import AccountDay, Thread, ThreadReading

EVERY_SECONDS = 60.0
KEPT = timedelta(days=60)
MOST_REMEMBERED = 200_000
"""Pairs of reader and thread a process remembers on one day, some 20 MB; what comes after is not counted."""
MOST_WRITTEN = 500

_ROBOT = re.compile(r"bot\b|crawl|spider|slurp|preview|monitor|curl|wget|python", re.IGNORECASE)
_log = logging.getLogger(__name__)

Counts = Mapping[tuple[int, date], int]


class Counted(Protocol):
    """Something that is counted in memory."""

    def write(self) -> None:
        """Add what was counted to the tables."""
        ...


def is_robot(agent: str) -> bool:
    """Whether a browser is none by its own word, or says nothing."""
    return not agent or _ROBOT.search(agent) is not None


class Readings:
    """What one process has counted and not written yet. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._salt = secrets.token_bytes(16)
        self._day = now().date()
        self._known: set[tuple[int, bytes]] = set()
        self._readers: Counter[tuple[int, date]] = Counter()
        self._threads_read: Counter[tuple[int, date]] = Counter()

    def note(self, actor: Actor, thread_id: int, *, address: str, agent: str) -> None:
        """Somebody opened a thread. Counted once a reader, thread and day; robots are no readers."""
        if not actor.signed_in and is_robot(agent):
            return
        day = now().date()
        who = f"account:{actor.id}" if actor.signed_in else f"{address}\n{agent}"
        reader = hashlib.blake2b(who.encode(), key=self._salt, digest_size=8).digest()
        with self._lock:
            if day != self._day:
                self._day, self._salt = day, secrets.token_bytes(16)
                self._known.clear()
            if (thread_id, reader) in self._known or len(self._known) >= MOST_REMEMBERED:
                return
            self._known.add((thread_id, reader))
            self._readers[thread_id, day] += 1
            if actor.id is not None:
                self._threads_read[actor.id, day] += 1

    def write(self) -> None:
        """Add what was counted to the tables; what could not be written is counted on."""
        with self._lock:
            readers, self._readers = self._readers, Counter()
            threads_read, self._threads_read = self._threads_read, Counter()
        if not readers:
            return
        try:
            _add(readers, threads_read)
        except BaseException:
            with self._lock:
                self._readers.update(readers)
                self._threads_read.update(threads_read)
            raise


class Recorder:
    """The thread that writes what a serving process counts. Tests and commands have none."""

    def __init__(self, app: Flask, counted: Counted, every_seconds: float = EVERY_SECONDS) -> None:
        self._app = app
        self._counted = counted
        self._every = every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        """Begin; after the process has forked, for threads do not survive that."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, then end."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            last = self._stop.wait(self._every)
            try:
                with self._app.app_context():
                    self._counted.write()
            except Exception:  # noqa: BLE001 - a database that is away for a minute must not end the counting
                _log.exception("what was counted could not be written; it is kept")
            if last:
                return


def readers_since(thread_id: int, day: date) -> int:
    """How many people opened a thread after `day`, each counted once a day."""
    counted = select(func.sum(ThreadReading.readers)).where(
        ThreadReading.thread_id == thread_id, ThreadReading.day > day
    )
    return db.session.scalar(counted) or 0


def days_of(account_ids: Collection[int], since: date | None) -> dict[int, tuple[int, int]]:
    """On how many days each person was here, from `since` on or as long as days are kept, and how many threads they read."""
    rows = (
        select(AccountDay.account_id, func.count(), func.sum(AccountDay.threads_read))
        .where(AccountDay.account_id.in_(account_ids))
        .group_by(AccountDay.account_id)
    )
    if since:
        rows = rows.where(AccountDay.day >= since)
    return {account_id: (present, int(read or 0)) for account_id, present, read in db.session.execute(rows)}


def sweep_readings() -> None:
    """Forget how much was read longer ago than KEPT. The days people were here have a sweep of their own."""
    with transaction() as session:
        session.execute(delete(ThreadReading).where(ThreadReading.day < now().date() - KEPT))


def sweep_days(before: date, *, but: int) -> None:
    """Forget on which days before that one people were here, `but` the first so many days of each."""
    nth = func.row_number().over(partition_by=AccountDay.account_id, order_by=AccountDay.day)
    days = select(AccountDay.account_id, AccountDay.day, nth.label("nth")).where(AccountDay.day < before)
    numbered = days.subquery()
    more = select(numbered.c.account_id, numbered.c.day).where(numbered.c.nth > but)
    with transaction() as session:
        session.execute(
            delete(AccountDay)
            .where(tuple_(AccountDay.account_id, AccountDay.day).in_(more))
            .execution_options(synchronize_session=False)
        )


def _add(readers: Counts, threads_read: Counts) -> None:
    """In one order, so that two processes do not wait for each other, and in small transactions."""
    threads = [{"thread": key[0], "on": key[1], "more": more} for key, more in sorted(readers.items())]
    people = [{"account": key[0], "on": key[1], "more": more} for key, more in sorted(threads_read.items())]
    for begin in range(0, max(len(threads), len(people)), MOST_WRITTEN):
        some, several = threads[begin : begin + MOST_WRITTEN], people[begin : begin + MOST_WRITTEN]
        with transaction() as session:
            connection = session.connection()
            # One that has gone meanwhile must not keep all the others from being written.
            there = set(
                session.scalars(select(Thread.id).where(Thread.id.in_([row["thread"] for row in some])))
            )
            some = [row for row in some if row["thread"] in there]
            if some:
                rows = [{"thread_id": row["thread"], "day": row["on"], "readers": 0} for row in some]
                connection.execute(insert_ignoring(ThreadReading), rows)
                at = (ThreadReading.thread_id == bindparam("thread"), ThreadReading.day == bindparam("on"))
                more = {"readers": ThreadReading.readers + bindparam("more")}
                connection.execute(update(ThreadReading).where(*at).values(more), some)
            if several:
                rows = [
                    {"account_id": row["account"], "day": row["on"], "threads_read": 0} for row in several
                ]
                connection.execute(insert_ignoring(AccountDay), rows)
                on = (AccountDay.account_id == bindparam("account"), AccountDay.day == bindparam("on"))
                read = {"threads_read": AccountDay.threads_read + bindparam("more")}
                connection.execute(update(AccountDay).where(*on).values(read), several)
