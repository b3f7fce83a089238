"""What is sent to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from app.core.db import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every SQL statement sent inside the block, each on one line."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(" ".join(statement.split()))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def only_reads(statement: str) -> bool:
    """Whether this can have changed no row; a statement that may only look as if it could counts as one that can."""
    return statement.startswith(("SELECT ", "BEGIN", "PRAGMA ", "SAVEPOINT ", "RELEASE ", "ROLLBACK"))
