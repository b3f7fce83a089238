"""The head of the chain, written down daily beside the database.

A chain says nothing of entries that were cut off at its end. Its head does: the number and seal of the newest entry as it
was on a day, in a file that is copied elsewhere.
"""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.config import Settings
from app.core.clock import now
from app.core.db import db
from app.core.parts import part

FILE = "audit-heads.txt"
PARTS = 3
SEAL_CHARACTERS = 64
AT_ONCE = 500


class Head(NamedTuple):
    """The newest entry of a day (UTC): its number and its hash."""

    day: date
    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.number} {self.hash}"


class NoHead(ValueError):
    """A line of the file that says no head; its number, counted from 1."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def heads_file() -> Path:
    return part(Settings).data_dir / FILE


def head() -> Head | None:
    """The head as it is now; None while nothing was written into the log."""
    newest = select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    row = db.session.execute(newest).one_or_none()
    return Head(now().date(), row.id, row.hash) if row else None


def write_head() -> bool:
    """Append today's head to the file, once a day however often it is asked; whether it was. It is on the disk then."""
    path = heads_file()
    with FileLock(f"{path}.lock"):
        before = path.read_text(encoding="ascii", errors="replace") if path.exists() else ""
        newest = head()
        if newest is None or before.rpartition("\n")[0].rpartition("\n")[2].startswith(f"{newest.day} "):
            return False
        # A line that a full disk cut short must not take this one with it.
        line = f"{'' if not before or before.endswith(chr(10)) else chr(10)}{newest}\n"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
    return True


def written(path: Path) -> Iterator[Head]:
    """The heads in a file, in its order; none when there is no file. Raises NoHead."""
    if not path.exists():
        return
    with path.open(encoding="ascii", errors="replace") as file:
        for place, line in enumerate(file, start=1):
            if line.strip():
                yield _read(place, line)


def first_missing(heads: list[Head]) -> Head | None:
    """The first of these that the chain does not hold; None when all are there."""
    for begin in range(0, len(heads), AT_ONCE):
        some = heads[begin : begin + AT_ONCE]
        there = select(AuditEntry.id, AuditEntry.hash).where(
            AuditEntry.id.in_([each.number for each in some])
        )
        seals = {row.id: row.hash for row in db.session.execute(there)}
        for each in some:
            if seals.get(each.number) != each.hash:
                return each
    return None


def _read(place: int, line: str) -> Head:
    parts = line.split()
    try:
        day, number, seal = date.fromisoformat(parts[0]), int(parts[1]), parts[2]
    except (ValueError, IndexError):
        raise NoHead(place) from None
    if len(parts) != PARTS or len(seal) != SEAL_CHARACTERS or number < 1:
        raise NoHead(place)
    return Head(day, number, seal)
