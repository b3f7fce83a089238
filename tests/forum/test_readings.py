"""Counting readers: in memory while they read, in the tables a little later, and nobody twice."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS
from app.core.clock import frozen, now
from app.core.db import db
from app.core.parts import part
from app.forum import readings as counting
from app.forum.models import AccountDay, Thread, ThreadReading
from app.forum.readings import Readings, Recorder, readers_since, sweep_readings
from tests.house.town import changed, rows
from tests.questions.steps import ask, hide, page

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}


def _readers(thread_id: int) -> int:
    db.session.rollback()
    return readers_since(thread_id, now().date() - timedelta(days=30))


def _days() -> list[tuple[int, int]]:
    db.session.rollback()
    days = select(AccountDay.account_id, AccountDay.threads_read).order_by(AccountDay.account_id)
    return [(row.account_id, row.threads_read) for row in db.session.execute(days)]


def test_a_page_counts_once_a_reader_and_writes_later(app: Flask, cast: SimpleNamespace) -> None:
    first, second = ask(cast.alice), ask(cast.alice, "Another question about a coat")
    before = rows()
    for _time in range(3):
        page(cast.bob.client, first)
        page(cast.charlie.client, first)
        page(cast.bob.client, second)
    assert changed(before) == set()
    part(Readings).write()
    assert changed(before) == {"thread_reading", "account_day"}
    assert (_readers(first), _readers(second)) == (2, 1)
    assert _days() == [(cast.bob.id, 2), (cast.charlie.id, 1)]


def test_later_readers_are_added(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    for who in (cast.bob, cast.charlie):
        page(who.client, thread_id)
        part(Readings).write()
    part(Readings).write()
    assert _readers(thread_id) == 2


def test_what_is_not_there_keeps_nothing_from_being_counted(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id, hidden = ask(cast.alice), ask(cast.alice, "Another question about a coat")
    hide(Thread, hidden)
    for path in (f"/questions/{2**31 - 1}", f"/questions/{hidden}/another-question-about-a-coat"):
        assert client.get(path, headers=FIREFOX).status_code == 404
    page(cast.bob.client, thread_id)
    # Nor does one that has gone since it was read.
    part(Readings).note(ANONYMOUS, 2**31 - 1, address="127.0.0.1", agent=FIREFOX["User-Agent"])
    part(Readings).write()
    assert (_readers(thread_id), _readers(hidden)) == (1, 0)
    assert _days() == [(cast.bob.id, 1)]


def test_visitors_count_by_browser_and_robots_do_not(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    url = app.test_client().get(f"/t/{thread_id}").location
    for headers in (
        FIREFOX,
        FIREFOX,
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"User-Agent": "curl/8.5"},
        {"User-Agent": ""},
    ):
        app.test_client().get(url, headers=headers)
    app.test_client().get(url, headers=FIREFOX, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    part(Readings).write()
    assert _readers(thread_id) == 2
    assert _days() == []


def test_a_new_day_counts_anew(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    readings = Readings()
    for days in (0, 0, 1):
        with frozen(now() + timedelta(days=days)):
            readings.note(cast.bob.actor, thread_id, address="", agent="")
    readings.write()
    assert _days() == [(cast.bob.id, 1)] * 2


def test_what_could_not_be_written_is_kept(
    app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread_id = ask(cast.alice)
    readings = Readings()
    readings.note(cast.bob.actor, thread_id, address="", agent="")

    def away(*_counts: object) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(counting, "_add", away)
        with pytest.raises(OSError, match="away"):
            readings.write()
    readings.note(cast.charlie.actor, thread_id, address="", agent="")
    readings.write()
    assert _readers(thread_id) == 2


def test_memory_has_an_end(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST_REMEMBERED", 3)
    readings = Readings()
    for number in range(10):
        readings.note(ANONYMOUS, number, address="192.0.2.7", agent="Firefox")
    assert len(readings._known) == 3


def test_many_are_written_in_batches(
    app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_WRITTEN", 2)
    threads = [ask(cast.alice, f"Question number {number} about a coat") for number in range(5)]
    readings = Readings()
    for thread_id in threads:
        readings.note(cast.bob.actor, thread_id, address="", agent="")
    readings.write()
    assert [_readers(thread_id) for thread_id in threads] == [1] * 5
    assert _days() == [(cast.bob.id, 5)]


def test_what_is_old_is_forgotten_and_days_are_kept(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    for days in (61, 59, 0):
        with frozen(now() - timedelta(days=days)):
            readings = Readings()
            readings.note(cast.bob.actor, thread_id, address="", agent="")
            readings.write()
    sweep_readings()
    db.session.rollback()
    assert len(db.session.scalars(select(ThreadReading)).all()) == 2
    assert len(_days()) == 3


def test_the_recorder_writes_what_is_left_when_it_ends(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    readings = Readings()
    recorder = Recorder(app, readings, every_seconds=600)
    recorder.start()
    readings.note(cast.bob.actor, thread_id, address="", agent="")
    db.session.remove()
    recorder.stop()
    assert _readers(thread_id) == 1
    assert "readings" not in {thread.name for thread in threading.enumerate()}


def test_the_recorder_goes_on_after_trouble(
    app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread_id = ask(cast.alice)
    readings = Readings()
    tried, real = threading.Event(), counting._add

    def fail_once(*counts: object) -> None:
        if not tried.is_set():
            tried.set()
            raise OSError("the database is away")
        real(*counts)  # type: ignore[arg-type]

    monkeypatch.setattr(counting, "_add", fail_once)
    readings.note(cast.bob.actor, thread_id, address="", agent="")
    db.session.remove()
    recorder = Recorder(app, readings, every_seconds=0.01)
    recorder.start()
    assert tried.wait(10)
    recorder.stop()
    assert _readers(thread_id) == 1
