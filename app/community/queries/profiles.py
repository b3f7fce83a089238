"""Who somebody is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from app.accounts.actor import Role
from app.accounts.models import Account, AccountState
from app.accounts.queries import Person
from app.community.points import shown
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound
from app.forum.masking import public
from app.forum.queries import person_columns


@dataclass(frozen=True, slots=True)
class Profile:
    """What the page of a person says. Only they and moderators are shown a suspension."""

    person: Person
    since: datetime
    bio: str
    reputation: int
    source: str | None
    suspended_until: datetime | None
    suspended_because: str

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def unclaimed(self) -> bool:
        """Whether they were brought in by an import, and nobody has said to be them."""
        return self.person.state is AccountState.UNCLAIMED

    @property
    def is_suspended(self) -> bool:
        return self.suspended_until is not None and now() < self.suspended_until

    @property
    def badge(self) -> Role | None:
        """The role that is worth saying."""
        worth_saying = {Role.TRUSTED, Role.MODERATOR, Role.AGENT, Role.ADMIN}
        return self.person.role if self.person.role in worth_saying else None


def profile(name: str) -> Profile:
    """Raises NotFound for unknown names, those who have left, and sign-ups that nobody confirmed."""
    here = or_(
        and_(Account.state == AccountState.ACTIVE, Account.email_confirmed_at.is_not(None)),
        Account.state == AccountState.UNCLAIMED,
    )
    row = db.session.execute(
        select(
            Account.created_at,
            Account.bio,
            Account.reputation,
            Account.source,
            Account.suspended_until,
            Account.suspended_because,
            *person_columns(),
        ).where(Account.name == name.lower(), here)
    ).one_or_none()
    if row is None:
        raise NotFound
    since, bio, reputation, source, until, because, *person = row
    return Profile(Person(*person), since, public(bio), shown(reputation), source, until, because)
