"""Posts written by an older text pipeline, rendered and masked anew."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, func, select, true, update

from app.core.db import db
from app.core.events import emit
from app.core.problems import Problem
from app.core.text import PIPELINE_VERSION
from app.core.transaction import transaction
from app.forum.events import TextRebuilt
from app.forum.masking import public_html, titled
from app.forum.models import Post, Thread
from app.forum.operations.redacting import mask_again
from app.forum.operations.writing import Words, prepared, touch
from app.forum.redacted import put_away

BATCH = 100


def outdated(*, everything: bool = False) -> int:
    """How many posts there are to do."""
    return db.session.scalar(select(func.count(Post.id)).where(_due(everything))) or 0


def rebuild(*, everything: bool = False) -> Iterator[tuple[int, int]]:
    """Do them, oldest first, each batch in a transaction of its own: how many it did, and how many read differently now.

    What was done is not due again, so it may be broken off at any time. A post edited meanwhile is left to its editor.
    """
    last = 0
    while True:
        as_written = func.coalesce(Post.unmasked_html, Post.html).label("as_written")
        columns = (
            Post.id,
            Post.thread_id,
            Post.parent_id,
            Post.version,
            Post.source,
            Post.html,
            _written_here().label("ours"),
            as_written,
        )
        rows = db.session.execute(
            select(*columns)
            .join(Thread)
            .where(Post.id > last, _due(everything))
            .order_by(Post.id)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        written = {row.id: _words(row.source, row.as_written, ours=row.ours) for row in rows}
        changed: set[int] = set()
        differing = 0
        with transaction():
            for row in rows:
                words = written[row.id]
                differs = _write(row.id, row.version, words) and words.html != row.html
                if differs:
                    mask_again(row.id)
                    differs = _reads(row.id) != row.html
                differing += differs
                if (row.parent_id is None and _title(row.thread_id, row.id)) or differs:
                    changed.add(row.thread_id)
            for thread_id in sorted(changed):
                touch(thread_id)
                emit(TextRebuilt(thread_id))
        last = rows[-1].id
        yield len(rows), differing


def _due(everything: bool) -> ColumnElement[bool]:
    return true() if everything else Post.pipeline_version < PIPELINE_VERSION


def _written_here() -> ColumnElement[bool]:
    """For a SELECT from post joined with its thread: what no import brought."""
    return Post.external_id.is_(None) & (Post.parent_id.is_not(None) | Thread.source.is_(None))


def _words(source: str, html: str, *, ours: bool) -> Words:
    """What is made of `source` today; what would be refused today keeps its `html`, masked.

    Names after an @ are people of this site only where it is `ours`: an import means others.
    """
    try:
        return prepared(source, mentions=ours)
    except Problem:
        shown, found = public_html(html)
        return Words(source, shown, PIPELINE_VERSION, html if found else None, found)


def _write(post_id: int, version: int, words: Words) -> bool:
    """Keep them, unless the post was edited meanwhile; whether they were kept."""
    kept = (
        update(Post)
        .where(Post.id == post_id, Post.version == version)
        .values(**words.columns, unmasked_html=words.unmasked_html)
    )
    return bool(db.session().connection().execute(kept).rowcount)


def _reads(post_id: int) -> str:
    return db.session.scalars(select(Post.html).where(Post.id == post_id)).one()


def _title(thread_id: int, post_id: int) -> bool:
    """Mask the thread's title anew; whether that changed it."""
    thread = db.session.get_one(Thread, thread_id)
    before = (thread.title, thread.unmasked_title)
    columns = titled(thread.unmasked_title or thread.title, put_away(post_id))
    if before == (columns["title"], columns["unmasked_title"]):
        return False
    db.session().connection().execute(update(Thread).where(Thread.id == thread_id).values(**columns))
    return True
