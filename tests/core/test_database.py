"""Times in and out, what SQLite is told, and what the database itself refuses."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import DateTime, Engine, Time, event, func, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from app.core.db import BUSY_TIMEOUT_MS, Model, UtcDateTime, db, insert_ignoring
from app.core.once import Submission
from app.core.transaction import transaction
from app.forum.models import Post, Tag, Thread

NOON = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)


def _stored(moment: datetime) -> datetime:
    with transaction() as session:
        session.add(Submission(key="a", created_at=moment))
    db.session.expire_all()
    return db.session.scalars(select(Submission.created_at)).one()


@pytest.mark.parametrize("hours", [0, 2, -5, 14])
def test_times_come_back_in_utc(app: Flask, hours: int) -> None:
    found = _stored(NOON.astimezone(timezone(timedelta(hours=hours))))
    assert found == NOON
    assert found.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="a time without a zone cannot be stored"):
        _stored(NOON.replace(tzinfo=None))


def test_times_are_compared_as_moments(app: Flask) -> None:
    _stored(NOON)
    in_tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    for moment, found in ((in_tokyo, 1), (in_tokyo + timedelta(seconds=1), 0)):
        rows = select(func.count()).select_from(Submission).where(Submission.created_at >= moment)
        assert db.session.scalar(rows) == found


def test_every_time_in_every_table_is_of_this_type() -> None:
    columns = [column for table in Model.metadata.sorted_tables for column in table.columns]
    assert len([column for column in columns if isinstance(column.type, UtcDateTime)]) > 20
    assert [str(column) for column in columns if isinstance(column.type, DateTime | Time)] == []


@pytest.fixture
def _disk_waited_for(_disk_not_waited_for: Callable[[Any, object], None]) -> Iterator[None]:
    event.remove(Engine, "connect", _disk_not_waited_for)
    yield
    event.listen(Engine, "connect", _disk_not_waited_for)


@pytest.mark.usefixtures("_disk_waited_for")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", BUSY_TIMEOUT_MS), ("foreign_keys", 1)],
)
def test_what_sqlite_is_told(app: Flask, pragma: str, value: object) -> None:
    """On every connection there is, also on one made anew."""
    for _connection in range(2):
        assert db.session.scalar(text(f"PRAGMA {pragma}")) == value
        db.session.remove()
        db.engine.dispose()


def test_a_row_that_points_at_nothing_is_refused(app: Flask) -> None:
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text("INSERT INTO thread_tag (thread_id, tag_id) VALUES (1, 1)"))


def test_a_thread_has_one_opening_post(app: Flask, cast: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError), transaction() as session:
        thread = Thread(
            kind="question",
            state="open",
            space_id=1,
            author_id=cast.alice.id,
            title="Two openings",
            visibility="public",
            created_at=NOON,
            last_activity_at=NOON,
        )
        session.add(thread)
        session.flush()
        post = {
            "thread_id": thread.id,
            "author_id": cast.alice.id,
            "source": "",
            "html": "",
            "pipeline_version": 1,
            "visibility": "public",
            "created_at": NOON,
        }
        session.execute(insert(Post), [post, post])


def test_a_row_that_is_there_is_left_alone(app: Flask) -> None:
    statement = insert_ignoring(Tag).values(name="coats").returning(Tag.id)
    with transaction() as session:
        first = session.connection().execute(statement).scalar()
        again = session.connection().execute(statement).scalar()
    assert first is not None
    assert again is None
    assert db.session.scalar(select(func.count()).select_from(Tag)) == 1
