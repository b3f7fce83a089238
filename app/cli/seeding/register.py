"""Who and what the town has so far, by the keys of its files."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.accounts.actor import Actor
from app.accounts.queries import actor_of


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened in the town, and when."""

    at: datetime
    do: Callable[[], object]


@dataclass(slots=True)
class Register:
    """Ids by key; a question's own key in `posts` is its opening post. `now` is when the town is filled."""

    now: datetime
    people: dict[str, int] = field(default_factory=dict)
    threads: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """As whom they act at this moment. Raises KeyError for a stranger."""
        actor = actor_of(self.people[name])
        if actor is None:
            raise KeyError(name)
        return actor

    def ago(self, hours: float) -> datetime:
        return self.now - timedelta(hours=hours)


def token(key: str) -> str:
    """Of the form that something was sent with."""
    return f"demo {key}"


def chance(*facts: object) -> float:
    """At least 0 and below 1; the same for the same facts, so that every town is the same."""
    digest = hashlib.sha256("\n".join(map(str, facts)).encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48
