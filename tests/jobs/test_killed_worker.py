"""The worker as a process of its own, killed between the commit and the delivery: the letter still comes, once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select, update

from app.core.clock import frozen, now
from app.core.db import db
from app.core.transaction import transaction
from app.jobs.models import Job
from app.notifications import mailing, operations, timing
from app.notifications.timing import Hours
from tests.notifications.town import Town

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 40


class Postbox:
    """An SMTP server that can hold a letter back for as long as a test likes."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[bytes] = []
        self.reached = threading.Event()
        self.go_on = threading.Event()

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        self.reached.set()
        while not self.go_on.is_set():
            await session.loop.run_in_executor(None, self.go_on.wait, 0.05)
        self.taken.append(envelope.content)
        return "250 taken"


class OnAnyPort(Controller):
    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    box = Postbox()
    server = OnAnyPort(box, hostname="127.0.0.1", port=0)
    server.start()
    box.port = server.port
    yield box
    box.go_on.set()
    server.stop()


class Worker:
    """`flask worker` on a test's database and a postbox."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BARTACK_")}
        self._log = folder / "worker.log"
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "flask", "worker"]
            self.process = subprocess.Popen(
                command, cwd=ROOT, env={**kept, **settings}, stdout=log, stderr=log
            )

    def wait_until(self, happened: Callable[[], Any], what: str) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while not happened():
            if time.monotonic() > until or self.process.poll() is not None:
                pytest.fail(f"waited for {what}; the worker said:\n{self._log.read_text()}")
            time.sleep(0.05)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end, as a supervisor does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=PATIENCE_SECONDS)


@pytest.fixture
def start(postbox: Postbox, database_url: str, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Start a worker; what still runs at the end is killed."""
    started: list[Worker] = []
    settings = {
        "BARTACK_DATA_DIR": str(tmp_path),
        "BARTACK_DATABASE_URL": database_url,
        "BARTACK_SECRET_KEY": "k" * 40,
        "BARTACK_MAIL_URL": f"smtp://127.0.0.1:{postbox.port}",
        "BARTACK_BASE_URL": "http://localhost",
    }

    def run() -> Worker:
        started.append(Worker(tmp_path, settings))
        return started[-1]

    yield run
    for worker in started:
        worker.kill()


def _all_done() -> bool:
    db.session.rollback()
    return not db.session.scalars(select(Job.id).where(Job.done_at.is_(None), Job.lane == "queue")).all()


def _answer(cast: SimpleNamespace) -> None:
    """What becomes a letter of its own at once, also at night."""
    town = Town()
    operations.choose_hours(cast.alice.id, hours=Hours(quiet_from=0, quiet_until=0))
    with frozen(now() - timing.GATHERING):
        town.answer(cast.bob, town.ask(cast.alice))
    mailing.send_due()


def _let_the_lease_end() -> None:
    with transaction() as session:
        session.execute(update(Job).where(Job.done_at.is_(None)).values(due_at=now()))


def test_killed_while_sending_the_letter_comes_once(
    app: Flask, cast: SimpleNamespace, postbox: Postbox, start: Callable[[], Worker]
) -> None:
    first = start()
    _answer(cast)
    first.wait_until(postbox.reached.is_set, "the letter to be on its way")
    first.kill()
    assert not _all_done()
    postbox.reached.clear()
    _let_the_lease_end()
    second = start()
    second.wait_until(postbox.reached.is_set, "the letter to be sent again")
    postbox.go_on.set()
    second.wait_until(_all_done, "the job to be done")
    assert second.stop() == 0
    assert len(postbox.taken) == 1


def test_committed_while_nobody_works_and_the_queue_is_lost_the_letter_comes_once(
    app: Flask, cast: SimpleNamespace, postbox: Postbox, start: Callable[[], Worker], tmp_path: Path
) -> None:
    postbox.go_on.set()
    _answer(cast)
    for file in tmp_path.glob("queue.db*"):
        file.unlink()
    worker = start()
    worker.wait_until(lambda: postbox.taken and _all_done(), "the sweep to find the letter")
    assert worker.stop() == 0
    assert len(postbox.taken) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_told_to_stop_it_finishes_the_letter_it_is_sending(
    app: Flask, cast: SimpleNamespace, postbox: Postbox, start: Callable[[], Worker]
) -> None:
    worker = start()
    _answer(cast)
    worker.wait_until(postbox.reached.is_set, "the letter to be on its way")
    letting_go = threading.Timer(1, postbox.go_on.set)
    letting_go.start()
    assert worker.stop() == 0
    assert postbox.go_on.is_set()
    assert _all_done()
    assert len(postbox.taken) == 1
