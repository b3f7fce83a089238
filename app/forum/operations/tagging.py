"""Which tags a thread carries."""

from collections.abc import Collection, Iterable

from sqlalchemy import delete, select, update

from app.core.db import db, insert_ignoring
from app.forum.models import Tag, Thread, ThreadTag, Visibility


def set_tags(thread_id: int, names: Iterable[str]) -> None:
    """Let the thread carry exactly these tags, in the open transaction; the counts of tags follow."""
    wanted = set(names)
    session = db.session()
    before = set(session.scalars(select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread_id)))
    after: set[int] = set()
    if wanted:
        session.connection().execute(insert_ignoring(Tag), [{"name": name} for name in sorted(wanted)])
        after = set(session.scalars(select(Tag.id).where(Tag.name.in_(wanted))))
    if gone := before - after:
        session.execute(delete(ThreadTag).where(ThreadTag.thread_id == thread_id, ThreadTag.tag_id.in_(gone)))
    if come := after - before:
        session.connection().execute(
            insert_ignoring(ThreadTag), [{"thread_id": thread_id, "tag_id": tag_id} for tag_id in come]
        )
    visibility = session.scalar(select(Thread.visibility).where(Thread.id == thread_id))
    if visibility == Visibility.PUBLIC:
        _count(come, 1)
        _count(gone, -1)


def count_tags_of(thread_id: int, step: int) -> None:
    """Count a thread in (1) or out (-1) of its tags, in the open transaction."""
    _count(set(db.session.scalars(select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread_id))), step)


def _count(tag_ids: Collection[int], step: int) -> None:
    if not tag_ids:
        return
    # In one order, so that two threads with the same tags do not wait for each other; and not against rows that come
    # to point at them, which both have just written.
    rows = select(Tag.id).where(Tag.id.in_(tag_ids)).order_by(Tag.id)
    db.session.execute(rows.with_for_update(key_share=True))
    db.session().connection().execute(
        update(Tag).where(Tag.id.in_(tag_ids)).values(thread_count=Tag.thread_count + step)
    )
