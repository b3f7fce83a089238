"""Following a thread, hearing no more of it, keeping it for later. Each says what shall be, so twice is once."""

from sqlalchemy import delete, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import policy
from app.forum.models import Follow, Saved, Thread


def follow(actor: Actor, *, thread_id: int) -> None:
    """Let `actor` hear of what happens in a thread. Raises NotFound or Problem."""
    with transaction():
        _require(actor, thread_id)
        if reason := policy.follow(actor):
            raise Problem(reason)
        _wish(actor, thread_id, muted=False)


def mute(actor: Actor, *, thread_id: int) -> None:
    """Let `actor` hear no more of a thread, also of one they are in. Raises NotFound."""
    with transaction():
        _require(actor, thread_id)
        _wish(actor, thread_id, muted=True)


def unfollow(actor: Actor, *, thread_id: int) -> None:
    """As if `actor` had neither followed nor muted it. Raises NotFound."""
    with transaction() as session:
        _require(actor, thread_id)
        session.execute(delete(Follow).where(Follow.account_id == actor.id, Follow.thread_id == thread_id))


def save(actor: Actor, *, thread_id: int) -> None:
    """Keep a thread for later. Raises NotFound."""
    with transaction() as session:
        _require(actor, thread_id)
        kept = {"account_id": actor.id, "thread_id": thread_id, "created_at": now()}
        session.connection().execute(insert_ignoring(Saved).values(kept))


def unsave(actor: Actor, *, thread_id: int) -> None:
    """Keep it no more, also when it cannot be seen any longer."""
    with transaction() as session:
        session.execute(delete(Saved).where(Saved.account_id == actor.id, Saved.thread_id == thread_id))


def _require(actor: Actor, thread_id: int) -> None:
    row = db.session.get(Thread, thread_id)
    if row is None or not actor.signed_in or not policy.can_see_thread(actor, row):
        raise NotFound


def _wish(actor: Actor, thread_id: int, *, muted: bool) -> None:
    connection = db.session().connection()
    whose = {"account_id": actor.id, "thread_id": thread_id}
    connection.execute(insert_ignoring(Follow).values(**whose, muted=muted, created_at=now()))
    connection.execute(
        update(Follow)
        .where(Follow.account_id == actor.id, Follow.thread_id == thread_id, Follow.muted != muted)
        .values(muted=muted, created_at=now())
    )
