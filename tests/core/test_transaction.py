"""One change of the world: all of it or nothing, and only here."""

import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import event, func, insert, select, update

from app.core import events
from app.core.clock import now
from app.core.db import db
from app.core.once import Submission
from app.core.transaction import at_last, holds, on_commit, savepoint, transaction
from app.jobs.models import Job
from app.jobs.operations import enqueue


@dataclass(frozen=True, slots=True)
class Happened(events.Event):
    key: str


class Unwell(Exception):
    """What a test raises in the middle."""


def _row(key: str, result: int = 0) -> Submission:
    return Submission(key=key, result=result, created_at=now())


def _committed(table: type = Submission) -> int:
    """Rows as another connection sees them."""
    with db.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What is sent to the database from here on."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement.split("\n", maxsplit=1)[0])

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def test_it_commits_at_its_end(app: Flask) -> None:
    with transaction() as session:
        session.add(_row("a"))
        session.flush()
        assert _committed() == 0
    assert _committed() == 1


def test_nested_is_refused_and_rolls_the_outer_one_back(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="already open"), transaction() as session:
        session.add(_row("a"))
        with transaction():
            pytest.fail("it was let in")
    assert _committed() == 0


def test_rolling_back_loses_row_event_and_job_together(app: Flask) -> None:
    heard: list[str] = []
    events.on(app, Happened, lambda happened: heard.append(happened.key))
    with pytest.raises(Unwell), transaction() as session:
        session.add(_row("a"))
        session.flush()
        events.emit(Happened("a"))
        enqueue("notifications.mail", {"notification_id": 1})
        raise Unwell
    assert (heard, _committed(), _committed(Job)) == ([], 0, 0)


def test_a_handler_that_fails_takes_all_of_it_along(app: Flask) -> None:
    def write_and_fail(_event: Happened) -> None:
        enqueue("notifications.mail", {"notification_id": 1})
        raise Unwell

    events.on(app, Happened, write_and_fail)
    with pytest.raises(Unwell), transaction() as session:
        session.add(_row("a"))
        events.emit(Happened("a"))
    assert (_committed(), _committed(Job)) == (0, 0)


def test_after_a_failure_the_next_one_works(app: Flask) -> None:
    called: list[str] = []
    with pytest.raises(Unwell), transaction():
        on_commit(lambda: called.append("lost"))
        raise Unwell
    assert not db.session().in_transaction(), "its lock is still held"
    with transaction() as session:
        session.add(_row("a"))
    assert (called, _committed()) == ([], 1)


def test_rows_changed_outside_are_refused(app: Flask) -> None:
    with transaction() as session:
        session.add(_row("a"))
    db.session.get_one(Submission, "a").result = 5
    with pytest.raises(RuntimeError, match=r"outside transaction\(\)"):
        db.session.flush()
    db.session.rollback()
    db.session.add(_row("b"))
    with pytest.raises(RuntimeError, match=r"outside transaction\(\)"):
        db.session.scalar(select(Submission.key))
    db.session.rollback()


def test_statements_outside_are_never_committed(app: Flask) -> None:
    db.session.execute(insert(Submission).values(key="a", created_at=now()))
    db.session.remove()
    with transaction():
        pass
    assert _committed() == 0


def test_after_the_commit_it_calls_back_in_order(app: Flask) -> None:
    seen: list[tuple[str, int]] = []
    with transaction() as session:
        on_commit(lambda: seen.append(("first", _committed())))
        on_commit(lambda: seen.append(("second", _committed())))
        session.add(_row("a"))
        assert seen == []
    assert seen == [("first", 1), ("second", 1)]


def test_a_call_back_that_fails_changes_nothing(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[str] = []

    def fail() -> None:
        raise Unwell

    with caplog.at_level(logging.ERROR), transaction() as session:
        on_commit(fail)
        on_commit(lambda: seen.append("the one after"))
        session.add(_row("a"))
    assert (seen, _committed()) == (["the one after"], 1)
    assert "after-commit callback failed" in caplog.text


def test_a_call_back_may_open_one_of_its_own(app: Flask) -> None:
    def write() -> None:
        with transaction() as session:
            session.add(_row("b"))

    with transaction() as session:
        on_commit(write)
        session.add(_row("a"))
    assert _committed() == 2


def test_it_sees_what_others_committed_since_the_page_was_read(app: Flask) -> None:
    assert db.session.scalar(select(func.count()).select_from(Submission)) == 0
    with db.engine.begin() as connection:
        connection.execute(insert(Submission).values(key="theirs", created_at=now()))
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Submission)) == 1


def test_on_sqlite_a_writer_takes_its_lock_first(app: Flask, statements: list[str]) -> None:
    db.session.scalar(select(Submission.key))
    with transaction() as session:
        session.add(_row("a"))
    begun = [statement for statement in statements if statement.startswith("BEGIN")]
    assert begun == (["BEGIN", "BEGIN IMMEDIATE"] if db.engine.dialect.name == "sqlite" else [])


def test_writers_at_once_lose_nothing(app: Flask) -> None:
    """Each reads, then writes what it read and one more."""
    with transaction() as session:
        session.add(_row("a"))
    writers, rounds = 6, 5
    barrier, failed = threading.Barrier(writers), []

    def count() -> None:
        with app.app_context():
            barrier.wait()
            try:
                for _round in range(rounds):
                    db.session.scalar(select(Submission.result))
                    with transaction() as session:
                        row = select(Submission).where(Submission.key == "a").with_for_update()
                        session.execute(row).scalar_one().result += 1
            except Exception as error:  # noqa: BLE001 - a thread must tell its test
                failed.append(error)

    threads = [threading.Thread(target=count) for _writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    db.session.rollback()
    assert db.session.scalar(select(Submission.result)) == writers * rounds


def test_two_people_have_transactions_of_their_own(app: Flask) -> None:
    """One is not in another's only because it is open at the same time."""
    begun, finish, outcome = threading.Event(), threading.Event(), []

    def other() -> None:
        with app.app_context():
            begun.wait(5)
            outcome.append(db.session.scalar(select(func.count()).select_from(Submission)))
            db.session.rollback()
            finish.set()

    thread = threading.Thread(target=other)
    thread.start()
    with transaction() as session:
        session.add(_row("a"))
        session.flush()
        session.execute(update(Submission).values(result=1))
        begun.set()
        assert finish.wait(5)
    thread.join()
    assert outcome == [0]


def test_what_is_left_for_the_end_comes_after_handlers_and_goes_with_a_rollback(app: Flask) -> None:
    told: list[str] = []
    events.on(app, Happened, lambda _event: told.append("heard"))
    with transaction():
        at_last(lambda: told.append("last"))
        events.emit(Happened("one"))
        told.append("done")
    assert told == ["done", "heard", "last"]
    with pytest.raises(ValueError, match="no"), transaction():
        at_last(lambda: told.append("never"))
        raise ValueError("no")
    assert "never" not in told
    with pytest.raises(RuntimeError, match="outside transaction"):
        at_last(lambda: None)


def test_a_lock_is_held_to_the_end_of_what_it_was_taken_in(app: Flask) -> None:
    assert [holds("tags"), holds("tags")] == [False, False]
    with transaction():
        assert [holds("tags"), holds("tags"), holds("thread")] == [False, True, False]
        with savepoint():
            assert [holds("tags"), holds("post")] == [True, False]
        with suppress(Unwell), savepoint():
            assert [holds("post"), holds("person")] == [True, False]
            raise Unwell
        assert [holds("post"), holds("person")] == [True, False]
    with transaction():
        assert holds("tags") is False
