"""Following a thread, hearing no more of it, keeping it for later. Each says what shall be, so twice is once."""

from sqlalchemy import ColumnElement, delete, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import policy
from app.forum.models import Follow, Saved, Thread
from app.forum.operations.tagging import keep_names


def follow(actor: Actor, *, thread_id: int) -> None:
    """Let `actor` hear of what happens in a thread. Raises NotFound or Problem."""
    with transaction():
        _require(actor, thread_id)
        if reason := policy.follow(actor):
            raise Problem(reason)
        connection = db.session().connection()
        whose = {"account_id": actor.id, "thread_id": thread_id}
        connection.execute(insert_ignoring(Follow).values(**whose, created_at=now()))
        connection.execute(
            update(Follow).where(*_own(actor, thread_id), Follow.muted).values(muted=False, created_at=now())
        )


def mute(actor: Actor, *, thread_id: int) -> None:
    """Let `actor` hear no more of a thread, also of one they are in. Raises NotFound."""
    with transaction():
        _require(actor, thread_id)
        hush(actor, thread_id)


def unmute(actor: Actor, *, thread_id: int) -> None:
    """Let `actor` hear of a thread as before they muted it. Raises NotFound."""
    with transaction():
        _require(actor, thread_id)
        hear_again(actor, thread_id)


def hush(actor: Actor, thread_id: int) -> None:
    """`mute`, in the open transaction, for whoever has asked whether they may."""
    connection = db.session().connection()
    muted = {"account_id": actor.id, "thread_id": thread_id, "muted": True, "created_at": now()}
    connection.execute(insert_ignoring(Follow).values(muted))
    following = (*_own(actor, thread_id), ~Follow.muted)
    connection.execute(update(Follow).where(*following).values(muted=True, followed=True, created_at=now()))


def hear_again(actor: Actor, thread_id: int) -> None:
    """`unmute`, in the open transaction, for whoever has asked whether they may."""
    connection = db.session().connection()
    muted = (*_own(actor, thread_id), Follow.muted)
    connection.execute(delete(Follow).where(*muted, ~Follow.followed))
    connection.execute(update(Follow).where(*muted).values(muted=False, created_at=now()))


def unfollow(actor: Actor, *, thread_id: int) -> None:
    """As if `actor` had neither followed nor muted it. Raises NotFound."""
    with transaction() as session:
        _require(actor, thread_id)
        session.execute(delete(Follow).where(*_own(actor, thread_id)))


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
    keep_names()
    row = db.session.get(Thread, thread_id)
    if row is None or not actor.signed_in or not policy.can_see_thread(actor, row):
        raise NotFound


def _own(actor: Actor, thread_id: int) -> tuple[ColumnElement[bool], ...]:
    return Follow.account_id == actor.id, Follow.thread_id == thread_id
