"""Taking posts with everything under them from one thread to another: what merging and splitting have in common."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import and_, delete, exists, func, or_, select, update

from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.core.parts import part
from app.core.problems import NotFound
from app.forum.events import PostsMoved
from app.forum.models import Follow, MergedThread, Post, Saved, Thread, Visibility
from app.forum.operations.counting import counted
from app.forum.operations.tagging import count_tags_of, keep_names
from app.forum.operations.writing import touch
from app.forum.ports import KindsMoving, Moving

T = TypeVar("T")
PIECE = 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post is to hang; `comment` counts where that is an opening post, else the post is what the one above is."""

    parent_id: int | None
    comment: bool = False


def hold_all(*thread_ids: int) -> list[Thread]:
    """Hold these threads, in the order given, while nobody writes in any thread. Raises NotFound when one is missing.

    Whoever writes keeps names first; so nobody finds a post in one thread and counts it there when it is in another.
    To be called before the open transaction keeps names or holds threads otherwise: two such would block each other.
    """
    keep_names(alone=True)
    rows = select(Thread).where(Thread.id.in_(thread_ids)).order_by(Thread.id)
    held = {
        row.id: row
        for row in db.session.scalars(
            rows.with_for_update(key_share=True).execution_options(populate_existing=True)
        )
    }
    if len(held) < len(set(thread_ids)):
        raise NotFound
    return [held[thread_id] for thread_id in thread_ids]


def moving(kind: str) -> Moving:
    """What threads of this kind add."""
    return part(KindsMoving)()[kind]


def opening_of(thread_id: int) -> Post:
    """The opening post, as it is now. Raises NotFound for a thread without posts."""
    return one(Post.thread_id == thread_id, Post.parent_id.is_(None))


def one(*where: Any) -> Post:
    """A post, as it is now. Raises NotFound."""
    row = db.session.scalar(select(Post).where(*where).execution_options(populate_existing=True))
    if row is None:
        raise NotFound
    return row


def outline(thread_id: int) -> dict[int, tuple[int | None, bool]]:
    """Of every post in a thread the one above it and whether it is a comment; above comes before below."""
    rows = select(Post.id, Post.parent_id, Post.comment).where(Post.thread_id == thread_id)
    return {
        post_id: (parent_id, comment)
        for post_id, parent_id, comment in db.session.execute(rows.order_by(Post.id))
    }


def graft(
    from_id: int,
    to_id: int,
    roots: Mapping[int, Place],
    *,
    not_before: Mapping[int, datetime | None] = MappingProxyType({}),
) -> None:
    """Take `roots` with everything under them to another thread, and count and tell in both; both are held.

    What hangs under a post follows it. An opening post may come only where there is none. The last activity of a thread
    is that of its latest public post, and `not_before` what is given for it.
    """
    tree = outline(from_id)
    comments = {post_id: comment for post_id, (_parent, comment) in outline(to_id).items()}
    opening = next(iter(comments), None)
    wanted: dict[int, Place] = {}
    for post_id, (parent_id, comment) in tree.items():
        if post_id not in roots and parent_id not in wanted:
            continue
        place = roots.get(post_id) or Place(parent_id, comment)
        if place.parent_id is None:
            opening, comments[post_id] = post_id, False
        else:
            # Under an opening post everything says itself what it is; below that it is what it hangs under.
            direct = place.parent_id == opening
            comments[post_id] = place.comment if direct else comments[place.parent_id]
        wanted[post_id] = place
    _write(to_id, roots, {post_id: comments[post_id] for post_id in wanted})
    counts = counted([from_id, to_id])
    for thread_id in sorted(counts):
        moments = [at for at in (db.session.scalar(_latest(thread_id)), not_before.get(thread_id)) if at]
        touch(
            thread_id,
            answer_count=counts[thread_id].answers,
            reply_count=counts[thread_id].replies,
            **({"last_activity_at": max(moments)} if moments else {}),
        )
        emit(PostsMoved(thread_id))
    db.session.flush()
    db.session.expire_all()


def empty(thread_id: int, opening_id: int) -> None:
    """Let a thread without posts be seen by nobody; its address leads to what was its opening post."""
    count_tags_of(thread_id, -1)
    touch(thread_id, visibility=Visibility.MERGED)
    db.session.add(MergedThread(thread_id=thread_id, post_id=opening_id))
    db.session.flush()


def fill(thread_id: int) -> None:
    """Let a thread that got its posts back be read again."""
    db.session.execute(delete(MergedThread).where(MergedThread.thread_id == thread_id))
    count_tags_of(thread_id, 1)
    touch(thread_id, visibility=Visibility.PUBLIC)


def bring(
    table: type[Follow] | type[Saved], from_id: int, to_id: int, *, since: datetime | None = None
) -> list[int]:
    """Let who follows or keeps one thread do so with another, as they do with the first; whose rows are new there.

    Only those who said so after `since`, if that is given. Who wrote in the other one is not made to hear less of it.
    """
    columns = [column.name for column in table.__table__.columns if column.name != "thread_id"]
    rows = select(*(getattr(table, name) for name in columns)).where(table.thread_id == from_id)
    if since is not None:
        rows = rows.where(table.created_at > since)
    if table is Follow:
        there = select(Post.author_id).where(Post.thread_id == to_id)
        rows = rows.where(or_(~Follow.muted, Follow.account_id.not_in(there)))
    found = [{**row, "thread_id": to_id} for row in db.session.execute(rows).mappings()]
    new: list[int] = []
    for some in _pieces(found):
        insert = insert_ignoring(table).values(list(some)).returning(table.account_id)
        new += db.session().connection().execute(insert).scalars()
    return sorted(new)


def take_back(
    table: type[Follow] | type[Saved], to_id: int, from_id: int, account_ids: Sequence[int]
) -> None:
    """End what `bring` began for these people, unless they said something about the other thread themselves since."""
    original = select(table.account_id, table.created_at).where(table.thread_id == from_id).subquery()
    unchanged = exists().where(
        and_(original.c.account_id == table.account_id, original.c.created_at == table.created_at)
    )
    for some in _pieces(account_ids):
        gone = delete(table).where(table.thread_id == to_id, table.account_id.in_(some), unchanged)
        db.session.execute(gone.execution_options(synchronize_session=False))


def _write(to_id: int, roots: Mapping[int, Place], comments: Mapping[int, bool]) -> None:
    run = db.session().connection().execute
    places: dict[int | None, list[int]] = {}
    for post_id in comments:
        if post_id in roots:
            places.setdefault(roots[post_id].parent_id, []).append(post_id)
    # At once, the thread and what it hangs on: a thread never has two opening posts.
    for parent_id, post_ids in places.items():
        for some in _pieces(post_ids):
            run(update(Post).where(Post.id.in_(some)).values(thread_id=to_id, parent_id=parent_id))
    for comment in (True, False):
        same = [post_id for post_id in comments if comments[post_id] is comment]
        for some in _pieces(same):
            run(update(Post).where(Post.id.in_(some)).values(thread_id=to_id, comment=comment))


def _pieces(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """No statement carries more than databases take."""
    return (things[start : start + PIECE] for start in range(0, len(things), PIECE))


def _latest(thread_id: int) -> Any:
    """When somebody last wrote what everybody reads."""
    seen = or_(Post.visibility == Visibility.PUBLIC, Post.parent_id.is_(None))
    return select(func.max(Post.created_at)).where(Post.thread_id == thread_id, seen)
