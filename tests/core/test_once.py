"""A form that arrives twice is one submission with one answer."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import clock, once
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Tag

TOKEN = "t" * 24
AT_ONCE = 20


def _submit(token: str = TOKEN, who: str = "account:1") -> int:
    """Make a row, once; its id."""
    with transaction() as session:
        if (known := once.replayed(token, who)) is not None:
            return known
        made = session.scalar(select(func.count()).select_from(Tag)) or 0
        row = Tag(name=f"tag-{made}")
        session.add(row)
        session.flush()
        once.settle(token, who, row.id)
        return row.id


def _rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Tag)) or 0


def test_twenty_at_once_are_one_row_and_twenty_equal_results(app: Flask) -> None:
    barrier, results, failed = threading.Barrier(AT_ONCE), [], []

    def submit() -> None:
        with app.app_context():
            barrier.wait()
            try:
                results.append(_submit())
            except Exception as error:  # noqa: BLE001 - a thread must tell its test
                failed.append(error)

    threads = [threading.Thread(target=submit) for _request in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert _rows() == 1
    assert results == [db.session.scalar(select(Tag.id))] * AT_ONCE


def test_another_token_is_another_submission(app: Flask) -> None:
    assert _submit("a" * 24) != _submit("b" * 24)


def test_one_persons_token_answers_nobody_else(app: Flask) -> None:
    assert _submit(who="account:1") != _submit(who="account:2")
    assert _rows() == 2


def test_what_failed_may_be_sent_again(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        assert once.replayed(TOKEN, "account:1") is None
        raise ZeroDivisionError
    assert once.result(TOKEN, "account:1") is None
    first = _submit()
    assert _submit() == first
    assert _rows() == 1


def test_what_came_of_it(app: Flask) -> None:
    assert once.result(TOKEN, "account:1") is None
    made = _submit()
    assert once.result(TOKEN, "account:1") == made
    assert once.result(TOKEN, "account:2") is None
    assert once.result("u" * 24, "account:1") is None


def test_tokens_are_kept_a_week_and_not_as_they_are(app: Flask) -> None:
    _submit()
    (key,) = db.session.scalars(select(once.Submission.key))
    assert TOKEN not in key
    for later, left in ((timedelta(days=6), 1), (timedelta(days=8), 0)):
        with clock.frozen(clock.now() + later), transaction():
            once.sweep()
        assert db.session.scalar(select(func.count()).select_from(once.Submission)) == left
