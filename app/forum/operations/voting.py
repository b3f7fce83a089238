"""Saying whether a post was helpful."""

from sqlalchemy import delete, select, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import policy
from app.forum.events import Voted
from app.forum.models import Post, Thread, Vote
from app.forum.operations.tagging import keep_names
from app.forum.operations.writing import touch


def vote(actor: Actor, *, post_id: int, value: int) -> None:
    """Let `actor`'s word on a post be `value`: 1 helpful, -1 not helpful, 0 none; the post counts it.

    Saying again what is said already changes nothing. Raises NotFound or Problem.
    """
    if value not in (1, -1, 0):
        raise NotFound
    with transaction() as session:
        keep_names()
        found = session.execute(select(Post, Thread).join(Thread).where(Post.id == post_id)).one_or_none()
        if found is None or not policy.can_see_post(actor, found.Post, found.Thread):
            raise NotFound
        # The thread first, as everybody who counts in it does: two votes wait for each other here.
        session.refresh(found.Thread, with_for_update={"key_share": True})
        session.refresh(found.Post)
        if reason := policy.vote(actor, found.Post, found.Thread):
            raise Problem(reason)
        mine = (Vote.post_id == post_id, Vote.account_id == actor.id)
        before = session.scalar(select(Vote.value).where(*mine)) or 0
        if before == value:
            return
        if value == 0:
            session.execute(delete(Vote).where(*mine))
        elif before:
            session.execute(update(Vote).where(*mine).values(value=value, created_at=now()))
        else:
            session.add(Vote(post_id=post_id, account_id=actor.id, value=value, created_at=now()))
        session.connection().execute(
            update(Post)
            .where(Post.id == post_id)
            .values(
                up_count=Post.up_count + int(value > 0) - int(before > 0),
                down_count=Post.down_count + int(value < 0) - int(before < 0),
            )
        )
        touch(found.Thread.id)
        emit(Voted(post_id, found.Thread.id, int(actor.id or 0), before, value))
