"""What is looked at: a post, a thread or a person."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import or_, select

from app.accounts.actor import ANONYMOUS, Actor, Role
from app.accounts.models import Account, AccountState
from app.core.db import db
from app.core.problems import NotFound
from app.forum.models import MergedThread, Post, Thread
from app.forum.policy import can_see_post, can_see_thread
from app.moderation.models import Review

SYSTEM = Actor(None, Role.MODERATOR, 0, ANONYMOUS.locale, ANONYMOUS.tz)
"""Sees what a rule has to see; what it does is nobody's."""


class TargetKind(StrEnum):
    POST = "post"
    THREAD = "thread"
    PERSON = "person"


_COLUMNS = {
    TargetKind.POST: "post_id",
    TargetKind.THREAD: "thread_id",
    TargetKind.PERSON: "account_id",
}


@dataclass(frozen=True, slots=True)
class Target:
    """One of them, by its id."""

    kind: TargetKind
    id: int

    @property
    def column(self) -> str:
        """Of `Review`, which points to it."""
        return _COLUMNS[self.kind]


@dataclass(frozen=True, slots=True)
class Subject:
    """A target's rows as they are now: its post or opening post with its thread, and who answers for it.

    Of a thread that was merged into another, the post that once opened it, where it stands now.
    """

    target: Target
    author: Account
    post: Post | None = None
    thread: Thread | None = None

    @property
    def is_opening(self) -> bool:
        """Whether what is done to the post is done to its whole thread."""
        return self.post is not None and self.post.parent_id is None

    @property
    def visibility(self) -> str | None:
        """Who may see it; None for people."""
        if self.thread is None or self.post is None:
            return None
        return self.thread.visibility if self.is_opening else self.post.visibility


def of_review(review: Review) -> Target:
    if review.post_id is not None:
        return Target(TargetKind.POST, review.post_id)
    if review.thread_id is not None:
        return Target(TargetKind.THREAD, review.thread_id)
    return Target(TargetKind.PERSON, review.account_id or 0)


def subject(actor: Actor, target: Target) -> Subject:
    """Read anew; whoever changes it holds its thread first. Raises NotFound when `actor` may not see it."""
    if target.kind is TargetKind.PERSON:
        account = db.session.get(Account, target.id, populate_existing=True)
        if account is None or (account.state is AccountState.GHOST and actor is not SYSTEM):
            raise NotFound
        return Subject(target, account)
    is_it = Post.id == target.id
    if target.kind is TargetKind.THREAD:
        is_it = (Thread.id == target.id) & Post.parent_id.is_(None)
        moved = select(MergedThread.post_id).where(MergedThread.thread_id == target.id).scalar_subquery()
        is_it = or_(is_it, Post.id == moved)
    row = db.session.execute(
        select(Post, Thread, Account)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Account, Account.id == Post.author_id)
        .where(is_it)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or not can_see_thread(actor, row.Thread) or not can_see_post(actor, row.Post, row.Thread):
        raise NotFound
    return Subject(target, row.Account, row.Post, row.Thread)
