"""The trunk's own forms whose drafts are kept: editing, and suggesting a change."""

from collections.abc import Collection, Iterable

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.web.forms import posted_id
from app.forum import policy
from app.forum.models import Post, Thread
from app.forum.operations import edit_draft, propose_draft
from app.forum.ports import Place


def places(actor: Actor, forms: Collection[str]) -> dict[str, Place]:
    """`Places` of edits and suggested changes. Whoever was signed out midway may go on with what they see."""
    edits, proposals = ids_in(forms, "edit"), ids_in(forms, "propose")
    found: dict[str, Place] = {}
    if not edits and not proposals:
        return found
    rows = (
        select(Post, Thread)
        .join(Thread)
        .where(Post.id.in_({*edits, *proposals}), policy.visible_posts(actor))
    )
    words, rest = ("title", "source", "tags"), ("version",)
    for post, thread in db.session.execute(rows):
        if post.id in edits and not (actor.signed_in and policy.edit(actor, post, thread)):
            url = url_for("forum.edit", post_id=post.id)
            found[edit_draft(post.id)] = Place(
                _("A change of what you wrote in"), url, thread.title, words=words, rest=rest
            )
        if post.id in proposals and not (actor.signed_in and policy.propose(actor, post, thread)):
            url = url_for("forum.propose", post_id=post.id, kept=1)
            found[propose_draft(post.id)] = Place(
                _("A change you suggest in"), url, thread.title, words=(*words, "reason"), rest=rest
            )
    return found


def ids_in(forms: Iterable[str], kind: str) -> list[int]:
    """The ids that forms of this kind name: 7 of `edit:7`. What is written another way names nothing."""
    keys = (form.removeprefix(f"{kind}:") for form in forms if form.startswith(f"{kind}:"))
    return [number for key in keys if (number := posted_id(key)) is not None and str(number) == key]
