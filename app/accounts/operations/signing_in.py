"""Proving who one is, and taking that back."""

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select, update

from app.accounts import addresses, passwords, throttle
from app.accounts.actor import Actor
from app.accounts.models import Account, AccountState, SignInSession
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction


def sign_in(*, email: str, password: str, address: str) -> int:
    """The id of the account that `email` and `password` prove; `address` is where they connect from.

    An unknown address, a wrong password and an address that is not confirmed yet cost the same work and raise
    the same Problem. Raises TooSoon while the pair of `email` and `address` rests.
    """
    known_as = addresses.canonical(email) or email.strip().lower()
    throttle.refuse_while_resting(known_as, address)
    row = db.session.execute(
        select(Account.id, Account.password_hash).where(
            Account.email == known_as,
            Account.email_confirmed_at.is_not(None),
            Account.state == AccountState.ACTIVE,
        )
    ).first()
    right = passwords.matches(password, row.password_hash if row else None)
    if row is None or not right:
        throttle.count_failure(known_as, address)
        raise Problem(
            _(
                "That address and password do not go together, or the address is not confirmed yet. Look for"
                " our letter in your mail, or choose a new password."
            )
        )
    throttle.forget_failures(known_as, address)
    if passwords.is_outdated(row.password_hash):
        renewed = passwords.hashed(password)
        with transaction() as session:
            session.execute(
                update(Account)
                .where(Account.id == row.id, Account.password_hash == row.password_hash)
                .values(password_hash=renewed)
            )
    return int(row.id)


def revoke(actor: Actor, *, session_id: int) -> None:
    """Sign one of the actor's browsers out. Raises NotFound for anybody else's."""
    with transaction() as session:
        gone = session.connection().execute(
            delete(SignInSession).where(SignInSession.id == session_id, SignInSession.account_id == actor.id)
        )
        if not gone.rowcount:
            raise NotFound
