"""The only place that commits."""

import logging
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from app.core import events
from app.core.db import db

_AFTER = "bartack.after_commit"
_LAST = "bartack.last"
_GATHERED = "bartack.gathered"
_HELD = "bartack.held"
_log = logging.getLogger(__name__)


@contextmanager
def transaction() -> Iterator[Session]:
    """One change of the world: rows, what follows from them, one commit.

    Ends the read transaction that was open, begins a writing one (on SQLite with its lock, so waiting happens
    here and at most for the busy timeout), delivers events, runs what was `gather`ed, then what was left for `at_last`,
    commits, then runs what `on_commit` was given.
    An exception rolls all of it back. Raises RuntimeError when nested.
    """
    session = db.session()
    if _AFTER in session.info:
        raise RuntimeError("a transaction is already open; operations do not call operations")
    session.rollback()
    after: list[Callable[[], None]] = []
    session.info[_AFTER] = after
    last: list[Callable[[], None]] = []
    session.info[_LAST] = last
    gathered: dict[Callable[[list[Any]], None], dict[Hashable, None]] = {}
    session.info[_GATHERED] = gathered
    session.info[_HELD] = set()
    events.collect()
    try:
        session.connection(execution_options={"bartack_write": True})
        yield session
        events.deliver()
        for take, things in gathered.items():
            take(list(things))
        for callback in last:
            callback()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        events.forget()
        del session.info[_AFTER], session.info[_LAST], session.info[_GATHERED], session.info[_HELD]
    for callback in after:
        try:
            callback()
        except Exception:  # noqa: BLE001 - whatever it is, it is logged, and
            # what is committed stays committed: the sweep brings later what this callback could not.
            _log.exception("after-commit callback failed")


def gather(callback: Callable[[list[Any]], None], thing: Hashable) -> None:
    """Run `callback` once in the open transaction when all else in it is done, with everything gathered for it.

    Each thing comes once. What is left for `at_last` is done after it. Raises RuntimeError outside a transaction.
    """
    gathered = db.session().info.get(_GATHERED)
    if gathered is None:
        raise RuntimeError("nothing can be gathered outside transaction()")
    gathered.setdefault(callback, {})[thing] = None


@contextmanager
def savepoint() -> Iterator[None]:
    """A part of the open transaction: an exception undoes what was changed inside, and nothing else."""
    session = db.session()
    held = set(session.info[_HELD])
    try:
        with session.begin_nested():
            yield
    except BaseException:
        session.info[_HELD] = held
        raise


def holds(lock: Hashable) -> bool:
    """Whether the open transaction holds `lock`, as it does once this was asked: whoever hears no takes it of the database.

    For locks that last until the transaction ends, so that each is asked for once. It goes with the `savepoint` it was
    taken in. Outside a transaction nobody holds anything.
    """
    held = db.session().info.get(_HELD)
    if held is None:
        return False
    before = lock in held
    held.add(lock)
    return before


def at_last(callback: Callable[[], None]) -> None:
    """Run `callback` in the open transaction when all else in it is done: for a lock that everybody wants.

    Whoever holds it waits for nothing any more. Raises RuntimeError outside a transaction.
    """
    callbacks = db.session().info.get(_LAST)
    if callbacks is None:
        raise RuntimeError("nothing can be left for the end outside transaction()")
    callbacks.append(callback)


def on_commit(callback: Callable[[], None]) -> None:
    """Run `callback` once the open transaction has been committed; its failure changes nothing."""
    db.session().info[_AFTER].append(callback)


@event.listens_for(Session, "before_flush")
def _only_in_a_transaction(session: Session, _context: UOWTransaction, _instances: object) -> None:
    if session is db.session() and _AFTER not in session.info:
        raise RuntimeError("rows were changed outside transaction()")
