"""Which tags a thread carries."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import bindparam, delete, func, insert, select, update

from app.core.db import db, insert_ignoring
from app.core.transaction import holds, transaction
from app.forum.masking import public
from app.forum.models import Tag, TagAlias, Thread, ThreadTag, Visibility

_POSTGRES_LOCK = 0x746167


def set_tags(thread_id: int, names: Iterable[str]) -> None:
    """Let the thread carry exactly these tags, in the open transaction; the counts of tags follow.

    A name that is an alias means its tag. One with personal data in it is left out: forms refuse it, imports cannot.
    """
    keep_names()
    session = db.session()
    before = set(session.scalars(select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread_id)))
    after = _ids_of({name for name in names if public(name) == name})
    if gone := before - after:
        session.execute(delete(ThreadTag).where(ThreadTag.thread_id == thread_id, ThreadTag.tag_id.in_(gone)))
    if come := after - before:
        session.connection().execute(
            insert_ignoring(ThreadTag), [{"thread_id": thread_id, "tag_id": tag_id} for tag_id in come]
        )
    visibility = session.scalar(select(Thread.visibility).where(Thread.id == thread_id))
    if visibility == Visibility.PUBLIC:
        _count({**dict.fromkeys(come, 1), **dict.fromkeys(gone, -1)})


def tag_new_threads(names: Mapping[int, Collection[str]]) -> None:
    """Give public threads without tags theirs, in the open transaction, in statements that do not grow with them.

    As with `set_tags`, an alias means its tag and a name with personal data in it is left out.
    """
    keep_names()
    tags = _tags_of({name for wanted in names.values() for name in wanted if public(name) == name})
    pairs = {
        (thread_id, tags[name]) for thread_id, wanted in names.items() for name in wanted if name in tags
    }
    if not pairs:
        return
    db.session().connection().execute(
        insert(ThreadTag), [{"thread_id": thread_id, "tag_id": tag_id} for thread_id, tag_id in sorted(pairs)]
    )
    carried = Counter(tag_id for _thread_id, tag_id in pairs)
    rows = select(Tag.id).where(Tag.id.in_(carried)).order_by(Tag.id)
    db.session.execute(rows.with_for_update(key_share=True))
    counted = update(Tag).where(Tag.id == bindparam("tag"))
    db.session().connection().execute(
        counted.values(thread_count=Tag.thread_count + bindparam("step")),
        [{"tag": tag_id, "step": step} for tag_id, step in sorted(carried.items())],
    )


def describe_tags(descriptions: Mapping[str, str]) -> int:
    """Describe tags that exist and have no description yet, in one transaction; how many that were."""
    with transaction() as session:
        found = (
            session.connection()
            .execute(select(Tag.id, Tag.name).where(Tag.name.in_(descriptions), Tag.description == ""))
            .all()
        )
        rows = [{"tag": tag_id, "words": public(descriptions[name])} for tag_id, name in found]
        if rows:
            described = update(Tag).where(Tag.id == bindparam("tag")).values(description=bindparam("words"))
            session.connection().execute(described, rows)
        return len(rows)


def count_tags_of(thread_id: int, step: int) -> None:
    """Count a thread in (1) or out (-1) of its tags, in the open transaction, in which names are kept already."""
    carried = db.session.scalars(select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread_id))
    _count(dict.fromkeys(carried, step))


def keep_names(*, alone: bool = False) -> None:
    """Let no tag be merged or renamed, no post move to another thread and no account become another, until the open
    transaction ends; `alone`, for who does that, keeps everybody away who writes in threads, flags or judges.

    Taken before any row of thread is locked: whoever holds one and waits here would wait for who waits for it.
    SQLite has one writer anyway.
    """
    session = db.session()
    if session.get_bind().dialect.name == "postgresql" and not holds(("names", alone)):
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        session.execute(select(lock(_POSTGRES_LOCK)))


def _ids_of(names: Collection[str]) -> set[int]:
    """The tags of these names, made where there is neither tag nor alias."""
    return set(_tags_of(names).values())


def _tags_of(names: Collection[str]) -> dict[str, int]:
    """By name, the tag each means, made where there is neither tag nor alias."""
    if not names:
        return {}
    session = db.session()
    aliases = select(TagAlias.name, TagAlias.tag_id).where(TagAlias.name.in_(names))
    meant = dict(session.execute(aliases).all())
    if plain := sorted(set(names) - set(meant)):
        session.connection().execute(insert_ignoring(Tag), [{"name": name} for name in plain])
    return {**dict(session.execute(select(Tag.name, Tag.id).where(Tag.name.in_(plain))).all()), **meant}


def _count(steps: Mapping[int, int]) -> None:
    """Let each tag's counter go its step."""
    if not steps:
        return
    # All in one order, so that two threads with the same tags do not wait for each other; and no stronger than a
    # counter needs: who has just tagged a thread shares the tag with others who did, and none would let go first.
    rows = select(Tag.id).where(Tag.id.in_(steps)).order_by(Tag.id)
    db.session.execute(rows.with_for_update(key_share=True))
    for step in sorted(set(steps.values())):
        ids = [tag_id for tag_id in steps if steps[tag_id] == step]
        counted = update(Tag).where(Tag.id.in_(ids)).values(thread_count=Tag.thread_count + step)
        db.session().connection().execute(counted)
