"""What jobs needs from outside: something that carries ids to the worker, and the handlers by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

Payload = Mapping[str, int | str]


class Queue(Protocol):
    """Carries job ids to the worker, soon. Losing one costs time, never work: the sweep finds the row."""

    def push(self, job_id: int) -> None: ...

    def waiting(self) -> int:
        """How many ids it carries that nobody has taken yet."""
        ...


class Handler(Protocol):
    """Carries out one kind of job; called again with the same payload it changes nothing more."""

    def __call__(self, payload: Payload) -> None: ...


class Handlers(Protocol):
    """Finds the handler of a job by its name. Raises KeyError for a name nobody knows."""

    def __call__(self, name: str) -> Handler: ...


@dataclass(frozen=True, slots=True)
class Loop:
    """Something the worker does again and again, `every` so often, in a thread of its own."""

    name: str
    every: timedelta
    run: Callable[[], object]
