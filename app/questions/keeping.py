"""What keeping a question right needs to know: pointers, whether an answer is still right, what hangs on a post."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from app.accounts.actor import Actor, Role
from app.core.clock import now
from app.core.db import db
from app.core.text import excerpt
from app.forum import policy as trunk
from app.forum import queries as forum
from app.forum.models import Deletion, Post, Thread, Visibility
from app.forum.readings import readers_since
from app.questions import policy
from app.questions.aging import FEWEST_READERS, OLD, READ_WITHIN
from app.questions.models import KIND, Confirmation, Question, State
from app.questions.queries import gist

LONGEST_CHAIN = 50
"""Nobody builds one; a circle, which no operation makes, must not hold a page up."""


@dataclass(frozen=True, slots=True)
class Target:
    """The question that was asked before."""

    id: int
    title: str
    url: str
    answers: int
    gist: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What the page of a question says and offers beside the words themselves."""

    takes_answers: bool
    lock_reason: str | None
    archive_reason: str | None
    is_duplicate: bool
    target: Target | None
    differs: str
    stale_at: datetime | None
    confirmed_at: datetime | None
    asks: bool
    said: bool | None
    may_mark: bool
    may_unmark: bool
    may_say_differs: bool
    may_moderate: bool
    waiting: dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class Deleted:
    """Something its author deleted and may still bring back."""

    post_id: int
    title: str
    opening: bool
    excerpt: str
    deleted_at: datetime


def kept(actor: Actor, thread: Thread, authors: set[int]) -> Kept:
    """For one question that `actor` may see; `authors` are those who wrote what stands on its page.

    No statement for most, one when it points elsewhere, and for people signed in up to three.
    """
    question = db.session.get_one(Question, thread.id)
    duplicate = thread.state == State.DUPLICATE
    may_say = actor.signed_in and policy.confirm(actor, thread) is None
    asks = may_say and asks_still_right(question)
    reviews = actor.is_moderator or actor.role is Role.TRUSTED or actor.id in authors
    return Kept(
        takes_answers=not duplicate
        and trunk.change(actor, thread) is None
        and thread.state != State.ARCHIVED,
        lock_reason=trunk.words_for(actor, thread.lock_reason or "") if thread.locked_at else None,
        archive_reason=trunk.words_for(actor, question.archive_reason)
        if thread.state == State.ARCHIVED
        else None,
        is_duplicate=duplicate,
        target=target(actor, question.duplicate_of_id) if duplicate and question.duplicate_of_id else None,
        differs=trunk.words_for(actor, question.differs),
        stale_at=question.stale_at if question.accepted_post_id else None,
        confirmed_at=question.confirmed_at if question.accepted_post_id else None,
        asks=asks,
        said=_said(actor, question) if asks else None,
        may_mark=not duplicate and policy.mark_duplicate(actor, thread) is None,
        may_unmark=duplicate and policy.unmark_duplicate(actor, thread, question) is None,
        may_say_differs=duplicate and policy.say_differs(actor, thread) is None,
        may_moderate=actor.is_moderator,
        waiting=forum.proposals_waiting(actor, thread.id) if reviews else {},
    )


def target(actor: Actor, thread_id: int) -> Target | None:
    """The question at the end of the chain that begins with `thread_id`; None when `actor` may not see it."""
    row = db.session.execute(
        select(Thread.id, Thread.title, Thread.answer_count, Post.html)
        .join(Question, Question.thread_id == Thread.id)
        .outerjoin(Post, (Post.id == Question.accepted_post_id) & (Post.visibility == Visibility.PUBLIC))
        .where(Thread.id == _end_of_chain(thread_id).scalar_subquery(), trunk.visible_threads(actor))
    ).one_or_none()
    if row is None:
        return None
    url = forum.thread_url(KIND, row.id, row.title)
    return Target(row.id, row.title, url, row.answer_count, gist(row.html) if row.html else "")


def end_of_chain(thread_id: int) -> int:
    """Where the pointers lead that begin at `thread_id`; itself when it points nowhere."""
    return db.session.scalar(_end_of_chain(thread_id)) or thread_id


def asks_still_right(question: Question) -> bool:
    """Whether readers are asked if the accepted answer is still right: it is old and read (`aging`), or stale."""
    if question.accepted_post_id is None or question.accepted_at is None:
        return False
    if question.stale_at is not None:
        return True
    looked_at = max(question.accepted_at, question.confirmed_at or question.accepted_at)
    since = (now() - READ_WITHIN).date()
    return now() - looked_at >= OLD and readers_since(question.thread_id, since) >= FEWEST_READERS


def hangs_on(post: Post, thread: Thread) -> bool:
    """Whether others build on a post.

    On a question its answers and the questions that point to it, on what stands below it others' replies and the mark
    of the accepted answer.
    """
    if post.parent_id is None:
        pointing = select(Question.thread_id).where(Question.duplicate_of_id == thread.id).limit(1)
        return thread.answer_count > 0 or db.session.scalar(pointing) is not None
    accepted = select(literal(1)).where(Question.thread_id == thread.id, Question.accepted_post_id == post.id)
    below = select(literal(1)).where(
        Post.parent_id == post.id, Post.visibility == Visibility.PUBLIC, Post.author_id != post.author_id
    )
    return db.session.scalar(union_all(accepted, below).limit(1)) is not None


def deleted(actor: Actor) -> list[Deleted]:
    """What `actor` deleted and may still bring back, the latest first; at most 50."""
    rows = db.session.execute(
        select(
            Post.id,
            case((or_(Post.parent_id.is_(None), trunk.visible_threads(actor)), Thread.title), else_=""),
            Post.parent_id.is_(None),
            Post.source,
            Deletion.deleted_at,
        )
        .join(Deletion, Deletion.post_id == Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Deletion.by_id == actor.id, Deletion.deleted_at > now() - policy.UNDO)
        .order_by(Deletion.deleted_at.desc())
        .limit(50)
    )
    return [
        Deleted(post_id, title, opening, excerpt(source), at) for post_id, title, opening, source, at in rows
    ]


def _end_of_chain(thread_id: int) -> Select[int]:
    chain = select(literal(thread_id).label("id"), literal(0).label("step")).cte("chain", recursive=True)
    further = aliased(Question)
    chain = chain.union_all(
        select(further.duplicate_of_id, chain.c.step + 1)
        .join(chain, further.thread_id == chain.c.id)
        .where(further.duplicate_of_id.is_not(None), chain.c.step < LONGEST_CHAIN)
    )
    return select(chain.c.id).order_by(chain.c.step.desc()).limit(1)


def _said(actor: Actor, question: Question) -> bool | None:
    return db.session.scalar(
        select(Confirmation.is_right).where(
            Confirmation.post_id == question.accepted_post_id, Confirmation.account_id == actor.id
        )
    )
