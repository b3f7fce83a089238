"""Changing what was written."""

from collections.abc import Iterable

from sqlalchemy import select, update

from app.accounts.actor import Actor
from app.core import once
from app.core.clock import now
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import policy
from app.forum.checking import check
from app.forum.events import PostEdited
from app.forum.masking import titled
from app.forum.models import Post, Revision, Thread
from app.forum.operations.drafts import discard_draft
from app.forum.operations.tagging import set_tags
from app.forum.operations.writing import prepared, touch
from app.forum.pace import keep_edits_few


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
    checked: str | None = None,
) -> None:
    """Change one's own words; what they replaced is kept as a revision. The same `token` again changes nothing.

    `version` is the one the editor saw: raises Problem when somebody was faster. `title` and `tags` count for
    an opening post only. The draft of the edit goes with it, also one kept under `visitor`. Raises CheckThis
    for what was not `checked`.
    """
    words = prepared(source)
    check(checked, words=words, title=title)
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
        keep_edits_few(actor)
        taken = session.connection().execute(
            update(Post)
            .where(Post.id == post_id, Post.version == version)
            .values(**words.columns, unmasked_html=words.unmasked_html, version=version + 1, edited_at=now())
        )
        if not taken.rowcount:
            raise Problem(policy.CHANGED_MEANWHILE)
        opening = post.parent_id is None
        session.add(
            Revision(
                post_id=post_id,
                version=version,
                title=(thread.unmasked_title or thread.title) if opening else None,
                source=post.source,
                editor_id=actor.id,
                replaced_at=now(),
            )
        )
        if opening and tags is not None:
            set_tags(thread.id, tags)
        touch(thread.id, **(titled(title) if opening and title else {}))
        discard_draft(actor, visitor, edit_draft(post_id))
        emit(PostEdited(post_id, thread.id, int(actor.id or 0)))


def edit_draft(post_id: int) -> str:
    """The name under which an unsaved edit is kept."""
    return f"edit:{post_id}"
