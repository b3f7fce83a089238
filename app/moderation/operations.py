"""Deciding on held posts, flagging, and settling flags."""

from collections.abc import Mapping

from sqlalchemy import func, select, update

from app.accounts.actor import Actor
from app.accounts.queries import people
from app.audit.operations import record
from app.config import Settings
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.core.parts import part
from app.core.problems import NotFound, Problem, TooSoon
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Post, Thread, Visibility
from app.forum.policy import can_see_post
from app.moderation import policy
from app.moderation.events import PostRefused
from app.moderation.models import Flag, HeldDecision
from app.moderation.words import REFUSALS, Reason, Refusal

MOST_RELEASED_AT_ONCE = 20


def release(actor: Actor, *, post_id: int, version: int) -> None:
    """Let everybody see a held post. What one has released oneself may be released again: nothing changes.

    Raises NotFound, and Problem when it was edited since `version`, the one that was looked at, or when somebody else
    has decided meanwhile, in words that say who and how.
    """
    with transaction():
        if _decide(actor, post_id, None, version) is None:
            raise Problem(policy.EDITED_MEANWHILE)


def refuse(actor: Actor, *, post_id: int, reason: Refusal) -> None:
    """Keep a held post from others and say why; its author and moderators still see it. Raises as `release` does."""
    with transaction():
        _decide(actor, post_id, reason)


def release_all(actor: Actor, *, author_id: int, looked: Mapping[int, int]) -> int:
    """Release what one person has waiting, of the posts in `looked` with the versions looked at; how many there were.

    At most MOST_RELEASED_AT_ONCE. What was edited since goes on waiting. Raises NotFound for who is no moderator, and
    Problem for one's own.
    """
    if not actor.is_moderator:
        raise NotFound
    theirs = (Post.id.in_(looked), Post.author_id == author_id, policy.is_held())
    held = select(Post.id, Post.thread_id).join(Thread).where(*theirs).order_by(Post.id)
    with transaction() as session:
        forum.keep_names()
        rows = session.execute(held.limit(MOST_RELEASED_AT_ONCE)).all()
        forum.hold_thread(*(row.thread_id for row in rows))
        return sum(bool(_decide(actor, row.id, None, looked[row.id])) for row in rows)


def flag(actor: Actor, *, post_id: int, reason: Reason, note: str, visitor: str | None = None) -> None:
    """Tell moderators that something is wrong with a post. Once a person and post: more changes nothing.

    What was kept of the form goes with it. Raises NotFound, Problem, and TooSoon after FLAGS_A_DAY of them.
    """
    with transaction() as session:
        post, thread = _post(actor, post_id)
        if refused := policy.flag(actor, post, thread):
            raise Problem(refused)
        forum.discard_draft(actor, visitor, flag_draft(post_id))
        row = insert_ignoring(Flag).values(
            post_id=post_id, account_id=actor.id, reason=reason, note=note, created_at=now()
        )
        if session.connection().execute(row.returning(Flag.id)).scalar() is None:
            return
        # Counted with this one, so that two at once are two.
        today = select(func.count()).where(Flag.account_id == actor.id, Flag.created_at > now() - policy.DAY)
        if part(Settings).limits and (session.scalar(today) or 0) > policy.FLAGS_A_DAY:
            raise TooSoon(policy.FLAGGED_ENOUGH, 3_600)


def flag_draft(post_id: int) -> str:
    """The name under which an unsent flag is kept."""
    return f"flag:{post_id}"


def handle_flag(actor: Actor, *, flag_id: int) -> None:
    """Note that a moderator looked at a flag. Twice changes nothing. Raises NotFound, and Problem for one's own post."""
    if not actor.is_moderator:
        raise NotFound
    with transaction() as session:
        row = session.get(Flag, flag_id)
        if row is None:
            raise NotFound
        post, _thread = _post(actor, row.post_id)
        if reason := policy.handle(actor, post):
            raise Problem(reason)
        looked = update(Flag).where(Flag.id == flag_id, Flag.handled_at.is_(None))
        if session.connection().execute(looked.values(handled_at=now(), handled_by_id=actor.id)).rowcount:
            facts = {"post": row.post_id, "reason": row.reason}
            record("handle_flag", actor_id=actor.id, target="flag", target_id=flag_id, facts=facts)


def _decide(actor: Actor, post_id: int, reason: Refusal | None, version: int | None = None) -> bool | None:
    """Release a held post, or with a `reason` refuse it; whether that changed anything, None when it is not `version`."""
    if not actor.is_moderator:
        raise NotFound
    session = db.session()
    forum.keep_names()
    if thread_id := session.scalar(select(Post.thread_id).where(Post.id == post_id)):
        forum.hold_thread(thread_id)
    post, thread = _post(actor, post_id)
    if refused := policy.decide(actor, post):
        raise Problem(refused)
    released = reason is None
    if (thread.visibility if post.parent_id is None else post.visibility) != Visibility.HELD:
        return _decided_before(actor, post_id, released=released)
    if version not in {None, post.version}:
        return None
    row = HeldDecision(
        post_id=post_id,
        author_id=post.author_id,
        by_id=actor.id,
        released=released,
        reason=reason,
        decided_at=now(),
    )
    session.add(row)
    forum.set_visibility(post_id, Visibility.PUBLIC if released else Visibility.HIDDEN, by_id=actor.id)
    if reason is not None:
        emit(PostRefused(post_id, thread.id, int(actor.id or 0), reason))
    verb = "release" if released else "refuse"
    facts = {"author": post.author_id, **({"reason": reason.value} if reason else {})}
    record(verb, actor_id=actor.id, target="post", target_id=post_id, facts=facts)
    return True


def _decided_before(actor: Actor, post_id: int, *, released: bool) -> bool:
    """False when it was oneself, and the same way; else what happened, as a Problem."""
    latest = select(HeldDecision).where(HeldDecision.post_id == post_id).order_by(HeldDecision.id.desc())
    decision = db.session.scalar(latest.limit(1))
    if decision is None:
        raise Problem(policy.DECIDED)
    if decision.by_id == actor.id and decision.released == released:
        return False
    name = people([decision.by_id])[decision.by_id].display_name
    if decision.released:
        raise Problem(policy.released_already(name))
    raise Problem(policy.refused_already(name, REFUSALS[Refusal(decision.reason or "")]))


def _post(actor: Actor, post_id: int) -> tuple[Post, Thread]:
    """Read as they are now. Raises NotFound when `actor` may not see them."""
    found = db.session.execute(
        select(Post, Thread).join(Thread).where(Post.id == post_id).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None or not can_see_post(actor, found.Post, found.Thread):
        raise NotFound
    return found.Post, found.Thread
