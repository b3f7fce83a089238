"""The real site on a port of this machine, with a worker at its side."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.core.db import db
from app.jobs import operations as jobs
from app.jobs.models import Job
from app.jobs.queries import counts
from app.mail.queries import Letter, letters
from tests.letters import deliver, waiting

ROUND_SECONDS = 0.2
PATIENCE_SECONDS = 60


@dataclass
class Site:
    """The application, where it listens, and what went wrong while nobody looked."""

    app: Flask
    url: str
    mail: Path
    troubles: list[str] = field(default_factory=list)

    def letter(self, to: str, about: str = "", *, beyond: int = 0) -> Letter:
        """The newest letter to `to` whose subject holds `about`; waits for one more than `beyond`."""

        def found() -> list[Letter]:
            return [letter for letter in letters(self.mail) if letter.to == to and about in letter.subject]

        wait_for(lambda: len(found()) > beyond, f"a letter about {about!r} to {to}")
        return found()[0]

    def letters_to(self, to: str) -> list[str]:
        """The subjects of the letters to `to`, newest first."""
        return [letter.subject for letter in letters(self.mail) if letter.to == to]

    def at_rest(self) -> None:
        """Wait until everything that follows from what was done is done."""

        def nothing_waits() -> bool:
            with self.app.app_context():
                return counts()[0] == 0 and not waiting()

        wait_for(nothing_waits, "the worker to have nothing left to do")


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Keeps the tests' output readable."""


@contextmanager
def running(make: Callable[[str], Flask], mail: Path) -> Iterator[Site]:
    """Serve what `make` builds for its address, until the block ends; then say what failed behind the scenes."""
    server = make_server("127.0.0.1", 0, _nothing, threaded=True, request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    app = make(url)
    server.app = app
    site = Site(app, url, mail)
    stop = threading.Event()
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="web"),
        threading.Thread(target=_work, args=(site, stop), name="worker"),
    ]
    for thread in threads:
        thread.start()
    try:
        yield site
    finally:
        stop.set()
        _close(server)
        for thread in threads:
            thread.join()
        with app.app_context():
            site.troubles += [f"job {name}: {error}" for name, error in db.session.execute(_FAILED)]


def wait_for(happened: Callable[[], bool], what: str) -> None:
    """Look again and again, PATIENCE_SECONDS long. Raises TimeoutError naming `what`."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > until:
            raise TimeoutError(f"waited {PATIENCE_SECONDS} s for {what}")
        time.sleep(0.05)


_FAILED = select(Job.name, Job.error).where(Job.error.is_not(None))


def _nothing(_environ: object, _start_response: object) -> list[bytes]:
    raise RuntimeError("nobody listens before the application is there")


def _close(server: BaseWSGIServer) -> None:
    server.shutdown()
    server.server_close()


def _work(site: Site, stop: threading.Event) -> None:
    """What `flask worker` does, in one thread."""
    drain = import_module("app.search.indexing").drain if find_spec("app.search.indexing") else lambda: None
    while not stop.wait(ROUND_SECONDS):
        with site.app.app_context():
            try:
                for job_id in jobs.due():
                    jobs.carry_out(job_id)
                deliver()
                drain()
            except Exception as error:  # noqa: BLE001 - told at the end, where it fails the test
                site.troubles.append(f"worker: {error!r}")
