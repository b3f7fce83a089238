"""The site as it runs in earnest: its own processes, on a free port of this machine."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
WEB = ("gunicorn", "--config", "python:app.wiring.gunicorn", "wsgi:app")
WORKER = ("flask", "worker")
PATIENCE_SECONDS = 60


def environment(database_url: str, folder: Path) -> dict[str, str]:
    """What they read of their surroundings: nothing of ours but what is said here."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BARTACK_")}
    return {
        **kept,
        "PORT": str(port),
        "BARTACK_DATA_DIR": str(folder),
        "BARTACK_DATABASE_URL": database_url,
        "BARTACK_SECRET_KEY": "k" * 40,
        "BARTACK_BASE_URL": f"http://127.0.0.1:{port}",
        "BARTACK_LIMITS": "off",
        "BARTACK_WEB_WORKERS": "2",
    }


@contextmanager
def running(log: Path, settings: dict[str, str], *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a module of this Python until the block ends."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env=settings, stdout=out, stderr=out
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE_SECONDS)
