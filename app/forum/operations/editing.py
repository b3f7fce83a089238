"""Changing what was written."""

from collections.abc import Iterable

from app.accounts.actor import Actor
from app.core import once
from app.core.problems import Problem
from app.core.transaction import transaction
from app.forum import mentioning, policy
from app.forum.checking import check
from app.forum.operations import loading
from app.forum.operations.drafts import discard_draft
from app.forum.operations.rewriting import hold_new_links, rewrite
from app.forum.operations.spaces import living_space
from app.forum.operations.writing import prepared
from app.forum.pace import keep_edits_few
from app.forum.watching import new_in, note_watched, watch, watch_line


def edit(
    actor: Actor,
    *,
    post_id: int,
    version: int,
    source: str,
    title: str | None = None,
    tags: Iterable[str] | None = None,
    reason: str = "",
    space_id: int | None = None,
    token: str,
    visitor: str | None = None,
    checked: str | None = None,
) -> None:
    """Change what one wrote; what its words replaced is kept as a revision. The same `token` again changes nothing.

    `version` is the one its author saw: raises Problem when it was changed since. `title`, `tags` and `space_id` count
    for an opening post only. The draft of the edit goes with it, also one kept under `visitor`. Links that a new person
    adds wait for a look, and the post with them; so do watched words that were not in it. Raises CheckThis for what
    was not `checked`.
    """
    words = prepared(source, mentions=True)
    check(checked, words=words, title=title)
    watched = watch(actor, words=words, title=title) | watch_line(actor, reason, field="reason")
    with transaction():
        if space_id is not None:
            space_id = living_space(space_id)
        post, thread = loading.post(actor, post_id)
        if refused := policy.edit(actor, post, thread):
            raise Problem(refused)
        if once.replayed(token, actor.using("edit")):
            return
        once.settle(token, actor.using("edit"), post_id)
        if not actor.is_moderator:
            keep_edits_few(actor)
        watched = new_in(actor, watched, post, thread)
        hold_new_links(actor, post, thread, words, title, watched=watched)
        rewrite(
            int(actor.id or 0),
            post,
            thread,
            version=version,
            words=words,
            title=title,
            tags=tags,
            space_id=space_id,
            reason=reason,
        )
        note_watched(actor, post_id, watched)
        mentioning.note(post_id, post.author_id, words.mentioned)
        discard_draft(actor, visitor, edit_draft(post_id), token)


def edit_draft(post_id: int) -> str:
    """The name under which an unsaved edit is kept."""
    return f"edit:{post_id}"
