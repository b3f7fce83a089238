"""Bringing questions that wait to people whose accepted answers fit."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select

from app.accounts.actor import Role
from app.accounts.models import Account, AccountState, SignInSession
from app.community.events import QuestionRouted
from app.community.models import Ask
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.transaction import transaction
from app.forum.models import Post, Thread, ThreadTag, Visibility
from app.questions.models import KIND, Question, State

WAITING = timedelta(hours=8)
"""Three questions in four that get an answer have it by then (Coffee Stack Exchange, 212 answered questions of its
first weeks: half within 1.7 hours, three quarters within 8). Before that, asking somebody would only be noise.
"""

STALE = timedelta(days=14)
"""Who asked longer ago has found another way, or was brought in by an import."""

MOST_ASKED = 5
MOST_A_WEEK = 3
WEEK = timedelta(days=7)
ACTIVE = timedelta(days=90)
MOST_CONSIDERED = 50
MOST_LOOKED_AT = 2_000
"""So many of the latest questions with one of its tags say who knows about them."""


def route() -> int:
    """Ask up to MOST_ASKED people about each question that waits for its first answer; how many were asked.

    They have accepted answers with one of its tags, the most first; were here within ACTIVE; welcome being asked; are
    neither the asker nor suspended nor support; and were asked less than MOST_A_WEEK times in seven days. A question
    for which nobody fits is looked at again next time; one that somebody was asked about is not.
    """
    return sum(_route(thread_id) for thread_id in _waiting_ids())


def _route(thread_id: int) -> int:
    """In a transaction that holds the thread, then who may fit, in order: so two workers do not both ask.

    What is asked of the rows is asked after they are held, in statements of their own: one that waited for a lock
    still sees other tables as they were before.
    """
    considered = _fitting(thread_id)
    if not considered:
        return 0
    with transaction() as session:
        session.execute(select(Thread.id).where(Thread.id == thread_id).with_for_update(key_share=True))
        if session.scalar(select(Thread.id).where(Thread.id == thread_id, *_waiting())) is None:
            return 0
        among = Account.id.in_(considered)
        held = select(Account.id).where(among).order_by(Account.id).with_for_update(key_share=True)
        session.execute(held)
        free = set(session.scalars(select(Account.id).where(among, *_may_be_asked())))
        chosen = [account_id for account_id in considered if account_id in free][:MOST_ASKED]
        for account_id in chosen:
            session.add(Ask(thread_id=thread_id, account_id=account_id, created_at=now()))
            emit(QuestionRouted(thread_id, account_id))
        return len(chosen)


def _waiting() -> tuple[ColumnElement[bool], ...]:
    return (
        Thread.kind == KIND,
        Thread.state == State.OPEN,
        Thread.visibility == Visibility.PUBLIC,
        Thread.created_at.between(now() - STALE, now() - WAITING),
        Thread.answer_count == 0,
        Thread.locked_at.is_(None),
        Thread.source.is_(None),
        ~select(Ask.thread_id).where(Ask.thread_id == Thread.id).exists(),
    )


def _waiting_ids() -> Sequence[int]:
    """The longest waiting first."""
    return db.session.scalars(select(Thread.id).where(*_waiting()).order_by(Thread.created_at)).all()


def _may_be_asked() -> tuple[ColumnElement[bool], ...]:
    asks = select(func.count()).where(Ask.account_id == Account.id, Ask.created_at > now() - WEEK)
    wrote = select(Post.id).where(Post.author_id == Account.id, Post.created_at > now() - ACTIVE)
    seen = select(SignInSession.id).where(
        SignInSession.account_id == Account.id, SignInSession.last_seen_at > now() - ACTIVE
    )
    return (
        Account.state == AccountState.ACTIVE,
        Account.email_confirmed_at.is_not(None),
        Account.role != Role.AGENT,
        Account.asks_welcome.is_(True),
        or_(Account.suspended_until.is_(None), Account.suspended_until <= now()),
        or_(wrote.exists(), seen.exists()),
        asks.scalar_subquery() < MOST_A_WEEK,
    )


def _fitting(thread_id: int) -> Collection[int]:
    """Whose accepted answers carry the question's tags, the most first, and of equals who was asked less lately."""
    tags = select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread_id)
    latest = (
        select(ThreadTag.thread_id)
        .where(ThreadTag.tag_id.in_(tags))
        .group_by(ThreadTag.thread_id)
        .order_by(ThreadTag.thread_id.desc())
        .limit(MOST_LOOKED_AT)
        .subquery()
    )
    answered = (
        select(Post.author_id, func.count().label("accepted"))
        .select_from(latest)
        .join(Thread, Thread.id == latest.c.thread_id)
        .join(Question, Question.thread_id == Thread.id)
        .join(Post, Post.id == Question.accepted_post_id)
        .where(
            Post.visibility == Visibility.PUBLIC,
            Thread.visibility == Visibility.PUBLIC,
            Post.author_id != Thread.author_id,
        )
        .group_by(Post.author_id)
        .subquery()
    )
    asker = select(Thread.author_id).where(Thread.id == thread_id).scalar_subquery()
    lately = select(func.count()).where(Ask.account_id == Account.id).correlate(Account).scalar_subquery()
    rows = (
        select(Account.id)
        .join(answered, answered.c.author_id == Account.id)
        .where(Account.id != asker, *_may_be_asked())
        .order_by(answered.c.accepted.desc(), lately, Account.id)
        .limit(MOST_CONSIDERED)
    )
    return db.session.scalars(rows).all()
