"""The room's own form whose draft is kept: flagging."""

from collections.abc import Collection

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.forum.drafts import ids_in
from app.forum.models import Post, Thread
from app.forum.policy import visible_posts
from app.forum.ports import Place
from app.moderation import policy
from app.moderation.operations import flag_draft


def places(actor: Actor, forms: Collection[str]) -> dict[str, Place]:
    """`Places` of flags. Whoever was signed out midway may go on with what they see."""
    found: dict[str, Place] = {}
    ids = ids_in(forms, "flag")
    if not ids:
        return found
    rows = select(Post, Thread).join(Thread).where(Post.id.in_(ids), visible_posts(actor))
    for post, thread in db.session.execute(rows):
        if not (actor.signed_in and policy.flag(actor, post, thread)):
            url = url_for("moderation.flag", post_id=post.id)
            found[flag_draft(post.id)] = Place(
                _("A flag for a post in"), url, thread.title, words=("note",), rest=("reason",)
            )
    return found
