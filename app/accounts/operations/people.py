"""People written down by an operator, by an import, and not at all any more."""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.accounts import addresses, connections, names, passwords, tokens
from app.accounts.actor import LEVELS, STAFF, Role
from app.accounts.events import RoleChanged
from app.accounts.models import NAME_COLUMN, Account, AccountState, FormerEmail, FormerName, SignInSession
from app.accounts.operations.registering import add
from app.accounts.queries import NAMES_RESERVED
from app.audit.operations import record
from app.config import Settings
from app.core.clock import now
from app.core.events import emit
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.core.text import clean_line
from app.core.transaction import transaction
from app.jobs.operations import enqueue

UNCONFIRMED_KEPT = timedelta(days=7)
FORMER_EMAILS_KEPT = timedelta(days=30)
_EXTERNAL_NAME = 60
_NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody an operator added; `link`, unless they have a password, lets them choose one in three days."""

    account_id: int
    link: str | None


def add_person(
    *,
    name: str,
    email: str,
    role: Role = Role.MEMBER,
    display_name: str = "",
    bio: str = "",
    password: str | None = None,
    password_hash: str | None = None,
    invited: bool = False,
) -> Newcomer:
    """Add a person whose address the operator vouches for; reserved names are for staff. Their trust begins with
    what `role` has, and never falls below it.

    With `password` the account is ready at once, or with the `password_hash` of one that many share (demo people);
    without, the link has to be opened. `invited` sends a letter with such a link too.
    Raises Problem beside name, display_name, email or password, also for an address that is in use.
    """
    brands = names.brands()
    stored_name = names.checked(name, brands, staff=role in STAFF, region=names.country())
    stored_email = addresses.checked(email)
    if password is not None:
        passwords.check(password, role=role, own=(stored_name, stored_email))
        password_hash = passwords.hashed(password)
    account = Account(
        name=stored_name,
        display_name=names.checked_display(
            display_name or name, brands, staff=role in STAFF, region=names.country()
        ),
        skeleton=names.skeleton(stored_name),
        email=stored_email,
        email_confirmed_at=now() if password_hash else None,
        password_hash=password_hash,
        role=role,
        trust=LEVELS[role],
        trust_floor=LEVELS[role],
        bio=bio,
        tz=part(Settings).timezone,
    )
    with transaction() as session:
        if session.scalar(select(Account.id).where(Account.email == stored_email)):
            raise Problem("Somebody here has that address.", "email")
        add(session, account)
        record(
            "add person", actor_id=None, target="account", target_id=account.id, facts={"role": role.value}
        )
        if password_hash:
            return Newcomer(account.id, None)
        if invited:
            _send_invitation(account.id)
        token = tokens.make(tokens.Purpose.WELCOME, account)
        return Newcomer(account.id, tokens.link("accounts.new_password", token=token))


def invite_again(*, email: str) -> bool:
    """Send a new letter with a link to somebody added earlier who has no password yet; whether there is one."""
    with transaction() as session:
        account = session.scalars(
            select(Account).where(Account.email == addresses.checked(email), Account.password_hash.is_(None))
        ).one_or_none()
        if account is None:
            return False
        _send_invitation(account.id)
        return True


def _send_invitation(account_id: int) -> None:
    enqueue("accounts.invited", {"account_id": account_id, "nonce": secrets.token_hex(8)})


def change_role(*, account_id: int, role: Role) -> None:
    """Give a person another role; they sign in anew with it, and trust never falls below it. Raises NotFound."""
    with transaction() as session:
        account = session.get(Account, account_id, with_for_update=True)
        if account is None or account.state is not AccountState.ACTIVE:
            raise NotFound
        facts = {"from": account.role.value, "to": role.value}
        emit(RoleChanged(account_id, account.role, role))
        account.role = role
        account.trust = account.trust_floor = LEVELS[role]
        account.trust_below_since = None
        session.execute(delete(SignInSession).where(SignInSession.account_id == account_id))
        record("change role", actor_id=None, target="account", target_id=account_id, facts=facts)


def unclaimed_people(source: str, people: Mapping[str, str]) -> dict[str, int]:
    """Account ids of imported people: `people` maps their id at `source` to the name they had there.

    Idempotent and in one transaction; give it a batch (some hundreds), not a person at a time. Names are kept
    as display names; the name in addresses is made from it, and made unique.
    """
    with transaction() as session:
        known = _imported(session, source, people)
        missing = {external_id: name for external_id, name in people.items() if external_id not in known}
        if not missing:
            return known
        plain = {external_id: _plain(name) for external_id, name in missing.items()}
        used = set(session.scalars(select(Account.name).where(Account.name.in_(plain.values()))))
        rows = []
        for external_id, name in plain.items():
            unique = f"{name}-{_short_hash(source, external_id)}" if name in used else name
            used.add(unique)
            rows.append(
                {
                    "name": unique,
                    "display_name": clean_line(missing[external_id])[:NAME_COLUMN] or unique,
                    "state": AccountState.UNCLAIMED,
                    "source": source,
                    "external_id": external_id,
                    "tz": part(Settings).timezone,
                }
            )
        session.execute(insert(Account), rows)
        return _imported(session, source, people)


def unclaimed_person(source: str, external_id: str, name: str) -> int:
    """`unclaimed_people` for one."""
    return unclaimed_people(source, {external_id: name})[external_id]


def sweep() -> None:
    """Forget sign-ups nobody confirmed within seven days, sessions that are over, names given up more than a year
    ago, addresses that cannot take an account back any more, and where people were signed in from.
    """
    with transaction() as session:
        session.execute(delete(SignInSession).where(SignInSession.expires_at < now()))
        session.execute(delete(FormerName).where(FormerName.given_up_at < now() - NAMES_RESERVED))
        connections.sweep()
        session.execute(delete(FormerEmail).where(FormerEmail.replaced_at < now() - FORMER_EMAILS_KEPT))
        session.execute(
            delete(Account).where(
                Account.email.is_(None),
                Account.pending_email.is_not(None),
                Account.state == AccountState.ACTIVE,
                Account.created_at < now() - UNCONFIRMED_KEPT,
            )
        )


def _imported(session: Session, source: str, people: Mapping[str, str]) -> dict[str, int]:
    rows = session.execute(
        select(Account.external_id, Account.id).where(
            Account.source == source, Account.external_id.in_(people.keys())
        )
    )
    return {str(external_id): account_id for external_id, account_id in rows}


def _plain(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_NAMES.sub("-", ascii_name).strip("._-")[:_EXTERNAL_NAME] or "person"


def _short_hash(*facts: str) -> str:
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:10]
