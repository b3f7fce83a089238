"""Who may see what, as a check and as its SQL twin, and who may write."""

from enum import Enum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, case, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.actor import Actor, Role
from app.core.web.times import day
from app.forum.models import Draft, Post, Thread, Visibility


class Audience(Enum):
    EVERYONE = auto()
    AUTHOR_AND_MODERATORS = auto()
    AUTHOR = auto()
    MODERATORS = auto()
    NOBODY = auto()


AUDIENCE = {
    Visibility.DRAFT: Audience.AUTHOR,
    Visibility.HELD: Audience.AUTHOR_AND_MODERATORS,
    Visibility.PUBLIC: Audience.EVERYONE,
    Visibility.HIDDEN: Audience.AUTHOR_AND_MODERATORS,
    Visibility.DELETED: Audience.MODERATORS,
    Visibility.ERASED: Audience.NOBODY,
}


def can_see_thread(actor: Actor, thread: Thread) -> bool:
    return _can_see(actor, thread.visibility, thread.author_id)


def can_see_post(actor: Actor, post: Post, thread: Thread) -> bool:
    """A post is seen by whoever may see it and the thread it stands in."""
    return can_see_thread(actor, thread) and _can_see(actor, post.visibility, post.author_id)


def visible_threads(actor: Actor) -> ColumnElement[bool]:
    """`can_see_thread` for a SELECT from thread."""
    return _visible(actor, Thread.visibility, Thread.author_id)


def visible_posts(actor: Actor) -> ColumnElement[bool]:
    """`can_see_post` for a SELECT from post joined with its thread."""
    return and_(visible_threads(actor), _visible(actor, Post.visibility, Post.author_id))


CHANGED_MEANWHILE = _(
    "This was changed in another window meanwhile. Your text is still here; look at the newest version, then save again."
)
NO_SUCH_SPACE = _("Choose a topic from the list.")


def edit(actor: Actor, post: Post, thread: Thread) -> LazyString | None:
    """Why `actor` may not edit this post; None when they may."""
    if post.author_id != actor.id or not actor.signed_in:
        return _("You can edit only what you wrote yourself.")
    if Visibility(post.visibility) not in {Visibility.PUBLIC, Visibility.HELD} or not can_see_thread(
        actor, thread
    ):
        return _("This post cannot be edited any more.")
    return write(actor)


def own_drafts(actor: Actor, visitor: str | None) -> ColumnElement[bool]:
    """Drafts of the person, and of the visitor that this browser was before it signed in."""
    return or_(
        Draft.account_id == actor.id if actor.signed_in else false(),
        Draft.visitor == visitor if visitor is not None else false(),
    )


def write(actor: Actor) -> LazyString | None:
    """Why `actor` may not post, vote or do any other public act; None when they may. Costs no statement."""
    if not actor.signed_in:
        return _("Sign in to post.")
    if actor.suspended_until is not None and actor.is_suspended:
        return _(
            "You cannot post until %(day)s: %(why)s You can still read, and write to Support.",
            day=day(actor.suspended_until),
            why=actor.suspended_because,
        )
    return None


def hold(actor: Actor, *, links: bool) -> bool:
    """Whether what `actor` writes waits for a look before others see it: new people's links to elsewhere do."""
    return actor.role is Role.NEW and links


def _can_see(actor: Actor, visibility: str, author_id: int) -> bool:
    is_author = actor.id is not None and actor.id == author_id
    return Visibility(visibility) in _seen_by(actor, author=is_author)


def _visible(
    actor: Actor, visibility: InstrumentedAttribute[str], author_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    to_all = visibility.in_(_seen_by(actor, author=False))
    if actor.id is None:
        return to_all
    own = and_(author_id == actor.id, visibility.in_(_seen_by(actor, author=True)))
    # Not an OR: planners split that over two indexes and then sort everything there is.
    return case((to_all, true()), else_=own)


def _seen_by(actor: Actor, *, author: bool) -> list[Visibility]:
    """The visibilities open to `actor`, of things they wrote or did not write."""
    audiences = {Audience.EVERYONE}
    if author:
        audiences |= {Audience.AUTHOR, Audience.AUTHOR_AND_MODERATORS}
    if actor.is_moderator:
        audiences |= {Audience.MODERATORS, Audience.AUTHOR_AND_MODERATORS}
    return [visibility for visibility, audience in AUDIENCE.items() if audience in audiences]
