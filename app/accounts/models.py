"""Rows of people and of the browsers they are signed in on."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.actor import Role
from app.core.clock import now
from app.core.db import Model

EMAIL_LENGTH = 254
NAME_COLUMN = 80
USER_AGENT_LENGTH = 200


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
    very row that one with an unknown address writes.
    `source` and `external_id` say where an imported person was written down; such a person is unclaimed, has
    no address and no skeleton, and is exempt from the rules for names.
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
