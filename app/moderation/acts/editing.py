"""Other words for a post."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.problems import Problem
from app.forum import operations as forum
from app.forum.models import Post, Revision, Thread, Visibility
from app.moderation.acts.act import Details, Facts
from app.moderation.acts.saying import to_readers
from app.moderation.targets import Subject
from app.moderation.words import FINDINGS

EDITED_SINCE = _("It was edited again since, so the earlier words do not come back by themselves.")


def edit(actor: Actor, subject: Subject, details: Details) -> Facts:
    """What is said to those concerned stands with the revision, else the finding."""
    post, thread = subject.post, subject.thread
    if post is None or thread is None or details.words is None:
        raise TypeError("there are no words to change")
    why = to_readers(details.said) or (str(FINDINGS[details.reason]) if details.reason else "")
    version = post.version
    _rewrite(actor, post, thread, details.words, details.title or None, why)
    return {"post": post.id, "version": version, "to": version + 1}


def unedit(actor: Actor, facts: Facts) -> None:
    """The earlier words come back as a further revision. Raises Problem when it was edited since."""
    post = db.session.get_one(Post, facts["post"], populate_existing=True)
    if post.version != facts["to"]:
        raise Problem(EDITED_SINCE)
    said = db.session.scalars(
        select(Revision).where(Revision.post_id == post.id, Revision.version == facts["version"])
    ).one()
    thread = db.session.get_one(Thread, post.thread_id)
    words = forum.prepared(said.source, mentions=True)
    _rewrite(actor, post, thread, words, said.title, str(_("Taken back.")))


def unfit(subject: Subject) -> LazyString | None:
    if subject.visibility not in {Visibility.PUBLIC, Visibility.HELD, Visibility.HIDDEN}:
        return _("It was removed; restore it first.")
    return None


def _rewrite(
    actor: Actor, post: Post, thread: Thread, words: forum.Words, title: str | None, why: str
) -> None:
    forum.rewrite(
        int(actor.id or 0),
        post,
        thread,
        version=post.version,
        words=words,
        title=title,
        tags=None,
        reason=why,
        decided=True,
    )
