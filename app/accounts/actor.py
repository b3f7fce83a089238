"""Who acts: the frozen facts every policy decides on."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.core.clock import now


class Role(StrEnum):
    VISITOR = "visitor"
    NEW = "new"
    MEMBER = "member"
    TRUSTED = "trusted"
    MODERATOR = "moderator"
    AGENT = "agent"
    ADMIN = "admin"


STAFF = frozenset({Role.MODERATOR, Role.AGENT, Role.ADMIN})
LEVELS = {Role.NEW: 0, Role.MEMBER: 1, Role.TRUSTED: 3} | dict.fromkeys(STAFF, 3)
"""The trust that an operator gives with a role."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person for the length of one request or job; `id` is None for visitors.

    `tz` is an IANA zone and `locale` a language Babel knows. A sanction that is over has its `…_until` in the past.
    """

    id: int | None
    role: Role
    trust: int
    locale: str
    tz: str
    suspended_until: datetime | None = None
    suspended_because: str = ""
    silenced_until: datetime | None = None
    silenced_because: str = ""
    held_until: datetime | None = None
    held_because: str = ""

    def using(self, form: str) -> str:
        """Whose form token it is, for `once`: a token of one form is none of another's."""
        return f"account:{self.id} {form}"

    @property
    def signed_in(self) -> bool:
        return self.id is not None

    @property
    def is_suspended(self) -> bool:
        """Reads, and writes to Support only."""
        return self.suspended_until is not None and now() < self.suspended_until

    @property
    def is_silenced(self) -> bool:
        """Says nothing in public; flags and writes to Support."""
        return self.silenced_until is not None and now() < self.silenced_until

    @property
    def is_held(self) -> bool:
        """What they post waits for a look."""
        return self.held_until is not None and now() < self.held_until

    @property
    def is_moderator(self) -> bool:
        return self.role in {Role.MODERATOR, Role.ADMIN}

    @property
    def is_agent(self) -> bool:
        return self.role in {Role.AGENT, Role.ADMIN}

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF


def actor_from(
    account_id: int,
    role: Role,
    trust: int,
    locale: str,
    tz: str,
    *sanctions: Any,
) -> Actor:
    """The actor of an account's row; `sanctions` are the end and the reason of each, in the order of Actor's fields.

    Staff who are suspended or silenced act as members: they decide nothing.
    """
    actor = Actor(account_id, role, trust, locale, tz, *sanctions)
    barred = actor.is_suspended or actor.is_silenced
    return replace(actor, role=Role.MEMBER) if barred and actor.is_staff else actor


ANONYMOUS = Actor(id=None, role=Role.VISITOR, trust=0, locale="en", tz="Europe/London")
