"""Counting the posts of threads, whatever their counters say."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.forum.models import Post, Visibility


@dataclass(frozen=True, slots=True)
class Counts:
    """The public answers of a thread, and all other public posts below its opening post."""

    answers: int = 0
    replies: int = 0


def counted(thread_ids: Collection[int]) -> dict[int, Counts]:
    """Each of these threads, counted in one statement; true for as long as they are held."""
    parent = aliased(Post)
    direct = func.sum(case((parent.parent_id.is_(None) & ~Post.comment, 1), else_=0))
    rows = (
        select(Post.thread_id, direct, func.count())
        .join(parent, parent.id == Post.parent_id)
        .where(Post.thread_id.in_(thread_ids), Post.visibility == Visibility.PUBLIC)
        .group_by(Post.thread_id)
    )
    return dict.fromkeys(thread_ids, Counts()) | {
        thread_id: Counts(answers, posts - answers) for thread_id, answers, posts in db.session.execute(rows)
    }
