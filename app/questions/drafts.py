"""Forms of questions whose drafts are kept."""

from collections.abc import Collection

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.forum.drafts import ids_in
from app.forum.models import Post, Thread
from app.forum.policy import visible_posts, visible_threads
from app.forum.ports import Place
from app.forum.queries import thread_url
from app.questions.models import KIND
from app.questions.operations import answer_draft, reply_draft


def places(actor: Actor, forms: Collection[str]) -> dict[str, Place]:
    """`Places` of asking, answering and replying."""
    found: dict[str, Place] = {}
    if "ask" in forms:
        words = ("title", "source", "tags")
        rest = ("looked", "space_id", "guessed_space", "guessed_tags")
        found["ask"] = Place(_("A question"), url_for("questions.ask"), words=words, rest=rest)
    if ids := ids_in(forms, "answer"):
        rows = select(Thread.id, Thread.title).where(
            Thread.id.in_(ids), Thread.kind == KIND, visible_threads(actor)
        )
        for thread_id, title in db.session.execute(rows):
            url = thread_url(KIND, thread_id, title, _anchor="answer")
            found[answer_draft(thread_id)] = Place(_("An answer to"), url, title)
    if ids := ids_in(forms, "answer-reply"):
        posts = (
            select(Post.id, Thread.id, Thread.title)
            .join(Thread, Thread.id == Post.thread_id)
            .where(Post.id.in_(ids), Thread.kind == KIND, visible_posts(actor))
        )
        for post_id, thread_id, title in db.session.execute(posts):
            url = thread_url(KIND, thread_id, title, reply=post_id, _anchor=f"reply-{post_id}")
            found[reply_draft(post_id)] = Place(_("A reply in"), url, title)
    return found
