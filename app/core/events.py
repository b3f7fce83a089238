"""Something happened. Handlers run inside the transaction that caused it, and only write rows."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app

from app.core.db import db

_HANDLERS = "bartack.handlers"
_PENDING = "bartack.events"


class Event:
    """Base of every event: a frozen dataclass of ids, named by a past participle."""

    __slots__ = ()


def on(app: Flask, kind: type[Event], handler: Callable[[Any], None]) -> None:
    """Let `handler` hear every event of `kind`; wiring is the only caller."""
    app.extensions.setdefault(_HANDLERS, {}).setdefault(kind, []).append(handler)


def emit(event: Event) -> None:
    """Say what happened; handlers hear it just before the transaction commits.

    Raises RuntimeError outside a transaction.
    """
    info = db.session().info
    if _PENDING not in info:
        raise RuntimeError(f"{type(event).__name__} was emitted outside a transaction")
    info[_PENDING].append(event)


def collect() -> None:
    """Begin to gather events in this session (called by `transaction`)."""
    db.session().info[_PENDING] = []


def deliver() -> None:
    """Tell the handlers, and go on until they emit nothing more (called by `transaction`)."""
    handlers = current_app.extensions.get(_HANDLERS, {})
    pending = db.session().info[_PENDING]
    while pending:
        event = pending.pop(0)
        for handler in handlers.get(type(event), ()):
            handler(event)


def forget() -> None:
    """End gathering (called by `transaction`)."""
    db.session().info.pop(_PENDING, None)
