"""Who decides on held posts, and who may flag."""

from datetime import timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, or_

from app.accounts.actor import STAFF, Actor, Role
from app.accounts.models import Account, AccountState
from app.accounts.queries import Person
from app.forum.models import Post, Thread, Visibility
from app.forum.policy import report

# Flags by one person. Discourse allows 20 (`max_flags_per_day`).
FLAGS_A_DAY = 20
DAY = timedelta(days=1)

FLAGGED_ENOUGH = _("That is enough flagging for one day. Please go on tomorrow.")
EDITED_MEANWHILE = _("Its author has edited this since you looked. Look again, then decide.")
DECIDED = _("This is not waiting any more.")
THE_SAME = _("That is the same person. Write the name of the other account.")
UNKNOWN_REASON = _("Choose a reason from the list.")


def is_held() -> ColumnElement[bool]:
    """For a SELECT from post joined with its thread: what waits for a look, whole threads by their opening post."""
    opening = and_(Post.parent_id.is_(None), Thread.visibility == Visibility.HELD)
    return or_(opening, Post.visibility == Visibility.HELD)


def decide(actor: Actor, post: Post) -> LazyString | None:
    """Why `actor`, a moderator, may not release or refuse this post; None when they may. A party never decides."""
    if post.author_id == actor.id:
        return _("You wrote this yourself, so another moderator looks at it.")
    return None


def handle(actor: Actor, post: Post) -> LazyString | None:
    """Why `actor`, a moderator, may not settle flags on this post; None when they may."""
    return decide(actor, post)


def flag(actor: Actor, post: Post, thread: Thread) -> LazyString | None:
    """Why `actor` may not flag this post, which they may see; None when they may."""
    if reason := report(actor):
        return reason
    if post.author_id == actor.id:
        return _("You wrote this yourself. You can edit it instead.")
    if {post.visibility, thread.visibility} != {Visibility.PUBLIC}:
        return _("Others do not see this at the moment.")
    return None


def act_on(actor: Actor, account_id: int, role: Role) -> LazyString | None:
    """Why `actor`, a moderator, may do nothing about this person; None when they may. Staff are for admins."""
    if account_id == actor.id:
        return _("Nobody decides about themselves. Ask another moderator.")
    if role in STAFF and actor.role is not Role.ADMIN:
        return _("They are staff here, so an admin decides about them.")
    return None


def merge(actor: Actor, kept: Account | Person, gone: Account | Person) -> LazyString | None:
    """Why `actor`, a moderator, may not make one account of these two; None when they may."""
    if kept.state is not AccountState.ACTIVE:
        return _("Nobody signs in as the one that would stay. Merge the other way round.")
    return act_on(actor, kept.id, kept.role) or act_on(actor, gone.id, gone.role)


def confirmed(typed: str, name: str) -> LazyString | None:
    """Why what was `typed` does not confirm an act about the person of this name; None when it does."""
    if typed.strip().lower().removeprefix("@") != name:
        return _("Write the name exactly: %(name)s", name=name)
    return None


def released_already(name: str) -> LazyString:
    return _("%(name)s has released this already. Everybody sees it now.", name=name)


def refused_already(name: str, reason: LazyString | str) -> LazyString:
    return _("%(name)s has refused this already: %(reason)s", name=name, reason=reason)
