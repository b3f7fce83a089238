"""Who acts: the frozen facts every policy decides on."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    VISITOR = "visitor"
    NEW = "new"
    MEMBER = "member"
    TRUSTED = "trusted"
    MODERATOR = "moderator"
    AGENT = "agent"
    ADMIN = "admin"


STAFF = frozenset({Role.MODERATOR, Role.AGENT, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Actor:
    """A person for the length of one request or job; `id` is None for visitors.

    `tz` is an IANA zone and `locale` a language Babel knows.
    """

    id: int | None
    role: Role
    trust: int
    locale: str
    tz: str

    def using(self, form: str) -> str:
        """Whose form token it is, for `once`: a token of one form is none of another's."""
        return f"account:{self.id} {form}"

    @property
    def signed_in(self) -> bool:
        return self.id is not None

    @property
    def is_moderator(self) -> bool:
        return self.role in {Role.MODERATOR, Role.ADMIN}

    @property
    def is_agent(self) -> bool:
        return self.role in {Role.AGENT, Role.ADMIN}

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF


ANONYMOUS = Actor(id=None, role=Role.VISITOR, trust=0, locale="en", tz="Europe/London")
