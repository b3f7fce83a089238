"""The only clock. Tables, tokens and tests all ask here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Let `now()` answer `at` inside the block (seeding a past, and tests)."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)
