"""Writing threads and posts. Kinds call these inside their own transactions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.problems import Problem
from app.core.text import clean_text, refusal, render
from app.forum import policy
from app.forum.models import Post, Space, Thread, Visibility
from app.forum.operations.tagging import set_tags


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote, and what the text pipeline made of it.

    `html` is what the public reads; `unmasked_html` what staff read, None when nothing was masked.
    """

    source: str
    html: str
    pipeline_version: int
    unmasked_html: str | None = None

    @property
    def links_outside(self) -> bool:
        """Whether a link in it leads away from this site: those of this site are paths."""
        return '<a href="http' in self.html

    @property
    def columns(self) -> dict[str, Any]:
        """For the row that keeps them."""
        return {"source": self.source, "html": self.html, "pipeline_version": self.pipeline_version}


def prepared(source: str, field: str = "source") -> Words:
    """Render `source`; done before a transaction, so that no lock is held meanwhile.

    Raises Problem, beside `field`, for text the pipeline refuses.
    """
    if reason := refusal(source):
        raise Problem(reason, field=field)
    source = clean_text(source)
    rendered = render(source)
    return Words(source, rendered.html, rendered.version)


def open_thread(
    actor: Actor,
    *,
    kind: str,
    state: str,
    space_id: int,
    title: str,
    words: Words,
    tags: Iterable[str],
    held: bool = False,
) -> tuple[Thread, Post]:
    """Write a thread with its opening post, in the open transaction; `held` lets it wait for a look."""
    if db.session.get(Space, space_id) is None:
        raise Problem(policy.NO_SUCH_SPACE, field="space_id")
    moment = now()
    row = Thread(
        kind=kind,
        state=state,
        space_id=space_id,
        author_id=actor.id,
        title=title,
        visibility=Visibility.HELD if held else Visibility.PUBLIC,
        created_at=moment,
        last_activity_at=moment,
    )
    db.session.add(row)
    db.session.flush()
    set_tags(row.id, tags)
    return row, _write_post(actor, row.id, None, words)


def add_post(
    actor: Actor, *, thread: Thread, parent: Post, words: Words, held: bool = False, **changes: Any
) -> Post:
    """Write a post under `parent`, in the open transaction; `changes` go to the thread with it.

    `held` lets it wait for a look: then nothing is counted and nothing in the thread changes.
    """
    if held:
        return _write_post(actor, thread.id, parent.id, words, Visibility.HELD)
    row = _write_post(actor, thread.id, parent.id, words)
    counter = Thread.answer_count if parent.parent_id is None else Thread.reply_count
    touch(thread.id, **{counter.key: counter + 1}, last_activity_at=row.created_at, **changes)
    return row


def past_posts(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Write public posts of another time, in the open transaction, and touch nothing else; their ids, in order.

    Each row has the columns of `Words.columns` and thread_id, parent_id, author_id, created_at and external_id.
    """
    if not rows:
        return []
    made = insert(Post).returning(Post.id, sort_by_parameter_order=True)
    return list(db.session.scalars(made, [{"visibility": Visibility.PUBLIC, **row} for row in rows]))


def touch(thread_id: int, **values: Any) -> None:
    """Change columns of a thread in the open transaction, and its version with them."""
    db.session.execute(
        update(Thread)
        .where(Thread.id == thread_id)
        .values(version=Thread.version + 1, **values)
        .execution_options(synchronize_session="fetch")
    )


def _write_post(
    actor: Actor,
    thread_id: int,
    parent_id: int | None,
    words: Words,
    visibility: Visibility = Visibility.PUBLIC,
) -> Post:
    row = Post(
        thread_id=thread_id,
        parent_id=parent_id,
        author_id=actor.id,
        visibility=visibility,
        created_at=now(),
        unmasked_html=words.unmasked_html,
        **words.columns,
    )
    db.session.add(row)
    db.session.flush()
    return row
