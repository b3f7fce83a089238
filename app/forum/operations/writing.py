"""Writing threads and posts. Kinds call these inside their own transactions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.problems import Problem
from app.core.text import Found, clean_text, links, refusal, render
from app.core.transaction import holds
from app.forum import mentioning
from app.forum.events import ThreadTouched
from app.forum.masking import public_html, titled
from app.forum.models import Post, Thread, Visibility
from app.forum.operations.spaces import living_space
from app.forum.operations.tagging import keep_names, set_tags

PIECE = 5_000
"""Numbers in one statement: fewer than any database takes."""


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote, and what the text pipeline made of it.

    `html` is what the public reads; `unmasked_html` what staff read, None when nothing was masked; `found` is what was.
    `mentioned` are the ids of people named in it.
    """

    source: str
    html: str
    pipeline_version: int
    unmasked_html: str | None = None
    found: tuple[Found, ...] = ()
    mentioned: tuple[int, ...] = ()

    def links_outside(self, title: str = "") -> bool:
        """Whether a link in it, or an address in its thread's `title`, leads away from this site: its own are paths."""
        return bool(links(self.html, title))

    @property
    def columns(self) -> dict[str, Any]:
        """For the row that keeps them."""
        return {"source": self.source, "html": self.html, "pipeline_version": self.pipeline_version}


def prepared(source: str, field: str = "source", *, mentions: bool = False, private: bool = False) -> Words:
    """Render `source`; done before a transaction, so that no lock is held meanwhile.

    Personal data is masked, but in `private` text, which only those it is meant for may read. With `mentions` people
    named in it are linked, and told once others may see it. Raises Problem, beside `field`, for text the pipeline
    refuses.
    """
    if reason := refusal(source):
        raise Problem(reason, field=field)
    source = clean_text(source)
    rendered, mentioned = mentioning.rendered(source) if mentions else (render(source), ())
    if private:
        return Words(source, rendered.html, rendered.version)
    html, found = public_html(rendered.html)
    return Words(source, html, rendered.version, rendered.html if found else None, found, mentioned)


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
    space_id = living_space(space_id)
    moment = now()
    row = Thread(
        kind=kind,
        state=state,
        space_id=space_id,
        author_id=actor.id,
        **titled(title),
        visibility=Visibility.HELD if held else Visibility.PUBLIC,
        created_at=moment,
        last_activity_at=moment,
    )
    db.session.add(row)
    db.session.flush()
    set_tags(row.id, tags)
    return row, _write_post(actor, row.id, None, words)


def add_post(
    actor: Actor,
    *,
    thread: Thread,
    parent: Post,
    words: Words,
    held: bool = False,
    comment: bool = False,
    photo_count: int = 0,
    **changes: Any,
) -> Post:
    """Write a post under `parent`, in the open transaction; `changes` go to the thread with it.

    `comment` says that under an opening post it is no answer; under a comment everything is one.
    `held` lets it wait for a look: then nothing is counted and nothing in the thread changes. `photo_count` photos are
    going to hang on it.
    """
    more: dict[str, Any] = {
        "comment": parent.comment or (comment and parent.parent_id is None),
        "photo_count": photo_count,
    }
    if held:
        return _write_post(actor, thread.id, parent.id, words, Visibility.HELD, **more)
    row = _write_post(actor, thread.id, parent.id, words, **more)
    counter = counter_of(parent_is_opening=parent.parent_id is None, comment=row.comment)
    touch(thread.id, **{counter.key: counter + 1}, last_activity_at=row.created_at, **changes)
    return row


def past_posts(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Write public posts of another time, in the open transaction, and touch nothing else; their ids, in order.

    Each row has the columns of `Words.columns` and thread_id, parent_id, author_id, created_at, comment and external_id.
    """
    if not rows:
        return []
    made = insert(Post).returning(Post.id, sort_by_parameter_order=True)
    return list(db.session.scalars(made, [{"visibility": Visibility.PUBLIC, **row} for row in rows]))


def counter_of(*, parent_is_opening: bool, comment: bool) -> InstrumentedAttribute[int]:
    """Which counter of its thread a post below the opening post belongs to."""
    return Thread.answer_count if parent_is_opening and not comment else Thread.reply_count


def hold_thread(*thread_ids: int) -> None:
    """Let nobody else change the thread, show or edit its posts, or merge its tags, until the open transaction ends.

    A space is locked before (`living_space`), a post after, and of several threads the oldest first: in one order, so
    that nobody waits in a circle. Whose thread is found by a post keeps names before looking, or the post may go elsewhere
    meanwhile (`grafting`).
    """
    keep_names()
    free = [thread_id for thread_id in thread_ids if not holds(("thread", thread_id))]
    if free:
        rows = select(Thread.id).where(Thread.id.in_(free)).order_by(Thread.id)
        db.session.execute(rows.with_for_update(key_share=True))


def touch(thread_id: int, **values: Any) -> None:
    """Change columns of a thread in the open transaction, and its version with them."""
    db.session.execute(
        update(Thread)
        .where(Thread.id == thread_id)
        .values(version=Thread.version + 1, **values)
        .execution_options(synchronize_session="fetch")
    )
    emit(ThreadTouched(thread_id))


def touch_all(thread_ids: Collection[int]) -> None:
    """Change the version of many threads, as `touch` does of one, the oldest first."""
    ids = sorted(thread_ids)
    for start in range(0, len(ids), PIECE):
        some = update(Thread).where(Thread.id.in_(ids[start : start + PIECE]))
        db.session.execute(
            some.values(version=Thread.version + 1).execution_options(synchronize_session="fetch")
        )
    for thread_id in ids:
        emit(ThreadTouched(thread_id))


def _write_post(
    actor: Actor,
    thread_id: int,
    parent_id: int | None,
    words: Words,
    visibility: Visibility = Visibility.PUBLIC,
    **more: Any,
) -> Post:
    row = Post(
        thread_id=thread_id,
        parent_id=parent_id,
        author_id=actor.id,
        visibility=visibility,
        created_at=now(),
        unmasked_html=words.unmasked_html,
        **words.columns,
        **more,
    )
    db.session.add(row)
    db.session.flush()
    if words.mentioned:
        mentioning.note(row.id, row.author_id, words.mentioned)
    return row
