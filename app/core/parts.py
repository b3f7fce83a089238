"""The parts wiring joined: a room asks for what it declared in its `ports.py`."""

from typing import TypeVar, cast

from flask import Flask, current_app

Port = TypeVar("Port")
_PARTS = "bartack.parts"


def put(app: Flask, port: type[Port], implementation: Port) -> None:
    """Let `implementation` answer for `port` in `app`."""
    app.extensions.setdefault(_PARTS, {})[port] = implementation


def part(port: type[Port]) -> Port:
    """What answers for `port` in the current app. Raises KeyError when nothing was joined."""
    return cast(Port, current_app.extensions[_PARTS][port])
