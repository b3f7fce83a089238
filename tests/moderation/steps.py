"""What moderators and those who flag do, in one line each."""

from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.forum.models import Post
from app.moderation import operations
from app.moderation.acts import Details, Verb
from app.moderation.models import Decision, Review
from app.moderation.operations import Seen
from app.moderation.targets import Target, TargetKind
from app.moderation.words import Reason
from tests.questions.steps import token


def on_post(post_id: int) -> Target:
    return Target(TargetKind.POST, post_id)


def on_thread(thread_id: int) -> Target:
    return Target(TargetKind.THREAD, thread_id)


def on_person(account_id: int) -> Target:
    return Target(TargetKind.PERSON, account_id)


def flag(
    who: Any, target: Target | int, reason: Reason = Reason.SPAM, note: str = "", passage: str = ""
) -> None:
    """Flag a target; a number is a post's."""
    if isinstance(target, int):
        target = on_post(target)
    operations.flag(who.actor, target=target, reason=reason, note=note, passage=passage)


def review(target: Target | int) -> Review:
    """The row as it is now."""
    if isinstance(target, int):
        target = on_post(target)
    db.session.rollback()
    return db.session.scalars(select(Review).where(getattr(Review, target.column) == target.id)).one()


def decide(
    who: Any,
    target: Target | int,
    verb: Verb,
    reason: Reason | None = None,
    said: str = "",
    *,
    seen: Seen | None = None,
    token_: str | None = None,
    **details: Any,
) -> str:
    """Decide about a target as it is now, or as it was `seen`; a number is a post's. Its ref."""
    if isinstance(target, int):
        target = on_post(target)
    review_id = operations.open_review(who.actor, target=target)
    ref = operations.decide(
        who.actor,
        review_id=review_id,
        verb=verb,
        details=Details(reason=reason, said=said, **details),
        seen=seen or looked(target),
        token=token_ or token(),
    )
    return ref or ""


def lock(who: Any, thread_id: int, said: str = "Calm down first.") -> str:
    """So that members write nothing new in it."""
    return decide(who, on_thread(thread_id), Verb.LOCK, Reason.ABUSE, said)


def unlock(who: Any, thread_id: int) -> str:
    return decide(who, on_thread(thread_id), Verb.UNLOCK)


def archive(who: Any, thread_id: int, said: str = "Over since spring.") -> str:
    """So that a question is only read."""
    return decide(who, on_thread(thread_id), Verb.ARCHIVE, said=said)


def unarchive(who: Any, thread_id: int) -> str:
    return decide(who, on_thread(thread_id), Verb.UNARCHIVE)


def looked(target: Target) -> Seen:
    """What somebody sees who looks at it now."""
    db.session.rollback()
    row = db.session.scalars(select(Review).where(getattr(Review, target.column) == target.id)).one()
    version = None
    if row.post_id is not None:
        version = db.session.scalars(select(Post.version).where(Post.id == row.post_id)).one()
    return Seen(row.version, version)


def release(who: Any, post_id: int) -> str:
    return decide(who, post_id, Verb.KEEP)


def refuse(who: Any, post_id: int, reason: Reason = Reason.SPAM) -> str:
    return decide(who, post_id, Verb.HIDE, reason)


def decision(ref: str) -> Decision:
    db.session.rollback()
    return db.session.scalars(select(Decision).where(Decision.ref == ref)).one()
