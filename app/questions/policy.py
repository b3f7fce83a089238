"""Who may answer and accept. What can be seen is the trunk's rule."""

from datetime import timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.core.clock import now
from app.forum.models import Post, Thread, Visibility
from app.forum.policy import write

SILENT = timedelta(days=14)

RACED = _("Another answer was accepted a moment ago. Look at it first; you can still move the mark.")


def answer(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not answer; None when they may. Replies follow the same rule."""
    if thread.visibility != Visibility.PUBLIC:
        return _("This question takes no answers at the moment.")
    return write(actor)


def choose(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not say which answer is accepted: the asker may, and a moderator after 14 silent days."""
    if actor.signed_in and actor.id == thread.author_id:
        return write(actor)
    if actor.is_moderator and now() - thread.last_activity_at >= SILENT:
        return write(actor)
    return _("Only the person who asked can accept an answer.")


def accept(actor: Actor, thread: Thread, post: Post) -> LazyString | None:
    """Why `actor` may not accept this post, at any depth below the question; None when they may."""
    if post.parent_id is None or post.visibility != Visibility.PUBLIC:
        return _("This cannot be accepted as an answer.")
    return choose(actor, thread)
