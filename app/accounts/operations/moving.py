"""Moving an account to another mail address, and taking it back from whoever did that."""

from flask_babel import lazy_gettext as _
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.accounts import addresses, passwords, throttle, tokens
from app.accounts.actor import Actor
from app.accounts.events import EmailChanged, MoveRequested
from app.accounts.models import Account, FormerEmail
from app.accounts.operations.passwords import end_sessions, nonce
from app.audit.operations import record
from app.core import once
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction


def request_move(actor: Actor, *, email: str, current: str, token: str, address: str) -> None:
    """Ask that `email` become the actor's: a letter there proves it, one to the old address says so.

    Whether the address is somebody's is not looked at here, so both cases do the same work and look the same.
    Raises Problem beside `email` or `current`, and TooSoon after ten wrong guesses at the password.
    """
    stored = addresses.checked(email)
    account = db.session.get(Account, actor.id)
    if account is None:
        raise NotFound
    if stored == account.email:
        raise Problem(_("That is your address already."), "email")
    who = f"account {account.id}"
    throttle.refuse_while_resting(who, address)
    known_hash = account.password_hash
    if not passwords.matches(current, known_hash):
        throttle.count_failure(who, address)
        raise Problem(_("That is not your password."), "current")
    with transaction() as session:
        if once.replayed(token, actor.using("move")):
            return
        once.settle(token, actor.using("move"), account.id)
        account = session.get_one(Account, actor.id, with_for_update=True)
        if account.password_hash != known_hash:
            raise Problem(_("Your password was changed a moment ago."), "current")
        account.pending_email = stored
        if throttle.may_write_to(stored):
            emit(MoveRequested(account.id, nonce()))


def stay(actor: Actor) -> None:
    """Keep the address one has: the letter to the other one no longer works."""
    with transaction() as session:
        account = session.get_one(Account, actor.id, with_for_update=True)
        if account.email is not None:
            account.pending_email = None


def move(token: str, *, session_id: int | None) -> None:
    """Make the address the letter reached the account's own, and sign it out but on the browser `session_id`.

    Raises StaleLink, also when the address is somebody's: nobody learns which.
    """
    try:
        with transaction() as session:
            account = tokens.read(token, tokens.Purpose.MOVE, lock=True)
            if account.email is None or account.pending_email is None:
                raise tokens.StaleLink
            former = FormerEmail(account_id=account.id, email=account.email, replaced_at=now())
            session.add(former)
            account.email, account.pending_email = account.pending_email, None
            account.email_confirmed_at = now()
            session.flush()
            end_sessions(session, account.id, keep=session_id)
            record("change address", actor_id=account.id, target="account", target_id=account.id)
            emit(EmailChanged(account.id, former.id))
    except IntegrityError:
        raise tokens.StaleLink from None


def take_back(token: str) -> str:
    """Give the account back to the address it had: the token with which its owner chooses a new password.

    The password no longer works, every browser is signed out, and no other former address can take it back any more.
    Raises StaleLink, also when the address is somebody else's meanwhile.
    """
    try:
        with transaction() as session:
            former, account = tokens.read_former(token, lock=True)
            account.email, account.pending_email = former.email, None
            account.email_confirmed_at, account.password_hash = now(), None
            session.flush()
            session.execute(
                update(FormerEmail)
                .where(FormerEmail.account_id == account.id, FormerEmail.taken_back_at.is_(None))
                .values(taken_back_at=now())
            )
            end_sessions(session, account.id)
            record("take address back", actor_id=account.id, target="account", target_id=account.id)
            return tokens.make(tokens.Purpose.RESET, account)
    except IntegrityError:
        raise tokens.StaleLink from None
