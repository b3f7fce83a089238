"""Remembering what newcomers post, and scoring it."""

from sqlalchemy import delete, distinct, func, select

from app.accounts.actor import Actor, Role
from app.accounts.models import Account
from app.core.clock import now
from app.core.db import db, insert_or_change
from app.core.transaction import transaction
from app.forum.models import Post, Thread
from app.jobs.operations import enqueue
from app.jobs.ports import Payload
from app.moderation import weights
from app.moderation.operations.reviewing import notice
from app.moderation.spam import scoring
from app.moderation.spam.models import PostTrace, SpamScore
from app.moderation.spam.scoring import Written


def suspicious(actor: Actor, *, title: str, html: str) -> bool:
    """Whether what `actor` is about to post waits for a look before anybody sees it: with trust 0 and HELD points."""
    if actor.role is not Role.NEW:
        return False
    author = db.session.get(Account, actor.id)
    parts = _parts(author, scoring.read(title, html), 0) if author else {}
    return sum(parts.values()) >= scoring.HELD


def score_later(actor: Actor, *, post_id: int) -> None:
    """In the open transaction: have a post of `actor` scored when it is written, if theirs are."""
    if scoring.is_scored(actor.role):
        enqueue("moderation.score", {"post_id": post_id})


def score(payload: Payload) -> None:
    """The job `moderation.score`: note how much a post looks like spam, or that it does no more. Twice is once."""
    post_id = int(payload["post_id"])
    row = db.session.execute(
        select(Post, Thread, Account)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Account, Account.id == Post.author_id)
        .where(Post.id == post_id)
    ).one_or_none()
    if row is None:
        return
    post, thread, author = row
    if not scoring.is_scored(author.role):
        return
    title = (thread.unmasked_title or thread.title) if post.parent_id is None else ""
    written = scoring.read(title, post.unmasked_html or post.html)
    parts = _parts(author, written, post_id)
    moment, author_id = now(), author.id
    with transaction() as session:
        session.execute(delete(PostTrace).where(PostTrace.post_id == post_id))
        session.add_all(
            PostTrace(post_id=post_id, account_id=author_id, value=value, at=moment)
            for value in written.traces
        )
        total = sum(parts.values())
        if total < scoring.NOTED:
            session.execute(delete(SpamScore).where(SpamScore.post_id == post_id))
            return
        noted = insert_or_change(SpamScore, "post_id", "score", "parts", "at")
        values = {"post_id": post_id, "score": total, "parts": parts, "at": moment}
        session.connection().execute(noted, values)
        notice(post_id, weights.SPAM_NOTICED)


def sweep() -> None:
    """Forget the traces that are older than REMEMBERED."""
    with transaction() as session:
        session.execute(delete(PostTrace).where(PostTrace.at < now() - scoring.REMEMBERED))


def _parts(author: Account, written: Written, post_id: int) -> dict[str, int]:
    lately = (PostTrace.at > now() - scoring.REMEMBERED, PostTrace.post_id != post_id)
    repeated = written.digest is not None and db.session.scalar(
        select(PostTrace.id).where(PostTrace.value == written.digest, *lately).limit(1)
    )
    others = db.session.scalars(
        select(func.count(distinct(PostTrace.account_id)))
        .where(PostTrace.value.in_(written.hosts), PostTrace.account_id != author.id, *lately)
        .group_by(PostTrace.value)
    ).all()
    return scoring.points(
        author.role,
        now() - author.created_at,
        written,
        repeated=bool(repeated),
        shared_host=max(others, default=0) >= scoring.OTHERS_WITH_HOST,
    )
