"""Getting a new password, by a letter or with the old one. Either ends what the old one opened."""

import secrets

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts import addresses, passwords, throttle, tokens
from app.accounts.actor import Actor
from app.accounts.events import PasswordChanged, ResetRequested
from app.accounts.models import Account, AccountState, SignInSession
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction


def request_reset(*, email: str) -> None:
    """Ask for the letter with which a new password is chosen.

    Done alike for an address that is somebody's, one that is only claimed and one nobody has.
    Raises Problem beside `email` when it is no address.
    """
    stored = addresses.checked(email)
    active = Account.state == AccountState.ACTIVE
    with transaction() as session:
        owner = session.scalar(select(Account.id).where(Account.email == stored, active))
        claimant = session.scalar(
            select(Account.id)
            .where(Account.pending_email == stored, Account.email.is_(None), active)
            .order_by(Account.id.desc())
            .limit(1)
        )
        if throttle.may_write_to(stored):
            emit(ResetRequested(owner or claimant or 0, nonce()))


def reset_password(token: str, *, password: str) -> None:
    """Set the password of the account the link is for, and sign it out everywhere.

    The link reached the address, so it proves it too. Raises StaleLink, and Problem beside `password`.
    """
    purposes = (tokens.Purpose.RESET, tokens.Purpose.WELCOME)
    account = tokens.read(token, *purposes)
    passwords.check(password, role=account.role, own=(account.name, account.email))
    password_hash = passwords.hashed(password)
    with transaction() as session:
        account = tokens.read(token, *purposes, lock=True)
        had_one = account.password_hash is not None
        account.password_hash = password_hash
        account.email_confirmed_at = account.email_confirmed_at or now()
        end_sessions(session, account.id)
        if had_one:
            emit(PasswordChanged(account.id, nonce()))


def change_password(actor: Actor, *, current: str, password: str, address: str) -> None:
    """Replace the actor's password and sign them out everywhere: the caller signs this browser in anew.

    Raises Problem beside `current` or `password`, and TooSoon after ten wrong guesses at `current`.
    """
    account = db.session.get(Account, actor.id)
    if account is None:
        raise NotFound
    who = f"account {account.id}"
    throttle.refuse_while_resting(who, address)
    known_hash = account.password_hash
    passwords.check(password, role=account.role, own=(account.name, account.email))
    if not passwords.matches(current, known_hash):
        throttle.count_failure(who, address)
        raise Problem(_("That is not your password."), "current")
    password_hash = passwords.hashed(password)
    with transaction() as session:
        account = session.get_one(Account, actor.id, with_for_update=True)
        if account.password_hash != known_hash:
            raise Problem(_("Your password was changed a moment ago."), "current")
        account.password_hash = password_hash
        end_sessions(session, account.id)
        emit(PasswordChanged(account.id, nonce()))


def end_sessions(session: Session, account_id: int, *, keep: int | None = None) -> None:
    """Sign the account out everywhere, in the open transaction, but on the browser with the session `keep`."""
    session.execute(
        delete(SignInSession).where(SignInSession.account_id == account_id, SignInSession.id != (keep or 0))
    )


def nonce() -> str:
    """For an event that may happen again to the same account."""
    return secrets.token_hex(8)
