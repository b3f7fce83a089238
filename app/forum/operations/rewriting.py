"""Putting other words into a post. What edits and approved suggestions have in common."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, select, update

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.problems import Problem
from app.core.text import links
from app.forum import policy
from app.forum.events import EditDecided, PostEdited, PostHeld
from app.forum.masking import public, titled
from app.forum.models import (
    LONGEST_REASON,
    EditProposal,
    Post,
    ProposalState,
    Revision,
    Tag,
    Thread,
    ThreadTag,
    Visibility,
)
from app.forum.operations.redacting import mask_again
from app.forum.operations.showing import set_visibility
from app.forum.operations.tagging import set_tags
from app.forum.operations.writing import Words, touch
from app.forum.ports import Watched


def rewrite(
    editor_id: int,
    post: Post,
    thread: Thread,
    *,
    version: int,
    words: Words,
    title: str | None,
    tags: Iterable[str] | None,
    space_id: int | None = None,
    reason: str,
    decided: bool = False,
) -> None:
    """Change a post in the open transaction; what it said is kept as a revision by `editor_id`, whose `reason` everybody reads.

    Raises Problem when the post is not at `version` any more. Other changes suggested to it end. `decided` goes with the
    revision and the event.
    """
    # Read before the row is written over: whoever made it wait has let go of what was loaded.
    said = post.source
    taken = (
        db.session()
        .connection()
        .execute(
            update(Post)
            .where(Post.id == post.id, Post.version == version)
            .values(**words.columns, unmasked_html=words.unmasked_html, version=version + 1, edited_at=now())
        )
    )
    if not taken.rowcount:
        raise Problem(policy.CHANGED_MEANWHILE)
    opening = post.parent_id is None
    db.session.add(
        Revision(
            post_id=post.id,
            version=version,
            title=(thread.unmasked_title or thread.title) if opening else None,
            source=said,
            tags=_tags(thread.id) if opening else None,
            reason=public(reason)[:LONGEST_REASON],
            editor_id=editor_id,
            decided=decided,
            replaced_at=now(),
        )
    )
    if opening and tags is not None:
        set_tags(thread.id, tags)
    changes: dict[str, Any] = titled(title) if opening and title else {}
    if opening and space_id:
        changes["space_id"] = space_id
    touch(thread.id, **changes)
    mask_again(post.id)
    end_proposals(Post.id == post.id, ProposalState.OUTDATED, by_id=editor_id)
    emit(PostEdited(post.id, thread.id, editor_id, decided))


def hold_new_links(
    actor: Actor, post: Post, thread: Thread, words: Words, title: str | None, *, watched: Watched
) -> None:
    """Let a post wait again when somebody whose links wait puts one in that it did not have, or something `watched`.

    Called before `rewrite`, with the post as it was.
    """
    called = (thread.unmasked_title or thread.title) if post.parent_id is None else ""
    before = set(links(post.html, called))
    after = set(links(words.html, (title or called) if called else ""))
    seen = thread.visibility if post.parent_id is None else post.visibility
    waits = watched.held or policy.hold(actor, links=bool(after - before), photos=False)
    if seen == Visibility.PUBLIC and waits:
        set_visibility(post.id, Visibility.HELD, by_id=None)
        emit(PostHeld(post.id, thread.id))


def end_proposals(on: ColumnElement[bool], state: ProposalState, *, by_id: int | None) -> None:
    """End what waits for a decision `on` some posts, in the open transaction; `by_id` is whose doing it is."""
    waiting = db.session.execute(
        select(EditProposal.id, Post.id, Post.thread_id)
        .join(Post, Post.id == EditProposal.post_id)
        .where(on, EditProposal.state == ProposalState.PENDING)
        .order_by(EditProposal.id)
    ).all()
    if not waiting:
        return
    ended = update(EditProposal).where(EditProposal.id.in_([row[0] for row in waiting]))
    db.session().connection().execute(ended.values(state=state, decided_at=now()))
    for proposal_id, post_id, thread_id in waiting:
        emit(EditDecided(proposal_id, post_id, thread_id, by_id, approved=False))


def _tags(thread_id: int) -> list[str]:
    names = select(Tag.name).join(ThreadTag).where(ThreadTag.thread_id == thread_id).order_by(Tag.name)
    return list(db.session.scalars(names))
