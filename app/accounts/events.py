"""What happens to people and their credentials.

`nonce` tells one occurrence from the next, so that each is written about once.
"""

from dataclasses import dataclass

from app.accounts.actor import Role
from app.core.events import Event


@dataclass(frozen=True, slots=True)
class Registered(Event):
    """Somebody signed up and claims an address; `next_url` is where they were going."""

    account_id: int
    next_url: str


@dataclass(frozen=True, slots=True)
class ResetRequested(Event):
    """Somebody asked for a new password; `account_id` is 0 when nobody has the address they typed."""

    account_id: int
    nonce: str


@dataclass(frozen=True, slots=True)
class SessionBegun(Event):
    """A browser signed in that had something kept under the key `visitor`."""

    account_id: int
    visitor: str


@dataclass(frozen=True, slots=True)
class RoleChanged(Event):
    """Somebody has another role than before."""

    account_id: int
    before: Role
    after: Role


@dataclass(frozen=True, slots=True)
class PasswordChanged(Event):
    account_id: int
    nonce: str


@dataclass(frozen=True, slots=True)
class MoveRequested(Event):
    """Somebody asked that another address be theirs; it is the account's `pending_email`."""

    account_id: int
    nonce: str


@dataclass(frozen=True, slots=True)
class EmailChanged(Event):
    """Another address is theirs now; `former_id` is the row of the one before."""

    account_id: int
    former_id: int


@dataclass(frozen=True, slots=True)
class AccountMerged(Event):
    """Whatever was `gone_id`'s is `kept_id`'s from now on: each room gives what its own tables hold."""

    kept_id: int
    gone_id: int


@dataclass(frozen=True, slots=True)
class AccountAnonymised(Event):
    """Nobody is to learn any more whose account this was; what was only for them to read goes."""

    account_id: int
