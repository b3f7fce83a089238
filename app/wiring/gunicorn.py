"""How gunicorn serves Bartack (`gunicorn --config python:app.wiring.gunicorn wsgi:app`)."""

from typing import Any

from app.config import load, port
from app.core.parts import part
from app.forum.readings import Readings, Recorder
from app.search.misses import Misses
from app.wiring.factory import ROOT
from app.wiring.warming import warm

_settings = load(ROOT / ".env")

bind = f"127.0.0.1:{port()}"
workers = _settings.web_workers
worker_class = "gthread"
threads = 4
preload_app = True
# Whose forwarded addresses count is `TrustedProxies`' business; gunicorn would believe anybody on this machine.
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}
control_socket_disable = True
timeout = 30
graceful_timeout = 20
# Requests above this many let a worker begin anew, a few at a time, so that no leak lasts.
max_requests = 20_000
max_requests_jitter = 2_000


def when_ready(server: Any) -> None:
    """Before the first fork, so that all processes share it."""
    warm(server.app.wsgi())


def post_worker_init(worker: Any) -> None:
    """Each serving process writes down what it counts; begun after the fork, which no thread survives."""
    with worker.wsgi.app_context():
        worker.recorders = [Recorder(worker.wsgi, counted) for counted in (part(Readings), part(Misses))]
    for recorder in worker.recorders:
        recorder.start()


def worker_exit(_server: object, worker: Any) -> None:
    """What was counted since the last minute is written before the process ends."""
    for recorder in getattr(worker, "recorders", ()):
        recorder.stop()
