"""Where what was written elsewhere lives now."""

from collections.abc import Iterator

from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.problems import NotFound
from app.forum.models import OldAddress, Post, Thread
from app.forum.queries.posts import post

AT_ONCE = 1_000


def moved(actor: Actor, source: str, external_id: str) -> tuple[Post, Thread]:
    """The post that `external_id` at `source` stands for, with its thread. Raises NotFound."""
    post_id = db.session.scalar(
        select(OldAddress.post_id).where(OldAddress.source == source, OldAddress.external_id == external_id)
    )
    if post_id is None:
        raise NotFound
    return post(actor, post_id)


def moved_from(source: str) -> bool:
    """Whether old addresses of `source` are known."""
    return (
        db.session.scalar(select(OldAddress.post_id).where(OldAddress.source == source).limit(1)) is not None
    )


def old_addresses(source: str) -> Iterator[tuple[str, int]]:
    """External ids at `source` with the posts they stand for, AT_ONCE in memory."""
    rows = (
        select(OldAddress.external_id, OldAddress.post_id)
        .where(OldAddress.source == source)
        .order_by(OldAddress.post_id)
        .execution_options(yield_per=AT_ONCE)
    )
    with db.session.execute(rows) as found:
        yield from ((external_id, post_id) for external_id, post_id in found)
