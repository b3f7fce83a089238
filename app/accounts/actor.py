"""Who acts: the frozen facts every policy decides on."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

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

    `tz` is an IANA zone and `locale` a language Babel knows. A suspension that is over has `suspended_until` in
    the past.
    """

    id: int | None
    role: Role
    trust: int
    locale: str
    tz: str
    suspended_until: datetime | None = None
    suspended_because: str = ""

    def using(self, form: str) -> str:
        """Whose form token it is, for `once`: a token of one form is none of another's."""
        return f"account:{self.id} {form}"

    @property
    def signed_in(self) -> bool:
        return self.id is not None

    @property
    def is_suspended(self) -> bool:
        return self.suspended_until is not None and now() < self.suspended_until

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
    suspended_until: datetime | None,
    suspended_because: str,
) -> Actor:
    """The actor of an account's row. Staff who are suspended act as members: they read, and decide nothing."""
    actor = Actor(account_id, role, trust, locale, tz, suspended_until, suspended_because)
    return replace(actor, role=Role.MEMBER) if actor.is_suspended and actor.is_staff else actor


ANONYMOUS = Actor(id=None, role=Role.VISITOR, trust=0, locale="en", tz="Europe/London")
