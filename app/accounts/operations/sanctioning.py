"""What somebody may not do for a time. Moderators decide it: their rooms call these inside their own transactions."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from app.accounts.models import LONGEST_BECAUSE, Account
from app.accounts.names import country
from app.core.db import db
from app.core.problems import NotFound
from app.core.text import clean_line, masked


class Sanction(StrEnum):
    """Each is two columns of the account: until when, and why."""

    SUSPENDED = "suspended"
    SILENCED = "silenced"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Imposed:
    """What an account's row says of one sanction; `until` is None where there is none."""

    account_id: int
    kind: Sanction
    until: datetime | None
    because: str

    def of(self, account_id: int) -> "Imposed":
        """The same for another account."""
        return replace(self, account_id=account_id)


def reason(typed: str) -> str:
    """The reason as it is stored and read: one line, a whole sentence, personal data masked; empty when nothing was
    written. It may be longer than LONGEST_BECAUSE, which is for the caller to say.
    """
    said = masked(clean_line(typed), country())
    return f"{said}." if said and said[-1] not in ".!?…" else said


def impose(account_id: int, kind: Sanction, until: datetime, because: str) -> Imposed:
    """Let a sanction be until `until`, whatever it was, in the open transaction; what was before, for `restore`.

    `because` is stored as `reason` makes it, at most LONGEST_BECAUSE characters. Raises NotFound.
    """
    return restore(Imposed(account_id, kind, until, reason(because)[:LONGEST_BECAUSE]))


def end(account_id: int, kind: Sanction) -> Imposed:
    """Let there be no such sanction, in the open transaction; what was before. Raises NotFound."""
    return restore(Imposed(account_id, kind, None, ""))


def restore(before: Imposed) -> Imposed:
    """Let it be as `before` says, in the open transaction; what it was until now. Raises NotFound."""
    account = db.session.get(Account, before.account_id, with_for_update={"key_share": True})
    if account is None:
        raise NotFound
    was = imposed(account, before.kind)
    setattr(account, f"{before.kind}_until", before.until)
    setattr(account, f"{before.kind}_because", before.because)
    return was


def imposed(account: Account, kind: Sanction) -> Imposed:
    """What the row says of one sanction, over or not."""
    until, because = getattr(account, f"{kind}_until"), getattr(account, f"{kind}_because")
    return Imposed(account.id, kind, until, because)
