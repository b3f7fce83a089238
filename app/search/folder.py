"""Where the index lies on disk: builds side by side, and one small file that says which of them is the index.

That file is replaced in one step, so a reader sees the old index or the new one; its change tells readers that there
is something new to read.
"""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout

from app.core.clock import now
from app.search.ports import Busy, Unavailable

# Complaints about a younger index are not believed: what breaks searches then is not on disk.
TRUSTED_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class State:
    """What the small file says.

    `files` are the names and sizes in the build when it was last written to. The segments in `owed` hold words that
    nobody may read any more, and are to be written anew.
    """

    build: str
    schema: int
    generation: int
    position: int
    built_at: str
    files: dict[str, int]
    owed: tuple[str, ...]


class Folder:
    """The index's folder; made when it is first written to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._current = path / "current.json"
        self._suspect = path / "suspect"
        self._lock = FileLock(path / "writer.lock")

    @contextmanager
    def writing(self, wait: float) -> Iterator[None]:
        """Hold the writer's lock, which a dying process lets go. Raises Busy."""
        self._path.mkdir(parents=True, exist_ok=True)
        try:
            with self._lock.acquire(timeout=wait):
                yield
        except Timeout:
            raise Busy from None

    def stamp(self) -> tuple[int, int]:
        """Changes whenever the index does. Raises Unavailable."""
        try:
            stat = self._current.stat()
        except FileNotFoundError:
            raise Unavailable("there is none yet") from None
        except OSError as error:
            raise Unavailable(str(error)) from error
        return stat.st_ino, stat.st_mtime_ns

    def state(self) -> State:
        """Raises Unavailable when there is none, or none that can be read."""
        try:
            return State(**json.loads(self._current.read_bytes()))
        except FileNotFoundError:
            raise Unavailable("there is none yet") from None
        except (OSError, ValueError, TypeError) as error:
            raise Unavailable(str(error)) from error

    def build(self, state: State) -> Path:
        return self._path / "builds" / state.build

    def fresh(self) -> Path:
        """A new, empty build; those that came to nothing go."""
        try:
            current = self.state().build
        except Unavailable:
            current = ""
        # What a failed attempt left behind must not fill the disk.
        self._forget_all_but(current)
        path = self._path / "builds" / secrets.token_hex(6)
        path.mkdir(parents=True)
        return path

    def publish(self, state: State) -> None:
        """Let `state` be what is true, and forget other builds."""
        fresh = self._path / f"current.{os.getpid()}"
        with fresh.open("w") as file:
            json.dump(asdict(state), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._current)
        self._forget_all_but(state.build)

    def _forget_all_but(self, current: str) -> None:
        for build in (self._path / "builds").glob("*"):
            if build.name != current:
                shutil.rmtree(build, ignore_errors=True)

    def suspect(self, state: State) -> None:
        """A reader could not read it."""
        if now() - datetime.fromisoformat(state.built_at) > TRUSTED_FOR:
            self._suspect.write_text(state.build)

    def is_suspect(self, state: State) -> bool:
        return self._suspect.exists() and self._suspect.read_text() == state.build


def sizes(build: Path) -> dict[str, int]:
    """The files of a build."""
    return {entry.name: entry.stat().st_size for entry in sorted(build.iterdir()) if entry.is_file()}
