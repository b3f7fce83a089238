"""What somebody follows, muted, or keeps for later."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.web.pages import Page, cut
from app.forum import policy
from app.forum.models import Follow, Saved, Thread
from app.forum.queries.threads import PAGE_SIZE, ThreadRow, threads_by_id


@dataclass(frozen=True, slots=True)
class Marks:
    """What the reader made of a thread."""

    follows: bool = False
    muted: bool = False
    saved: bool = False


def mark_columns(actor: Actor) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """What Marks are made of, for a SELECT from thread."""
    muted = select(Follow.muted).where(Follow.account_id == actor.id, Follow.thread_id == Thread.id)
    return muted.scalar_subquery(), exists().where(Saved.account_id == actor.id, Saved.thread_id == Thread.id)


def marks_of(muted: bool | None, saved: bool) -> Marks:
    """From what `mark_columns` found."""
    return Marks(follows=muted is not None and not muted, muted=bool(muted), saved=bool(saved))


def watched(actor: Actor) -> ColumnElement[bool]:
    """For `threads`: those that `actor` follows."""
    followed = select(Follow.thread_id).where(Follow.account_id == actor.id, ~Follow.muted)
    return Thread.id.in_(followed)


def saved(actor: Actor, number: int) -> Page[ThreadRow]:
    """What `actor` keeps and may still see, the latest kept first."""
    rows = db.session.scalars(
        select(Saved.thread_id)
        .join(Thread)
        .where(Saved.account_id == actor.id, policy.visible_threads(actor))
        .order_by(Saved.created_at.desc(), Saved.thread_id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    found = threads_by_id(actor, rows)
    return cut([found[thread_id] for thread_id in rows if thread_id in found], number, PAGE_SIZE)
