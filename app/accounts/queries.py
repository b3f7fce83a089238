"""What other rooms and pages may read of people."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.actor import Actor, Role, actor_from
from app.accounts.browsers import described
from app.accounts.connections import KEPT
from app.accounts.models import Account, AccountState, FormerName, SignInAddress, SignInSession
from app.core.clock import now
from app.core.db import db

NAMES_RESERVED = timedelta(days=365)
"""How long a name that was given up stays its last holder's."""

MOST_NEIGHBOURS = 20


@dataclass(frozen=True, slots=True)
class Person:
    """What is shown of a person."""

    id: int
    name: str
    display_name: str
    role: Role
    state: AccountState

    @property
    def url(self) -> str | None:
        """Their page; None for those who have left."""
        return None if self.state is AccountState.GHOST else url_for("community.person", name=self.name)

    @property
    def official(self) -> bool:
        """Whether what they write may be marked as coming from support."""
        return self.role is Role.AGENT


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody who was signed in from an address that another was, too: `days` on one day with them, lately `last`."""

    person: Person
    days: int
    last: date


@dataclass(frozen=True, slots=True)
class Browser:
    """One browser a person is signed in on, as /me/security lists it."""

    id: int
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime

    @property
    def words(self) -> str:
        return described(self.user_agent)


PERSON_COLUMNS = (Account.id, Account.name, Account.display_name, Account.role, Account.state)
ACTOR_COLUMNS = (
    Account.id,
    Account.role,
    Account.trust,
    Account.locale,
    Account.tz,
    Account.suspended_until,
    Account.suspended_because,
    Account.silenced_until,
    Account.silenced_because,
    Account.held_until,
    Account.held_because,
)


def people(ids: Iterable[int | None]) -> dict[int, Person]:
    """Display facts by id, in one select; unknown ids and None are left out."""
    wanted = {account_id for account_id in ids if account_id is not None}
    if not wanted:
        return {}
    rows = db.session.execute(select(*PERSON_COLUMNS).where(Account.id.in_(wanted)))
    return {row.id: Person(*row) for row in rows}


def person_named(name: str) -> Person | None:
    """The person of this name, any case."""
    row = db.session.execute(select(*PERSON_COLUMNS).where(Account.name == name.lower())).first()
    return Person(*row) if row else None


def once_named(name: str) -> str | None:
    """What the person is called now who gave up this name, within a year."""
    return db.session.scalar(
        select(Account.name)
        .join(FormerName, FormerName.account_id == Account.id)
        .where(FormerName.name == name.lower(), FormerName.given_up_at > now() - NAMES_RESERVED)
    )


def ids_named(names: Collection[str]) -> dict[str, int]:
    """Who is called so, or gave up the name within a year, by name in lower case: people who have a page."""
    wanted = {name.lower() for name in names}
    here = or_(
        and_(Account.state == AccountState.ACTIVE, Account.email_confirmed_at.is_not(None)),
        Account.state == AccountState.UNCLAIMED,
    )
    called = select(Account.name, Account.id).where(Account.name.in_(wanted), here)
    once = (
        select(FormerName.name, Account.id)
        .join(Account, FormerName.account_id == Account.id)
        .where(FormerName.name.in_(wanted), FormerName.given_up_at > now() - NAMES_RESERVED, here)
    )
    return dict(db.session.execute(once.union_all(called)).all()) if wanted else {}


def actor_of(account_id: int) -> Actor | None:
    """The actor a job or a command acts as or asks a policy about; None unless the account is active."""
    row = db.session.execute(
        select(*ACTOR_COLUMNS).where(Account.id == account_id, Account.state == AccountState.ACTIVE)
    ).first()
    return actor_from(*row) if row else None


def address_of(account_id: int) -> str | None:
    """The proven mail address of an active account, for letters."""
    return db.session.scalar(
        select(Account.email).where(Account.id == account_id, Account.state == AccountState.ACTIVE)
    )


def neighbours(account_id: int) -> Sequence[Neighbour]:
    """Who was signed in from the same address in the last thirty days, at most MOST_NEIGHBOURS: most days in common
    first. For moderators only. Two who share a household, a school or a café share an address, too.
    """
    mine, other = aliased(SignInAddress), aliased(SignInAddress)
    since = (now() - KEPT).date()
    together = func.count(case((mine.day == other.day, other.day)).distinct())
    last = func.max(other.day)
    rows = db.session.execute(
        select(*PERSON_COLUMNS, together, last)
        .select_from(mine)
        .join(other, (other.address == mine.address) & (other.account_id != mine.account_id))
        .join(Account, Account.id == other.account_id)
        .where(mine.account_id == account_id, mine.day >= since, other.day >= since)
        .group_by(*PERSON_COLUMNS)
        .order_by(together.desc(), last.desc(), Account.id)
        .limit(MOST_NEIGHBOURS)
    )
    return [Neighbour(Person(*row[:5]), *row[5:]) for row in rows]


def shares_address(account_id: int, others: Select[int]) -> bool:
    """Whether one of these accounts was signed in from an address of this one's in the last thirty days."""
    mine, other = aliased(SignInAddress), aliased(SignInAddress)
    since = (now() - KEPT).date()
    rows = (
        select(other.account_id)
        .join(mine, (mine.address == other.address) & (mine.account_id != other.account_id))
        .where(
            mine.account_id == account_id, mine.day >= since, other.day >= since, other.account_id.in_(others)
        )
    )
    return db.session.scalar(rows.limit(1)) is not None


def browsers(actor: Actor) -> Sequence[Browser]:
    """Where the actor is signed in now, the latest seen first."""
    rows = db.session.execute(
        select(
            SignInSession.id,
            SignInSession.user_agent,
            SignInSession.created_at,
            SignInSession.last_seen_at,
            SignInSession.expires_at,
        )
        .where(SignInSession.account_id == actor.id, SignInSession.expires_at > now())
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
    )
    return [Browser(*row) for row in rows]


def own_words(actor: Actor) -> dict[str, object]:
    """What the actor says of themself, as /me/profile changes it."""
    row = db.session.execute(
        select(Account.display_name, Account.bio, Account.tz, Account.asks_welcome).where(
            Account.id == actor.id
        )
    ).one()
    return dict(zip(row._fields, row, strict=True))


def own_addresses(actor: Actor) -> tuple[str | None, str | None]:
    """The actor's address, and the one they asked to move to."""
    row = db.session.execute(select(Account.email, Account.pending_email).where(Account.id == actor.id)).one()
    return row.email, row.pending_email
