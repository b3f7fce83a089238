"""Who may answer and accept. What can be seen is the trunk's rule."""

from datetime import timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor, Role
from app.core.clock import now
from app.forum.models import Deletion, Post, Thread, Visibility
from app.forum.policy import change, take_part, write
from app.questions.models import KIND, Question, State

SILENT = timedelta(days=14)

UNDO = timedelta(days=1)
"""So long may an author bring back what they deleted."""

CIRCLE = _("That leads back to this question. Choose another one.")
DIFFERS_FROM_IT = _("You pointed there before, and the asker said how theirs differs. It stays as it is.")
MARKED_ALREADY = _("Somebody pointed this question elsewhere a moment ago. Look at that first.")
NO_SUCH_QUESTION = _("There is no such question that everybody can read. Paste its address, or its number.")
SAY_HOW = _("Say in a line or two how yours differs.")
RACED = _("Another answer was accepted a moment ago. Look at it first; you can still move the mark.")


def answer(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not answer; None when they may. Replies follow the same rule.

    Staff still write in a locked thread; in an archived one, or one that points elsewhere, nobody does.
    """
    if thread.visibility != Visibility.PUBLIC:
        return _("This question takes no answers at the moment.")
    return _stands_still(thread) or (None if actor.is_staff else change(actor, thread)) or write(actor)


def have_too(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not say that they have this question too; None when they may."""
    if actor.signed_in and actor.id == thread.author_id:
        return _("It is your own question.")
    return write(actor) or take_part(actor, thread)


def choose(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not say which answer is accepted: the asker may, and a moderator after 14 silent days."""
    if reason := _stands_still(thread):
        return reason
    if actor.signed_in and actor.id == thread.author_id:
        return write(actor) or change(actor, thread)
    if actor.is_moderator and now() - thread.last_activity_at >= SILENT:
        return write(actor)
    return _("Only the person who asked can accept an answer.")


def accept(actor: Actor, thread: Thread, post: Post) -> LazyString | None:
    """Why `actor` may not accept this post, at any depth below an answer; None when they may."""
    if post.parent_id is None or post.comment or post.visibility != Visibility.PUBLIC:
        return _("This cannot be accepted as an answer.")
    return choose(actor, thread)


def mark_duplicate(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not say that this was asked before: its asker, trusted people and moderators may."""
    if reason := point(thread):
        return reason
    if not (actor.is_moderator or actor.role is Role.TRUSTED or _asked_by(actor, thread)):
        return _(
            "Only the person who asked, trusted people and moderators can say that this was asked before."
        )
    return change(actor, thread) or write(actor)


def point(thread: Thread) -> LazyString | None:
    """Why this question can point to no other, whoever says so; None when it can."""
    if thread.visibility != Visibility.PUBLIC or thread.state in {
        State.ESCALATED,
        State.CLOSED,
        State.ARCHIVED,
    }:
        return _("This question cannot point to another one at the moment.")
    return None


def unmark_duplicate(actor: Actor, thread: Thread, question: Question) -> LazyString | None:
    """Why `actor` may not take a pointer back: whoever set it and moderators may."""
    if not actor.is_moderator and (not actor.signed_in or question.duplicate_by_id != actor.id):
        return _("Only whoever pointed this question elsewhere, or a moderator, can take that back.")
    return change(actor, thread) or write(actor)


def say_differs(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not say how this question differs from the one it points to: its asker may."""
    if not _asked_by(actor, thread):
        return _("Only the person who asked can say how theirs differs.")
    return change(actor, thread) or write(actor)


def confirm(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not say whether the accepted answer is still right: readers who are signed in may."""
    if thread.visibility != Visibility.PUBLIC:
        return _("This question takes no answers at the moment.")
    return _stands_still(thread) or change(actor, thread) or write(actor)


def go_to_support(thread: Thread) -> LazyString | None:
    """Why this thread cannot go to Support, whoever sends it; None when it can: a question that everybody sees."""
    stands_still = thread.state in {State.DUPLICATE, State.ARCHIVED, State.CLOSED}
    if thread.kind != KIND or thread.visibility != Visibility.PUBLIC or stands_still:
        return _("This cannot go to Support as it is.")
    return None


def give_posts(thread: Thread) -> LazyString | None:
    """Why the posts of this question cannot be moved to another; None when they can."""
    if thread.state == State.ESCALATED:
        return _("This question is with Support at the moment. Move its posts once it has come back.")
    return None


def take_posts(thread: Thread) -> LazyString | None:
    """Why this question cannot take in the posts of another; None when it can."""
    if thread.state == State.DUPLICATE:
        return _("The other question points to an earlier one itself. Merge into that one instead.")
    return _stands_still(thread)


def delete(actor: Actor, post: Post, thread: Thread, *, hangs: bool) -> LazyString | None:
    """Why `actor` may not delete this post: its author may while nothing `hangs` on it."""
    if not actor.signed_in or post.author_id != actor.id:
        return _("You can delete only what you wrote yourself.")
    seen = thread.visibility if post.parent_id is None else post.visibility
    if seen not in {Visibility.PUBLIC, Visibility.HELD}:
        return _("This post cannot be deleted any more.")
    if hangs:
        return _(
            "Others have answered this or replied to it, or it was accepted, so it stays. You can still edit it."
        )
    return change(actor, thread) or write(actor)


def undelete(actor: Actor, deletion: Deletion, thread: Thread) -> LazyString | None:
    """Why `actor` may not bring back what they deleted; None when they may."""
    if now() - deletion.deleted_at > UNDO:
        return _("This was deleted more than a day ago, so it stays deleted.")
    return change(actor, thread) or write(actor)


def _stands_still(thread: Thread) -> LazyString | None:
    if thread.state == State.ARCHIVED:
        return _("This thread is archived: it can be read, and stays as it is.")
    if thread.state == State.DUPLICATE:
        return _(
            "This was asked before. Answer the earlier question instead, so that everything stands in one place."
        )
    return None


def _asked_by(actor: Actor, thread: Thread) -> bool:
    return actor.signed_in and actor.id == thread.author_id
