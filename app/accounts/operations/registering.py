"""Signing up, and proving the address by its letter."""

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import addresses, connections, names, passwords, throttle, tokens
from app.accounts.events import Registered
from app.accounts.models import Account, FormerName
from app.accounts.queries import NAMES_RESERVED
from app.config import Settings
from app.core import once
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.parts import part
from app.core.problems import Problem
from app.core.transaction import transaction


def register(*, name: str, email: str, password: str, next_url: str, token: str, address: str) -> int:
    """Write down a person who claims `email`; the id of their account. They connect from `address`.

    Whether the address is somebody's already is not even looked at here: the letter that follows decides, so
    both cases do the same work and look the same. That a name is taken may be said: names are public.
    Raises Problem beside name, email or password, and TooSoon at the fourth sign-up from `address` in a day.
    """
    stored_name = names.checked(name, names.brands(), region=names.country())
    stored_email = addresses.checked(email)
    passwords.check(password, own=(stored_name, stored_email))
    if is_taken(db.session(), stored_name) and once.result(token, stored_email) is None:
        raise taken()
    password_hash = passwords.hashed(password)
    with transaction() as session:
        before = once.replayed(token, stored_email)
        if before is not None:
            return before
        throttle.count_sign_up(address)
        account = Account(
            name=stored_name,
            display_name=name.strip(),
            skeleton=names.skeleton(stored_name),
            pending_email=stored_email,
            password_hash=password_hash,
            tz=part(Settings).timezone,
        )
        add(session, account)
        connections.note(account.id, address)
        if throttle.may_write_to(stored_email):
            emit(Registered(account.id, next_url))
        once.settle(token, stored_email, account.id)
        return account.id


def confirm(token: str) -> None:
    """Make the address the account claims its own. Raises StaleLink, also when another proved it first."""
    try:
        with transaction():
            account = tokens.read(token, tokens.Purpose.CONFIRM, lock=True)
            account.email, account.pending_email = account.pending_email, None
            account.email_confirmed_at = now()
    except IntegrityError:
        raise tokens.StaleLink from None


def is_taken(session: Session, name: str, *, by: int | None = None) -> bool:
    """Whether somebody but `by` has this name, had it within a year, or has or had one that looks like it."""
    look = names.skeleton(name)
    has = select(Account.id).where(or_(Account.name == name, Account.skeleton == look))
    had = select(FormerName.account_id).where(
        or_(FormerName.name == name, FormerName.skeleton == look),
        FormerName.given_up_at > now() - NAMES_RESERVED,
    )
    # First who has it: a name given up between the two is found by the second.
    holders = {*session.scalars(has), *session.scalars(had)}
    return bool(holders - {by})


def taken() -> Problem:
    return Problem(_("Somebody here has that name, or one that looks like it. Choose another one."), "name")


def add(session: Session, account: Account) -> None:
    """Insert the row. Raises Problem when its name, or one that looks like it, was taken meanwhile."""
    if is_taken(session, account.name):
        raise taken()
    session.add(account)
    try:
        session.flush()
    except IntegrityError:
        raise taken() from None
