"""Which tags a thread carries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import bindparam, delete, insert, select, update

from app.core.db import db, insert_ignoring
from app.core.transaction import transaction
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


def tag_new_threads(names: Mapping[int, Collection[str]]) -> None:
    """Give public threads without tags theirs, in the open transaction, in statements that do not grow with them."""
    carriers: defaultdict[str, list[int]] = defaultdict(list)
    for thread_id, wanted in names.items():
        for name in set(wanted):
            carriers[name].append(thread_id)
    if not carriers:
        return
    session = db.session()
    session.connection().execute(insert_ignoring(Tag), [{"name": name} for name in sorted(carriers)])
    # In one order, as in `_count`.
    tags = session.execute(
        select(Tag.id, Tag.name).where(Tag.name.in_(carriers)).order_by(Tag.id).with_for_update()
    ).all()
    session.connection().execute(
        insert(ThreadTag),
        [{"thread_id": thread_id, "tag_id": tag_id} for tag_id, name in tags for thread_id in carriers[name]],
    )
    session.connection().execute(
        update(Tag)
        .where(Tag.id == bindparam("tag"))
        .values(thread_count=Tag.thread_count + bindparam("step")),
        [{"tag": tag_id, "step": len(carriers[name])} for tag_id, name in tags],
    )


def describe_tags(descriptions: Mapping[str, str]) -> int:
    """Describe tags that exist and have no description yet, in one transaction; how many that were."""
    with transaction() as session:
        found = (
            session.connection()
            .execute(select(Tag.id, Tag.name).where(Tag.name.in_(descriptions), Tag.description == ""))
            .all()
        )
        rows = [{"tag": tag_id, "words": descriptions[name]} for tag_id, name in found]
        if rows:
            described = update(Tag).where(Tag.id == bindparam("tag")).values(description=bindparam("words"))
            session.connection().execute(described, rows)
        return len(rows)


def count_tags_of(thread_id: int, step: int) -> None:
    """Count a thread in (1) or out (-1) of its tags, in the open transaction."""
    _count(set(db.session.scalars(select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread_id))), step)


def _count(tag_ids: Collection[int], step: int) -> None:
    if not tag_ids:
        return
    # In one order, so that two threads with the same tags do not wait for each other.
    db.session.execute(select(Tag.id).where(Tag.id.in_(tag_ids)).order_by(Tag.id).with_for_update())
    db.session().connection().execute(
        update(Tag).where(Tag.id.in_(tag_ids)).values(thread_count=Tag.thread_count + step)
    )
