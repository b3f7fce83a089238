"""Who may see what, as a check and as its SQL twin, and who may write."""

from enum import Enum, auto

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, case, false, func, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.actor import Actor, Role
from app.core.web.times import day
from app.forum.masking import public
from app.forum.models import Draft, EditProposal, Photo, Post, Thread, Visibility


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
    Visibility.MERGED: Audience.NOBODY,
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


def html_for(actor: Actor) -> ColumnElement[str]:
    """A post's HTML as `actor` may read it: personal data is masked for everybody but staff."""
    if actor.is_staff:
        return func.coalesce(Post.unmasked_html, Post.html).label("html")
    return Post.html.label("html")


CHANGED_MEANWHILE = _(
    "This was changed in another window meanwhile. Your text is still here; look at the newest version, then save again."
)
NO_SUCH_SPACE = _("Choose a topic from the list.")


A_MODERATOR_DECIDES = _(
    "This suggestion holds words that moderators look at first, so one of them decides on it."
)
DECIDED = _("This suggestion has been decided on already.")
NOTHING_CHANGED = _("This is what the post says already. Change something first.")
SAY_WHY = _("Say in a few words why.")
REASON_CANNOT_STAND = _("Why it was suggested says something that cannot stand here. Decline it, and say so.")
SAY_WHY_NOT = _("Say in a few words why not, so that the other learns from it.")
STILL_WAITS = _("Your earlier suggestion for this post still waits. One at a time is enough.")
NOT_EDITABLE = _("This post cannot be edited any more.")
OUTDATED = _(
    "The post was changed after this was suggested, so the suggestion has ended. It can be made anew."
)

ARCHIVED = "archived"
"""The state of a thread of any kind that is kept to be read."""


def edit(actor: Actor, post: Post, thread: Thread) -> LazyString | None:
    """Why `actor` may not edit this post; None when they may: one's own. Moderators decide about others'."""
    if not actor.signed_in or post.author_id != actor.id:
        return _("You can edit only what you wrote yourself.")
    if Visibility(post.visibility) not in {Visibility.PUBLIC, Visibility.HELD} or not can_see_thread(
        actor, thread
    ):
        return NOT_EDITABLE
    return write(actor) or change(actor, thread)


def change(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may change nothing in this thread; None when they may. Moderators always may."""
    if actor.is_moderator:
        return None
    if thread.state == ARCHIVED:
        return _("This thread is archived: it can be read, and stays as it is.")
    if thread.locked_at is not None:
        return _("This thread is locked: it takes nothing new at the moment.")
    return None


def propose(actor: Actor, post: Post, thread: Thread) -> LazyString | None:
    """Why `actor` may not suggest a change to this post; None when they may: trusted people, of what others wrote."""
    if actor.role is not Role.TRUSTED or post.author_id == actor.id:
        return _("You can edit only what you wrote yourself.")
    if post.visibility != Visibility.PUBLIC or thread.visibility != Visibility.PUBLIC:
        return NOT_EDITABLE
    if post.unmasked_html is not None or public(post.source) != post.source:
        return _(
            "This post holds details that only its author and moderators read, so only they can change it."
        )
    return write(actor) or change(actor, thread)


def review(actor: Actor, proposal: EditProposal, post: Post, thread: Thread) -> LazyString | None:
    """Why `actor` may not decide on a suggested change; None when they may.

    Its post's author, trusted people and moderators may, but never whoever suggested it.
    """
    if proposal.proposer_id == actor.id or not (
        actor.is_moderator or (actor.signed_in and (actor.role is Role.TRUSTED or post.author_id == actor.id))
    ):
        return _("Somebody else decides on this suggestion.")
    return write(actor) or change(actor, thread)


def reviewable(actor: Actor) -> ColumnElement[bool]:
    """Whose proposals `actor` may decide on, for a SELECT from edit_proposal joined with post and thread.

    `review` but for threads that are locked or archived: what waits in them is seen, and waits on.
    """
    if actor.id is None:
        return false()
    anybodys = actor.is_moderator or actor.role is Role.TRUSTED
    return and_(
        visible_posts(actor),
        EditProposal.proposer_id != actor.id,
        true() if anybodys else Post.author_id == actor.id,
    )


def can_see_proposal(actor: Actor, proposal: EditProposal, post: Post, thread: Thread) -> bool:
    """A suggested change is seen by whoever made it or may decide on it."""
    involved = actor.id in {proposal.proposer_id, post.author_id}
    return can_see_post(actor, post, thread) and (
        involved or actor.is_moderator or actor.role is Role.TRUSTED
    )


def own_drafts(actor: Actor, visitor: str | None) -> ColumnElement[bool]:
    """Drafts of the person, and of the visitor that this browser was before it signed in."""
    return or_(
        Draft.account_id == actor.id if actor.signed_in else false(),
        Draft.visitor == visitor if visitor is not None else false(),
    )


def write(actor: Actor) -> LazyString | None:
    """Why `actor` may not post, vote or do any other public act; None when they may. Costs no statement."""
    if reason := report(actor):
        return reason
    if actor.silenced_until is not None and actor.is_silenced:
        return _(
            "You cannot post or vote until %(day)s: %(why)s You can still read, flag, and write to Support.",
            day=day(actor.silenced_until),
            why=actor.silenced_because,
        )
    return None


def report(actor: Actor) -> LazyString | None:
    """Why `actor` may not tell moderators of something; None when they may, as somebody silenced does."""
    if not actor.signed_in:
        return _("Sign in to post.")
    if actor.suspended_until is not None and actor.is_suspended:
        return _(
            "You cannot post until %(day)s: %(why)s You can still read, and write to Support.",
            day=day(actor.suspended_until),
            why=actor.suspended_because,
        )
    return None


def vote(actor: Actor, post: Post, thread: Thread) -> LazyString | None:
    """Why `actor` may not say whether this post is helpful; None when they may."""
    if reason := vote_in(actor, thread):
        return reason
    if post.author_id == actor.id:
        return _("You cannot vote on what you wrote yourself.")
    if post.parent_id is None or post.visibility != Visibility.PUBLIC:
        return _("This takes no votes.")
    return None


def vote_in(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not vote on anything in this thread; None when they may."""
    if actor.role is Role.NEW:
        return _("Votes count once you have been here a little longer.")
    return write(actor) or take_part(actor, thread)


def take_part(actor: Actor, thread: Thread) -> LazyString | None:
    """Why `actor` may not vote, follow or have something too here: the thread is not public, or takes no change."""
    if thread.visibility != Visibility.PUBLIC:
        return _("This thread is closed: it can be read, and nothing in it changes.")
    return change(actor, thread)


def follow(actor: Actor) -> LazyString | None:
    """Why `actor` may not follow threads they are not in; None when they may. Muting and keeping are anybody's."""
    if actor.role is Role.NEW:
        return _(
            "You can follow threads once you have been here a little longer. Keep it for later meanwhile."
        )
    return None


def hold(actor: Actor, *, links: bool, photos: bool) -> bool:
    """Whether what `actor` writes waits for a look: new people's links to elsewhere and photos do, and all
    that somebody posts whose posts are held.
    """
    return actor.is_held or (actor.role is Role.NEW and (links or photos))


def can_see_photo(actor: Actor, photo: Photo, post: Post | None, thread: Thread | None) -> bool:
    """A photo is seen by whoever sees its post; while it hangs on none, by who added it, and by moderators when they
    took it away.
    """
    if photo.taken_from_id is not None:
        return actor.is_moderator
    if post is None or thread is None:
        return actor.signed_in and photo.account_id == actor.id and photo.form is not None
    return can_see_post(actor, post, thread)


def visible_photos(actor: Actor) -> ColumnElement[bool]:
    """`can_see_photo` for a SELECT from photo with its post and thread joined, where there are any."""
    if not actor.signed_in:
        return and_(Photo.post_id.is_not(None), visible_posts(actor))
    own = and_(Photo.account_id == actor.id, Photo.form.is_not(None))
    if actor.is_moderator:
        own = or_(own, Photo.taken_from_id.is_not(None))
    return case((Photo.post_id.is_(None), own), else_=visible_posts(actor))


def describe_tags(actor: Actor) -> LazyString | None:
    """Why `actor` may not say what a tag is for; None when they may: trusted people and moderators."""
    if actor.role is Role.TRUSTED:
        return None
    return keep_tags(actor)


def keep_tags(actor: Actor) -> LazyString | None:
    """Why `actor` may not give tags aliases and merge them; None when they may."""
    return None if actor.is_moderator else _("Only moderators can do that.")


def keep_spaces(actor: Actor) -> LazyString | None:
    """Why `actor` may not change which topics there are; None when they may."""
    return None if actor.role is Role.ADMIN else _("Only the people who run this site can do that.")


DESCRIBED_MEANWHILE = _(
    "Somebody else described this tag meanwhile. Your text is still here; look at theirs, then save again."
)
NO_SUCH_TAG = _("There is no tag of that name.")
SAME_TAG = _("That is this very tag. Choose another one.")
SAME_SPACE = _("That is this very topic. Choose another one.")
SPACE_NAME_TAKEN = _("Another topic has this name already.")


MERGE_INTO_ITSELF = _("That is this very thread. Choose another one.")
MERGE_OTHER_KIND = _("These are two different kinds of thread, so they cannot become one.")
MERGE_THE_LATER = _(
    "The other thread is the later one. Merge it into this one instead: what is older stays in front."
)
MERGE_UNSEEN = _("Both threads have to be ones that everybody can read. Show or release them first.")
MOVED_SINCE = _("What was moved has been moved on since, or is not shown any more. Take that back first.")
SPLIT_NOTHING = _("Choose at least one answer or reply of this thread.")
SPLIT_OPENING = _("The post that a thread begins with stays in it. Choose answers and replies only.")
SPLIT_UNSEEN = _(
    "The oldest of the posts you chose will open the new thread, so everybody has to be able to read it."
)
SPLIT_UNTITLED = _("Give the new thread a title.")


def alias_is_a_tag(alias: str) -> LazyString:
    return _("“%(alias)s” is a tag of its own. Open it and merge it into this one instead.", alias=alias)


def alias_means_another(alias: str, name: str) -> LazyString:
    return _("“%(alias)s” means the tag “%(name)s” already. Remove it there first.", alias=alias, name=name)


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
