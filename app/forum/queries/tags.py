"""Tags, and which threads carry them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, any_, func, or_, select

from app.core.db import db
from app.core.problems import NotFound
from app.core.web.pages import Page, cut
from app.forum.models import Tag, TagAlias, Thread, ThreadTag, Visibility

TAGS_SIZE = 40
MANY = 5_000
RELATED_FROM = 500


@dataclass(frozen=True, slots=True)
class TagRow:
    """One tag in a list; `count` is of public threads."""

    name: str
    description: str
    count: int


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
    """The tag of this name, or the one it is an alias of. Raises NotFound when there is neither."""
    alias = select(TagAlias.tag_id).where(TagAlias.name == name)
    row = db.session.scalar(select(Tag).where(or_(Tag.name == name, Tag.id.in_(alias))))
    if row is None:
        raise NotFound
    return row


def tags_meant(names: Collection[str]) -> dict[str, str]:
    """The tag that each of these names means, itself or as an alias; without those that no public thread carries."""
    own = select(Tag.name, Tag.name).where(Tag.name.in_(names), Tag.thread_count > 0)
    others = select(TagAlias.name, Tag.name).join(Tag).where(TagAlias.name.in_(names), Tag.thread_count > 0)
    return dict(db.session.execute(own.union_all(others)).all()) if names else {}


def tagged(tag_id: int, count: int = 0) -> ColumnElement[bool]:
    """For `threads`: those that carry the tag, which about `count` do.

    Planners guess how a tag's threads lie among all, and guess wrong: few are gathered and put in order, of MANY the
    latest are looked for among the latest of all. With 100,000 threads that is 4 ms instead of 37 (SQLite, 50,000
    tagged) or 106 (PostgreSQL, 5,000 old ones).
    """
    carriers = select(ThreadTag.thread_id).where(ThreadTag.tag_id == tag_id)
    if count > MANY:
        return carriers.where(ThreadTag.thread_id == Thread.id).correlate(Thread).exists()
    if db.session().get_bind().dialect.name == "postgresql":
        return Thread.id == any_(func.array(carriers.scalar_subquery()))
    return Thread.id.in_(carriers)


def aliases(tag_id: int) -> Sequence[str]:
    """The other names of a tag."""
    return db.session.scalars(
        select(TagAlias.name).where(TagAlias.tag_id == tag_id).order_by(TagAlias.name)
    ).all()


def tags_by_use(filtered: str, *, number: int = 1, size: int = TAGS_SIZE) -> Page[TagRow]:
    """Tags that public threads carry, the most used first; with `filtered` those with it in a name or an alias."""
    rows = select(Tag.name, Tag.description, Tag.thread_count).where(Tag.thread_count > 0)
    if filtered:
        by_alias = select(TagAlias.tag_id).where(TagAlias.name.contains(filtered, autoescape=True))
        rows = rows.where(or_(Tag.name.contains(filtered, autoescape=True), Tag.id.in_(by_alias)))
    page = rows.order_by(Tag.thread_count.desc(), Tag.name).offset((number - 1) * size).limit(size + 1)
    return cut([TagRow(*row) for row in db.session.execute(page)], number, size)


def related_tags(tag_id: int, limit: int = 8) -> Sequence[str]:
    """The tags that stand beside this one most often, among its RELATED_FROM newest threads."""
    newest = (
        select(ThreadTag.thread_id)
        .where(ThreadTag.tag_id == tag_id)
        .order_by(ThreadTag.thread_id.desc())
        .limit(RELATED_FROM)
        .subquery()
    )
    beside = (
        select(Tag.name)
        .select_from(newest)
        .join(Thread, Thread.id == newest.c.thread_id)
        .join(ThreadTag, ThreadTag.thread_id == Thread.id)
        .join(Tag, Tag.id == ThreadTag.tag_id)
        .where(Thread.visibility == Visibility.PUBLIC, Tag.id != tag_id)
        .group_by(Tag.id, Tag.name)
        .order_by(func.count().desc(), Tag.name)
        .limit(limit)
    )
    return db.session.scalars(beside).all()


def popular_tags(limit: int = 12) -> Sequence[str]:
    """The tags that most public threads carry."""
    rows = (
        select(Tag.name).where(Tag.thread_count > 0).order_by(Tag.thread_count.desc(), Tag.name).limit(limit)
    )
    return db.session.scalars(rows).all()
