"""What counts for a person and what no longer does. Handlers write rows of the ledger in the event's transaction.

Each locks the accounts it changes first, in the order of their ids, so that two never wait for each other in a circle;
the lock is the one that lets others write rows which point at the account.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Row, String, cast, delete, func, insert, literal, select, update
from sqlalchemy.orm import aliased

from app.accounts.events import AccountMerged
from app.accounts.models import Account
from app.accounts.operations.merging import give, give_once
from app.community.models import Ask, Reason, Reputation
from app.community.points import POINTS, worth
from app.core.clock import now
from app.core.db import db
from app.forum.events import PostVisibilityChanged, Voted
from app.forum.models import Post, Thread, Visibility
from app.questions.events import AnswerAccepted, AnswerUnaccepted

WORDS = (Reason.HELPFUL, Reason.UNHELPFUL)


def voted(event: Voted) -> None:
    """A vote counts as it stands now. One's own counts nothing."""
    post = _post(event.post_id)
    own = event.voter_id == post.author_id
    reason = None if own else {1: Reason.HELPFUL, -1: Reason.UNHELPFUL}.get(event.value)
    _let_stand(f"vote:{event.post_id}:{event.voter_id}", reason, post, by_id=event.voter_id)


def accepted(event: AnswerAccepted) -> None:
    """The accepted answer counts, the one before it no longer; not the asker's own, nor what one accepted oneself."""
    post = _post(event.post_id)
    own = post.author_id in {post.asker_id, event.by_id}
    _let_stand(_accepted(event.thread_id), None if own else Reason.ACCEPTED, post, by_id=event.by_id)


def unaccepted(event: AnswerUnaccepted) -> None:
    """What was accepted counts as that no longer."""
    where = Reputation.key == _accepted(event.thread_id)
    if owners := _owners(where):
        with _counted(owners, where):
            db.session.execute(delete(Reputation).where(where))


def visibility_changed(event: PostVisibilityChanged) -> None:
    """What others do not see counts nothing; shown again, it counts as before. A thread takes its posts along."""
    about = Post.thread_id == event.thread_id if event.opening else Post.id == event.post_id
    where = Reputation.post_id.in_(select(Post.id).where(about))
    if owners := _owners(where):
        with _counted(owners, where):
            db.session().connection().execute(update(Reputation).where(where).values(points=worth()))


def account_merged(event: AccountMerged) -> None:
    """One ledger of two, in which a word of one about the other counts no more, and two words on a post are one."""
    both = [event.kept_id, event.gone_id]
    where = Reputation.account_id.in_(both) | Reputation.by_id.in_(both)
    word = Reputation.reason.in_(WORDS)
    with _counted({*_owners(where), *both}, where):
        connection = db.session().connection()
        theirs = aliased(Reputation)
        again = select(theirs.id).where(
            theirs.by_id == event.kept_id,
            theirs.post_id == Reputation.post_id,
            theirs.reason.in_(WORDS),
        )
        connection.execute(delete(Reputation).where(word, Reputation.by_id == event.gone_id, again.exists()))
        key = literal("vote:") + cast(Reputation.post_id, String) + literal(f":{event.kept_id}")
        connection.execute(update(Reputation).where(word, Reputation.by_id == event.gone_id).values(key=key))
        give(event, Reputation.by_id)
        give(event, Reputation.account_id)
        asked = select(Post.id).join(Thread).where(Thread.author_id == event.kept_id)
        own = (Reputation.by_id == event.kept_id) | (
            (Reputation.reason == Reason.ACCEPTED) & Reputation.post_id.in_(asked)
        )
        connection.execute(delete(Reputation).where(Reputation.account_id == event.kept_id, own))
    give_once(event, Ask.account_id, Ask.thread_id)


def _let_stand(key: str, reason: Reason | None, post: Row[*tuple[Any, ...]], *, by_id: int) -> None:
    """Let `key` count as `reason` for the post's author, or with None count no more."""
    where = Reputation.key == key
    owners = _owners(where)
    if not owners and reason is None:
        return
    with _counted({*owners, post.author_id}, where):
        connection = db.session().connection()
        connection.execute(delete(Reputation).where(where))
        if reason is None:
            return
        public = post.visibility == post.of_thread == Visibility.PUBLIC
        connection.execute(
            insert(Reputation).values(
                account_id=post.author_id,
                points=POINTS[reason] if public else 0,
                reason=reason,
                post_id=post.id,
                by_id=by_id,
                key=key,
                created_at=now(),
            )
        )


@contextmanager
def _counted(account_ids: Iterable[int], where: ColumnElement[bool]) -> Iterator[None]:
    """Lock these accounts; what changes inside the block in the rows of `where` changes their counters alike."""
    locked = select(Account.id).where(Account.id.in_(set(account_ids))).order_by(Account.id)
    db.session.execute(locked.with_for_update(key_share=True))
    before = _sums(where)
    yield
    after = _sums(where)
    for account_id in sorted({*before, *after}):
        step = after.get(account_id, 0) - before.get(account_id, 0)
        if step:
            db.session().connection().execute(
                update(Account).where(Account.id == account_id).values(reputation=Account.reputation + step)
            )


def _sums(where: ColumnElement[bool]) -> dict[int, int]:
    rows = select(Reputation.account_id, func.sum(Reputation.points)).where(where)
    return dict(db.session.execute(rows.group_by(Reputation.account_id)).all())


def _owners(where: ColumnElement[bool]) -> set[int]:
    return set(db.session.scalars(select(Reputation.account_id).where(where).distinct()))


def _post(post_id: int) -> Row[*tuple[Any, ...]]:
    """Columns, not the row in the session: somebody may have hidden it since that was loaded."""
    return db.session.execute(
        select(
            Post.id,
            Post.author_id,
            Post.visibility,
            Thread.visibility.label("of_thread"),
            Thread.author_id.label("asker_id"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.id == post_id)
    ).one()


def _accepted(thread_id: int) -> str:
    return f"accepted:{thread_id}"
