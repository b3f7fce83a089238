"""Letting somebody read and not write for a time, and ending that early."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.accounts.actor import Actor
from app.accounts.models import LONGEST_BECAUSE, Account, AccountState
from app.accounts.operations import sanctioning
from app.accounts.operations.sanctioning import Sanction
from app.audit.operations import record
from app.community import policy
from app.community.events import PersonSuspended, SuspensionLifted
from app.core import once
from app.core.clock import now
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction

LONGEST_SUSPENSION = timedelta(days=365)


def suspend(actor: Actor, *, account_id: int, until: date, because: str, token: str) -> None:
    """Let somebody only read until the day `until` begins where they live; they are told why.

    Done to somebody who is suspended already it sets another end and reason. Personal data in it is masked. Raises NotFound to all but moderators,
    Problem beside `until` or `because`, and for staff. The same `token` again changes nothing.
    """
    because = sanctioning.reason(because)
    if not because:
        raise Problem(_("Say why: they read it."), "because")
    if len(because) > LONGEST_BECAUSE:
        raise Problem(_("Say it in at most %(most)d characters.", most=LONGEST_BECAUSE), "because")
    with transaction() as session:
        account = _person(session, actor, account_id)
        if once.replayed(token, actor.using("suspend")):
            return
        once.settle(token, actor.using("suspend"), account_id)
        end = _beginning(until, account.tz)
        if not now() < end <= now() + LONGEST_SUSPENSION:
            raise Problem(_("Choose a day after today and within a year."), "until")
        sanctioning.impose(account_id, Sanction.SUSPENDED, end, because)
        facts = {"until": end.isoformat(), "because": because}
        record("suspend", actor_id=actor.id, target="account", target_id=account_id, facts=facts)
        emit(PersonSuspended(account_id))


def lift(actor: Actor, *, account_id: int) -> None:
    """End a suspension now. Where there is none, nothing changes. Raises NotFound to all but moderators."""
    with transaction() as session:
        account = _person(session, actor, account_id)
        if account.suspended_until is None or account.suspended_until <= now():
            return
        sanctioning.end(account_id, Sanction.SUSPENDED)
        record("lift suspension", actor_id=actor.id, target="account", target_id=account_id)
        emit(SuspensionLifted(account_id))


def _person(session: Session, actor: Actor, account_id: int) -> Account:
    account = session.get(Account, account_id, with_for_update={"key_share": True})
    if account is None or account.state is not AccountState.ACTIVE or not actor.is_moderator:
        raise NotFound
    if reason := policy.suspend(actor, account):
        raise Problem(reason)
    return account


def _beginning(day: date, tz: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(tz))
