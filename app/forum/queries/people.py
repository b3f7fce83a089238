"""Who wrote it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.actor import Actor
from app.accounts.models import Account, AccountState
from app.accounts.queries import PERSON_COLUMNS, Person
from app.core.db import db
from app.core.problems import NotFound
from app.forum import policy
from app.forum.models import Post, Thread


def person_columns() -> tuple[InstrumentedAttribute[Any], ...]:
    """What a Person is made of, for a SELECT joined with account."""
    return PERSON_COLUMNS


def people_beginning(
    actor: Actor, typed: str, thread_id: int | None = None, limit: int = 8
) -> Sequence[Person]:
    """Active people whose name or display name begins with `typed`, those who wrote in the thread first.

    With nothing typed only those. Nobody is offered themselves. Raises NotFound for a thread that `actor` may not see.
    """
    typed = typed.strip().lower()
    begins = or_(
        Account.name.startswith(typed, autoescape=True),
        func.lower(Account.display_name).startswith(typed, autoescape=True),
    )
    others = (
        select(*person_columns())
        .where(Account.state == AccountState.ACTIVE, Account.id != actor.id, begins)
        .order_by(Account.name)
        .limit(limit)
    )
    found: dict[int, Person] = {}
    if thread_id is not None:
        row = db.session.get(Thread, thread_id)
        if row is None or not policy.can_see_thread(actor, row):
            raise NotFound
        wrote = (
            select(Post.author_id)
            .join(Thread)
            .where(Post.thread_id == thread_id, policy.visible_posts(actor))
        )
        here = db.session.execute(others.where(Account.id.in_(wrote)))
        found = {row.id: Person(*row) for row in here}
    if typed and len(found) < limit:
        rest = db.session.execute(others.where(Account.id.not_in(list(found))))
        found |= {person.id: Person(*person) for person in rest}
    return list(found.values())[:limit]
