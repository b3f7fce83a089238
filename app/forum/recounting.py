"""Proving counters against what they count: of threads their posts, of posts their votes, of tags their threads."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import case, func, select, update

from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Post, Tag, Thread, ThreadTag, Visibility, Vote
from app.forum.operations import touch
from app.forum.operations.counting import Counts, counted
from app.forum.operations.tagging import keep_names


@dataclass(frozen=True, slots=True)
class Mended:
    """A thread whose counters disagreed with its posts, and what they were and are."""

    thread_id: int
    before: Counts
    after: Counts


@dataclass(frozen=True, slots=True)
class MendedPost:
    """A post whose votes were counted wrongly: how many said helpful and not helpful, as it was and as it is."""

    post_id: int
    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True)
class MendedTag:
    """A tag that counted other threads than carry it."""

    name: str
    before: int
    after: int


def thread_count() -> int:
    """How many threads there are to recount."""
    return db.session.scalar(select(func.count()).select_from(Thread)) or 0


def recount(batch: int = 200) -> Iterator[tuple[int, list[Mended]]]:
    """Count anew, `batch` threads in a transaction; yields how many were looked at and which were mended.

    A batch's rows are locked before its posts are counted, so nothing posted meanwhile is lost from the count.
    """
    last = 0
    while True:
        with transaction() as session:
            rows = session.execute(
                select(Thread.id, Thread.answer_count, Thread.reply_count)
                .where(Thread.id > last)
                .order_by(Thread.id)
                .limit(batch)
                .with_for_update(key_share=True)
            ).all()
            found = counted([row.id for row in rows])
            mended = []
            for thread_id, answers, replies in rows:
                before, after = Counts(answers, replies), found[thread_id]
                if before != after:
                    touch(thread_id, answer_count=after.answers, reply_count=after.replies)
                    mended.append(Mended(thread_id, before, after))
        if not rows:
            return
        last = rows[-1].id
        yield len(rows), mended


def recount_tags() -> list[MendedTag]:
    """Count the public threads of every tag anew, in one transaction that keeps taggers waiting; the mended ones."""
    public = (
        select(ThreadTag.tag_id, func.count().label("threads"))
        .join(Thread, Thread.id == ThreadTag.thread_id)
        .where(Thread.visibility == Visibility.PUBLIC)
        .group_by(ThreadTag.tag_id)
        .subquery()
    )
    right = func.coalesce(public.c.threads, 0)
    wrong = select(Tag.id, Tag.name, Tag.thread_count, right).outerjoin(public, public.c.tag_id == Tag.id)
    with transaction() as session:
        keep_names(alone=True)
        found = session.execute(wrong.where(Tag.thread_count != right).order_by(Tag.id)).all()
        for tag_id, _name, _before, after in found:
            session.connection().execute(update(Tag).where(Tag.id == tag_id).values(thread_count=after))
    return [MendedTag(name, before, after) for _id, name, before, after in found]


def recount_votes(batch: int = 200) -> Iterator[MendedPost]:
    """Count the votes on posts anew, `batch` threads in a transaction: a vote waits for its thread.

    Votes that came with an import are numbers without voters, kept beside.
    """
    last = 0
    while True:
        with transaction() as session:
            thread_ids = session.scalars(
                select(Thread.id)
                .where(Thread.id > last)
                .order_by(Thread.id)
                .limit(batch)
                .with_for_update(key_share=True)
            ).all()
            up = Post.imported_up + func.coalesce(func.sum(case((Vote.value > 0, 1), else_=0)), 0)
            down = Post.imported_down + func.coalesce(func.sum(case((Vote.value < 0, 1), else_=0)), 0)
            rows = session.execute(
                select(Post.id, Post.thread_id, Post.up_count, Post.down_count, up, down)
                .outerjoin(Vote, Vote.post_id == Post.id)
                .where(Post.thread_id.in_(thread_ids))
                .group_by(Post.id)
                .having((Post.up_count != up) | (Post.down_count != down))
            ).all()
            for post_id, thread_id, _up, _down, *after in rows:
                values = {"up_count": after[0], "down_count": after[1]}
                session.connection().execute(update(Post).where(Post.id == post_id).values(values))
                touch(thread_id)
        yield from (MendedPost(row[0], (row[2], row[3]), (row[4], row[5])) for row in rows)
        if not thread_ids:
            return
        last = thread_ids[-1]
