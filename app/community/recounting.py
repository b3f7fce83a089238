"""Proving people's reputation against their ledgers, and the ledgers against what others see."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, func, select, update

from app.accounts.models import Account
from app.community.models import Reputation
from app.community.points import worth
from app.core.db import db
from app.core.transaction import transaction


@dataclass(frozen=True, slots=True)
class Mended:
    """A person whose counter, or a row of whose ledger, was wrong; what they were said to have and have."""

    account_id: int
    before: int
    after: int


def people_count() -> int:
    """How many people there are to recount."""
    return db.session.scalar(select(func.count()).select_from(_with_reputation().subquery())) or 0


def recount(batch: int = 200) -> Iterator[tuple[int, list[Mended]]]:
    """Count anew, `batch` people in a transaction; yields how many were looked at and who was mended.

    The accounts are locked first, as whoever writes in their ledgers does.
    """
    last = 0
    while True:
        with transaction() as session:
            ids = list(session.scalars(_with_reputation().where(Account.id > last).limit(batch)))
            locked = select(Account.id, Account.reputation).where(Account.id.in_(ids)).order_by(Account.id)
            rows = session.execute(locked.with_for_update(key_share=True)).all()
            connection = session.connection()
            wrong = (Reputation.account_id.in_(ids), Reputation.points != worth())
            mended_rows = set(session.scalars(select(Reputation.account_id).where(*wrong).distinct()))
            if mended_rows:
                connection.execute(update(Reputation).where(*wrong).values(points=worth()))
            sums = select(Reputation.account_id, func.sum(Reputation.points)).where(
                Reputation.account_id.in_(ids)
            )
            counted = dict(session.execute(sums.group_by(Reputation.account_id)).all())
            mended = []
            for account_id, before in rows:
                after = counted.get(account_id, 0)
                if before != after:
                    connection.execute(
                        update(Account).where(Account.id == account_id).values(reputation=after)
                    )
                if before != after or account_id in mended_rows:
                    mended.append(Mended(account_id, before, after))
        if not ids:
            return
        last = ids[-1]
        yield len(ids), mended


def _with_reputation() -> Select[int]:
    has_rows = select(Reputation.id).where(Reputation.account_id == Account.id).exists()
    return select(Account.id).where((Account.reputation != 0) | has_rows).order_by(Account.id)
