"""The trunk's own form whose draft is kept: editing."""

from collections.abc import Collection, Iterable

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.web.forms import posted_id
from app.forum import policy
from app.forum.models import Post, Thread
from app.forum.operations import edit_draft
from app.forum.ports import Place


def places(actor: Actor, forms: Collection[str]) -> dict[str, Place]:
    """`Places` of edits. Whoever was signed out midway may go on with what they see."""
    ids = ids_in(forms, "edit")
    found: dict[str, Place] = {}
    if not ids:
        return found
    rows = select(Post, Thread).join(Thread).where(Post.id.in_(ids), policy.visible_posts(actor))
    for post, thread in db.session.execute(rows):
        if actor.signed_in and policy.edit(actor, post, thread):
            continue
        found[edit_draft(post.id)] = Place(
            _("A change of what you wrote in"),
            url_for("forum.edit", post_id=post.id),
            thread.title,
            words=("title", "source", "tags"),
            rest=("version",),
        )
    return found


def ids_in(forms: Iterable[str], kind: str) -> list[int]:
    """The ids that forms of this kind name: 7 of `edit:7`. What is written another way names nothing."""
    keys = (form.removeprefix(f"{kind}:") for form in forms if form.startswith(f"{kind}:"))
    return [number for key in keys if (number := posted_id(key)) is not None and str(number) == key]
