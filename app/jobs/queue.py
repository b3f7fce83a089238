"""The embedded queue: Huey on SQLite, carrying job ids."""

from pathlib import Path

from flask import Flask
from huey import SqliteHuey

from app.jobs.operations import carry_out


class HueyQueue:
    """A `Queue` in one SQLite file; its consumer calls `carry_out` inside an application context."""

    def __init__(self, app: Flask, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.huey = SqliteHuey("bartack", filename=str(path), results=False, fsync=False)

        def carry_out_in_app(job_id: int) -> None:
            with app.app_context():
                carry_out(job_id)

        self._task = self.huey.task(name="carry_out")(carry_out_in_app)

    def push(self, job_id: int) -> None:
        self._task(job_id)

    def waiting(self) -> int:
        return int(self.huey.pending_count())
