"""Who may answer and accept. What can be seen is the trunk's rule."""

from datetime import timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.core.clock import now
from app.forum.models import Post, Thread, Visibility
from app.forum.policy import take_part, write

SILENT = timedelta(days=14)

RACED = _("Another answer was accepted a moment ago. Look at it first; you can still move the mark.")


def answer(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not answer; None when they may. Replies follow the same rule."""
    if thread.visibility != Visibility.PUBLIC:
        return _("This question takes no answers at the moment.")
    return write(actor)


def have_too(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not say that they have this question too; None when they may."""
    if actor.signed_in and actor.id == thread.author_id:
        return _("It is your own question.")
    return write(actor) or take_part(actor, thread)


def choose(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not say which answer is accepted: the asker may, and a moderator after 14 silent days."""
    if actor.signed_in and actor.id == thread.author_id:
        return None
    if actor.is_moderator and now() - thread.last_activity_at >= SILENT:
        return None
    return _("Only the person who asked can accept an answer.")


def accept(actor: Actor, thread: Thread, post: Post) -> LazyString | None:
    """Why `actor` may not accept this post, at any depth below an answer; None when they may."""
    if post.parent_id is None or post.comment or post.visibility != Visibility.PUBLIC:
        return _("This cannot be accepted as an answer.")
    return choose(actor, thread)
