"""Where what was written elsewhere, or in a thread that is no more, stands now."""

from collections.abc import Collection, Iterator

from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.problems import NotFound
from app.forum.models import MergedThread, OldAddress, Post, Thread
from app.forum.queries.posts import post
from app.forum.queries.threads import post_url, thread, url_of

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


def merged_url(actor: Actor, thread_id: int) -> str:
    """Where the address of a thread leads whose posts stand in another one: to its opening post there.

    When that is not for `actor` to see, to the other thread. Raises NotFound when there is neither.
    """
    found = db.session.execute(
        select(MergedThread.post_id, Post.thread_id)
        .join(Post, Post.id == MergedThread.post_id)
        .where(MergedThread.thread_id == thread_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    try:
        return post_url(actor, found.post_id)
    except NotFound:
        return url_of(thread(actor, found.thread_id))


def standing_in(thread_ids: Collection[int]) -> dict[int, int]:
    """In which thread the posts of each of these stand: most in itself."""
    rows = (
        select(MergedThread.thread_id, Post.thread_id)
        .join(Post, Post.id == MergedThread.post_id)
        .where(MergedThread.thread_id.in_(thread_ids))
    )
    return {thread_id: thread_id for thread_id in thread_ids} | dict(db.session.execute(rows).all())
