"""Tags, and which threads carry them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from app.core.db import db
from app.core.problems import NotFound
from app.forum.models import Tag, Thread, ThreadTag


def tags_of(thread_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The tags of each thread, in the alphabet's order."""
    rows = (
        select(ThreadTag.thread_id, Tag.name)
        .join(Tag)
        .where(ThreadTag.thread_id.in_(list(thread_ids)))
        .order_by(Tag.name)
    )
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for thread_id, name in db.session.execute(rows):
        found[thread_id] += (name,)
    return found


def tag_line() -> ScalarSelect[str]:
    """For a SELECT from thread: its tags in one line, with spaces between."""
    return (
        select(func.aggregate_strings(Tag.name, " "))
        .join(ThreadTag, ThreadTag.tag_id == Tag.id)
        .where(ThreadTag.thread_id == Thread.id)
        .correlate(Thread)
        .scalar_subquery()
    )


def tag(name: str) -> Tag:
    """Raises NotFound when nobody has used it."""
    row = db.session.scalar(select(Tag).where(Tag.name == name))
    if row is None:
        raise NotFound
    return row


def tagged(tag_id: int) -> ColumnElement[bool]:
    """For `threads`: those that carry the tag."""
    return Thread.id.in_(select(ThreadTag.thread_id).where(ThreadTag.tag_id == tag_id))


def popular_tags(limit: int = 12) -> Sequence[str]:
    """The tags that most public threads carry."""
    rows = (
        select(Tag.name).where(Tag.thread_count > 0).order_by(Tag.thread_count.desc(), Tag.name).limit(limit)
    )
    return db.session.scalars(rows).all()
