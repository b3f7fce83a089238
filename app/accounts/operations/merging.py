"""One account becoming part of another. Moderators decide it: their room calls `merge` inside its own transaction."""

from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.accounts.events import AccountMerged
from app.accounts.models import (
    Account,
    AccountState,
    FormerEmail,
    FormerName,
    SignInAddress,
    SignInSession,
)
from app.accounts.operations.sanctioning import Sanction, imposed, restore
from app.core.clock import now
from app.core.db import db
from app.core.events import emit

MERGED = "_merged_{}"
"""What an account is called that became part of another; nobody can choose such a name."""


def merge(kept: Account, gone: Account) -> None:
    """Give all that is `gone`'s to `kept`, in the open transaction that has locked both rows; other rooms hear of it.

    The name leads on as one that was given up. Address, password and proofs of `kept` stay, those of `gone` are no
    more, and its browsers are signed out. Of each sanction the one that ends later holds. The row stays, a ghost that
    nothing points at, so that what the log says of it keeps its meaning.
    """
    session = db.session()
    event = AccountMerged(kept.id, gone.id)
    session.execute(delete(SignInSession).where(SignInSession.account_id == gone.id))
    session.execute(delete(FormerEmail).where(FormerEmail.account_id == gone.id))
    give_once(event, SignInAddress.account_id, SignInAddress.address, SignInAddress.day)
    give(event, FormerName.account_id)
    name, skeleton = gone.name, gone.skeleton
    source, external_id = gone.source, gone.external_id
    for kind in Sanction:
        theirs, own = imposed(gone, kind), imposed(kept, kind)
        if theirs.until is not None and (own.until is None or own.until < theirs.until):
            restore(theirs.of(kept.id))
    kept.created_at = min(kept.created_at, gone.created_at)
    close(gone, MERGED.format(gone.id))
    session.flush()
    if kept.source is None:
        # An import that is run again finds its people by these.
        kept.source, kept.external_id = source, external_id
    _lead_on(session, name, skeleton, kept.id)
    session.flush()
    emit(event)


def close(account: Account, name: str) -> None:
    """Make a ghost called `name` of an account: nobody signs in as it, and no letter reaches it."""
    account.state = AccountState.GHOST
    account.name, account.skeleton = name, None
    account.email = account.pending_email = account.email_confirmed_at = account.password_hash = None
    account.source = account.external_id = None
    account.asks_welcome = False


def give(event: AccountMerged, column: InstrumentedAttribute[Any]) -> None:
    """Let every row that points at the gone account by `column` point at the kept one."""
    moved = update(column.class_).where(column == event.gone_id).values({column.key: event.kept_id})
    db.session().connection().execute(moved)


def give_once(
    event: AccountMerged, column: InstrumentedAttribute[Any], *per: InstrumentedAttribute[Any]
) -> None:
    """`give` where there is one row for each of `per`: where both have one, the kept account's stays."""
    db.session().connection().execute(delete(column.class_).where(twice(event, column, *per)))
    give(event, column)


def twice(
    event: AccountMerged, column: InstrumentedAttribute[Any], *per: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Which of the gone account's rows the kept one has, too: one for the same `per`."""
    theirs = aliased(column.class_)
    same = [getattr(theirs, each.key) == each for each in per]
    return (column == event.gone_id) & (
        select(getattr(theirs, column.key))
        .where(getattr(theirs, column.key) == event.kept_id, *same)
        .exists()
    )


def _lead_on(session: Session, name: str, skeleton: str | None, to: int) -> None:
    """The name leads to `to`; somebody else may have given the same one up before."""
    session.execute(delete(FormerName).where(FormerName.name == name))
    session.add(FormerName(name=name, skeleton=skeleton, account_id=to, given_up_at=now()))
