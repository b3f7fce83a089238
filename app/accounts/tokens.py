"""Links in letters: signed, short-lived, and good for one use."""

import hashlib
from datetime import timedelta
from enum import StrEnum

from flask import current_app
from flask_babel import lazy_gettext as _
from itsdangerous import BadData, URLSafeSerializer

from app.accounts.models import Account, AccountState, FormerEmail
from app.config import Settings
from app.core.clock import now
from app.core.db import db
from app.core.parts import part
from app.core.problems import Problem


class Purpose(StrEnum):
    CONFIRM = "confirm"
    RESET = "reset"
    WELCOME = "welcome"
    MOVE = "move"
    TAKE_BACK = "take-back"


LIFETIMES = {
    Purpose.CONFIRM: timedelta(hours=24),
    Purpose.RESET: timedelta(hours=1),
    Purpose.WELCOME: timedelta(days=3),
    Purpose.MOVE: timedelta(hours=24),
    Purpose.TAKE_BACK: timedelta(days=3),
}


class StaleLink(Problem):
    """The link was used, is too old, or was never ours: nobody learns which."""

    def __init__(self) -> None:
        super().__init__(_("This link no longer works. It may have been used already, or be too old."))


def make(purpose: Purpose, account: Account) -> str:
    """A token for the account as it is now; any change of address or password ends it."""
    payload = [purpose.value, account.id, int(now().timestamp()), _fingerprint(account)]
    return str(_serializer().dumps(payload))


def read(token: str, *purposes: Purpose, lock: bool = False) -> Account:
    """The account row a token is for; `lock` it to change it. Raises StaleLink."""
    account_id, fingerprint = _opened(token, purposes)
    account = db.session.get(Account, account_id, with_for_update=lock)
    if account is None or account.state is not AccountState.ACTIVE or _fingerprint(account) != fingerprint:
        raise StaleLink
    return account


def make_for_former(former: FormerEmail) -> str:
    """A token that went to an address which was the account's; what is changed afterwards does not end it."""
    return str(_serializer().dumps([Purpose.TAKE_BACK.value, former.id, int(now().timestamp()), ""]))


def read_former(token: str, *, lock: bool = False) -> tuple[FormerEmail, Account]:
    """The former address a token went to, and its account; `lock` both to change them. Raises StaleLink."""
    former_id, _fingerprint_then = _opened(token, (Purpose.TAKE_BACK,))
    former = db.session.get(FormerEmail, former_id, with_for_update=lock)
    if former is None or former.taken_back_at is not None:
        raise StaleLink
    account = db.session.get(Account, former.account_id, with_for_update=lock)
    if account is None or account.state is not AccountState.ACTIVE:
        raise StaleLink
    return former, account


def link(endpoint: str, **values: str) -> str:
    """The whole address of a page; it starts with BARTACK_BASE_URL, for a job knows no request."""
    return part(Settings).base_url + current_app.url_map.bind("").build(endpoint, values)


def _opened(token: str, purposes: tuple[Purpose, ...]) -> tuple[int, str]:
    try:
        kind, row_id, made_at, fingerprint = _serializer().loads(token)
        purpose = Purpose(kind)
    except (BadData, ValueError, TypeError):
        raise StaleLink from None
    if purpose not in purposes or now().timestamp() - made_at > LIFETIMES[purpose].total_seconds():
        raise StaleLink
    return row_id, fingerprint


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="bartack.accounts")


def _fingerprint(account: Account) -> str:
    facts = (account.email, account.pending_email, account.password_hash, account.email_confirmed_at)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:24]
