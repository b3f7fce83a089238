"""Rows of people and of the browsers they are signed in on."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, Index, String, Text, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.actor import Role
from app.core.clock import now
from app.core.db import Model

EMAIL_LENGTH = 254
NAME_COLUMN = 80
USER_AGENT_LENGTH = 200
LONGEST_BECAUSE = 300


class AccountState(StrEnum):
    ACTIVE = "active"
    UNCLAIMED = "unclaimed"
    GHOST = "ghost"


def _words(kind: type[StrEnum]) -> Enum:
    return Enum(
        kind,
        native_enum=False,
        length=16,
        values_callable=lambda members: [member.value for member in members],
    )


class Account(Model):
    """A person.

    `email` is an address proven to be theirs; `pending_email` is one they only claim, and several sign-ups
    may claim the same: the first to open the letter gets it. So a sign-up with a known address writes the
    very row that one with an unknown address writes. With both, the person is moving to another address.
    `source` and `external_id` say where an imported person was written down; such a person is unclaimed, has
    no address and no skeleton, and is exempt from the rules for names.
    `trust` (0 to 3) is earned and goes with the roles new, member and trusted; it never falls below `trust_floor`,
    which an operator gave. `trust_below_since` says since when it is not earned any more. `reputation` is the sum of
    the person's ledger. Each sanction is over when its `…_until` is: somebody suspended reads, somebody silenced says
    nothing in public, and what somebody with `held_until` posts waits for a look.
    """

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_COLUMN), unique=True)
    display_name: Mapped[str] = mapped_column(String(NAME_COLUMN))
    skeleton: Mapped[str | None] = mapped_column(String(NAME_COLUMN * 2), unique=True)
    email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH), unique=True)
    pending_email: Mapped[str | None] = mapped_column(String(EMAIL_LENGTH), index=True)
    email_confirmed_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(_words(Role), default=Role.NEW)
    trust: Mapped[int] = mapped_column(default=0)
    locale: Mapped[str] = mapped_column(String(16), default="en")
    tz: Mapped[str] = mapped_column(String(64))
    state: Mapped[AccountState] = mapped_column(_words(AccountState), default=AccountState.ACTIVE)
    bio: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str | None] = mapped_column(String(80))
    external_id: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)
    reputation: Mapped[int] = mapped_column(default=0, server_default="0")
    trust_floor: Mapped[int] = mapped_column(default=0, server_default="0")
    trust_below_since: Mapped[datetime | None]
    suspended_until: Mapped[datetime | None]
    suspended_because: Mapped[str] = mapped_column(
        String(LONGEST_BECAUSE), default="", server_default=text("''")
    )
    silenced_until: Mapped[datetime | None]
    silenced_because: Mapped[str] = mapped_column(
        String(LONGEST_BECAUSE), default="", server_default=text("''")
    )
    held_until: Mapped[datetime | None]
    held_because: Mapped[str] = mapped_column(String(LONGEST_BECAUSE), default="", server_default=text("''"))
    asks_welcome: Mapped[bool] = mapped_column(default=True, server_default=true())


class FormerName(Model):
    """A name somebody gave up: it leads to them, and nobody else may have it, for a year."""

    __tablename__ = "former_name"

    name: Mapped[str] = mapped_column(String(NAME_COLUMN), primary_key=True)
    skeleton: Mapped[str | None] = mapped_column(String(NAME_COLUMN * 2), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    given_up_at: Mapped[datetime] = mapped_column(index=True)


class FormerEmail(Model):
    """An address that was somebody's until `replaced_at`; a letter to it says how to take the account back."""

    __tablename__ = "former_email"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    replaced_at: Mapped[datetime] = mapped_column(index=True)
    taken_back_at: Mapped[datetime | None]


class SignInAddress(Model):
    """A person was signed in from an address on a day (UTC), kept as long as `connections.KEPT`.

    `address` is a keyed hash: rows with one hash share an address, and nobody can say which.
    """

    __tablename__ = "signin_address"
    __table_args__ = (Index("ix_signin_address_shared", "address", "day"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)


class SignInSession(Model):
    """A browser a person is signed in on; deleting the row signs it out.

    Only the SHA-256 of what the cookie carries is kept.
    """

    __tablename__ = "signin_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    user_agent: Mapped[str] = mapped_column(String(USER_AGENT_LENGTH), default="")
