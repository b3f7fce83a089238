"""Proving the counters of threads against the posts they count."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Post, Thread, Visibility
from app.forum.operations import touch


@dataclass(frozen=True, slots=True)
class Counts:
    """Public direct replies of a thread, and the public posts below any direct reply."""

    answers: int
    replies: int


@dataclass(frozen=True, slots=True)
class Mended:
    """A thread whose counters disagreed with its posts, and what they were and are."""

    thread_id: int
    before: Counts
    after: Counts


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
                .with_for_update()
            ).all()
            counted = _counted([row.id for row in rows])
            mended = []
            for thread_id, answers, replies in rows:
                before, after = Counts(answers, replies), counted.get(thread_id, Counts(0, 0))
                if before != after:
                    touch(thread_id, answer_count=after.answers, reply_count=after.replies)
                    mended.append(Mended(thread_id, before, after))
        if not rows:
            return
        last = rows[-1].id
        yield len(rows), mended


def _counted(thread_ids: list[int]) -> dict[int, Counts]:
    parent = aliased(Post)
    direct = func.sum(case((parent.parent_id.is_(None), 1), else_=0))
    rows = (
        select(Post.thread_id, direct, func.count())
        .join(parent, parent.id == Post.parent_id)
        .where(Post.thread_id.in_(thread_ids), Post.visibility == Visibility.PUBLIC)
        .group_by(Post.thread_id)
    )
    return {
        thread_id: Counts(answers, posts - answers) for thread_id, answers, posts in db.session.execute(rows)
    }
