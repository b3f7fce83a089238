"""What people do to each other's standing, in one line each."""

from typing import Any

from sqlalchemy import func, select

from app.accounts.models import Account
from app.community.models import Reputation
from app.core.db import db
from app.core.events import emit
from app.core.transaction import transaction
from app.forum.events import Voted
from app.forum.models import Visibility
from app.forum.operations import set_visibility


def vote(who: Any, post_id: int, value: int, before: int = 0) -> None:
    """Say what voting says: somebody's word on a post went from `before` to `value`."""
    with transaction():
        emit(Voted(post_id, 0, who.id, before, value))


def show(post_id: int, visibility: Visibility) -> None:
    with transaction():
        set_visibility(post_id, visibility, by_id=None)


def account(who: Any) -> Account:
    """The row as it is now."""
    db.session.rollback()
    return db.session.get_one(Account, who.id)


def reputation(who: Any) -> int:
    """The counter, which is what the ledger adds up to."""
    counted = account(who).reputation
    rows = select(func.coalesce(func.sum(Reputation.points), 0)).where(Reputation.account_id == who.id)
    assert db.session.scalar(rows) == counted
    return counted
