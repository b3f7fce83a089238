"""Writes of the trunk. Kinds call `open_thread` and `add_post` inside their own transactions."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from app.accounts.actor import Actor
from app.core import once
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.text import CHARACTERS, clean_text, refusal, render
from app.core.transaction import transaction
from app.core.web.urls import slug
from app.forum import policy
from app.forum.events import PostEdited
from app.forum.models import Draft, Post, Revision, Space, Tag, Thread, ThreadTag, Visibility

MOST_KEPT = 2 * CHARACTERS
VISITOR_DRAFTS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote, and what the text pipeline made of it."""

    source: str
    html: str
    pipeline_version: int


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
    actor: Actor, *, kind: str, state: str, space_id: int, title: str, words: Words, tags: Iterable[str]
) -> tuple[Thread, Post]:
    """Write a public thread with its opening post, in the open transaction."""
    if db.session.get(Space, space_id) is None:
        raise Problem(policy.NO_SUCH_SPACE, field="space_id")
    moment = now()
    row = Thread(
        kind=kind,
        state=state,
        space_id=space_id,
        author_id=actor.id,
        title=title,
        visibility=Visibility.PUBLIC,
        created_at=moment,
        last_activity_at=moment,
    )
    db.session.add(row)
    db.session.flush()
    set_tags(row.id, tags)
    return row, _write_post(actor, row.id, None, words)


def add_post(actor: Actor, *, thread: Thread, parent: Post, words: Words, **changes: Any) -> Post:
    """Write a public post under `parent`, in the open transaction; `changes` go to the thread with it."""
    row = _write_post(actor, thread.id, parent.id, words)
    counter = Thread.answer_count if parent.parent_id is None else Thread.reply_count
    touch(thread.id, **{counter.key: counter + 1}, last_activity_at=row.created_at, **changes)
    return row


def touch(thread_id: int, **values: Any) -> None:
    """Change columns of a thread in the open transaction, and its version with them."""
    db.session.execute(
        update(Thread)
        .where(Thread.id == thread_id)
        .values(version=Thread.version + 1, **values)
        .execution_options(synchronize_session="fetch")
    )


def edit(
    actor: Actor,
    *,
    post_id: int,
    version: int,
    source: str,
    title: str | None = None,
    tags: Iterable[str] | None = None,
    token: str,
    visitor: str | None = None,
) -> None:
    """Change one's own words; what they replaced is kept as a revision. The same `token` again changes nothing.

    `version` is the one the editor saw: raises Problem when somebody was faster. `title` and `tags` count for
    an opening post only. The draft of the edit goes with it, also one kept under `visitor`.
    """
    words = prepared(source)
    with transaction() as session:
        found = session.execute(select(Post, Thread).join(Thread).where(Post.id == post_id)).one_or_none()
        if found is None or not policy.can_see_post(actor, found.Post, found.Thread):
            raise NotFound
        post, thread = found.Post, found.Thread
        if reason := policy.edit(actor, post, thread):
            raise Problem(reason)
        if once.replayed(token, actor.using("edit")):
            return
        once.settle(token, actor.using("edit"), post_id)
        policy.keep_edits_few(actor)
        taken = session.connection().execute(
            update(Post)
            .where(Post.id == post_id, Post.version == version)
            .values(**asdict(words), version=version + 1, edited_at=now())
        )
        if not taken.rowcount:
            raise Problem(policy.CHANGED_MEANWHILE)
        opening = post.parent_id is None
        session.add(
            Revision(
                post_id=post_id,
                version=version,
                title=thread.title if opening else None,
                source=post.source,
                editor_id=actor.id,
                replaced_at=now(),
            )
        )
        if opening and tags is not None:
            set_tags(thread.id, tags)
        touch(thread.id, **({"title": title} if opening and title else {}))
        discard_draft(actor, visitor, edit_draft(post_id))
        emit(PostEdited(post_id, thread.id))


def edit_draft(post_id: int) -> str:
    """The name under which an unsaved edit is kept."""
    return f"edit:{post_id}"


def set_tags(thread_id: int, names: Iterable[str]) -> None:
    """Let the thread carry exactly these tags, in the open transaction."""
    wanted = set(names)
    session = db.session()
    session.execute(delete(ThreadTag).where(ThreadTag.thread_id == thread_id))
    if not wanted:
        return
    session.connection().execute(insert_ignoring(Tag), [{"name": name} for name in sorted(wanted)])
    ids = session.scalars(select(Tag.id).where(Tag.name.in_(wanted)))
    session.connection().execute(
        insert_ignoring(ThreadTag), [{"thread_id": thread_id, "tag_id": tag_id} for tag_id in ids]
    )


def space_named(name: str) -> int:
    """The id of the space with this name; made, at the end of the list, when there is none."""
    with transaction() as session:
        if known := session.scalar(select(Space.id).where(Space.name == name)):
            return known
        place = session.scalar(select(func.count(Space.id))) or 0
        plain = slug(name, 34)
        taken = session.scalar(select(Space.id).where(Space.slug == plain))
        row = Space(name=name, slug=f"{plain}-{place}" if taken else plain, position=place)
        session.add(row)
        session.flush()
        return row.id


def keep_draft(actor: Actor, visitor: str | None, form: str, fields: Mapping[str, Any]) -> None:
    """Keep what was typed into `form`, at most MOST_KEPT characters a field, in the place of what was kept before."""
    cut = {name: value[:MOST_KEPT] if isinstance(value, str) else value for name, value in fields.items()}
    typed = {"fields": cut, "updated_at": now()}
    owner = {"account_id": actor.id, "visitor": None if actor.signed_in else visitor}
    kept = update(Draft).where(policy.own_drafts(actor, visitor), Draft.form == form).values(typed)
    with transaction() as session:
        # A double click: the second waits for the first, then writes over it.
        session.connection().execute(insert_ignoring(Draft).values(form=form, **owner, **typed))
        session.connection().execute(kept)


def sweep_drafts() -> None:
    """Forget what visitors typed and left for VISITOR_DRAFTS_KEPT."""
    with transaction() as session:
        session.execute(
            delete(Draft).where(Draft.account_id.is_(None), Draft.updated_at < now() - VISITOR_DRAFTS_KEPT)
        )


def discard_draft(actor: Actor, visitor: str | None, form: str) -> None:
    """Forget what was typed into `form`, in the open transaction."""
    db.session.execute(delete(Draft).where(policy.own_drafts(actor, visitor), Draft.form == form))


def past_post(
    thread_id: int,
    parent_id: int | None,
    author_id: int,
    words: Words,
    created_at: datetime,
    external_id: str | None = None,
) -> int:
    """Write a public post of another time, in the open transaction, and touch nothing else; its id."""
    row = Post(
        thread_id=thread_id,
        parent_id=parent_id,
        author_id=author_id,
        visibility=Visibility.PUBLIC,
        created_at=created_at,
        external_id=external_id,
        **asdict(words),
    )
    db.session.add(row)
    db.session.flush()
    return row.id


def _write_post(actor: Actor, thread_id: int, parent_id: int | None, words: Words) -> Post:
    row = Post(
        thread_id=thread_id,
        parent_id=parent_id,
        author_id=actor.id,
        visibility=Visibility.PUBLIC,
        created_at=now(),
        **asdict(words),
    )
    db.session.add(row)
    db.session.flush()
    return row
