"""What becomes of all in the trunk that is somebody's, when their account becomes another's, or nobody's."""

from collections.abc import Collection, Iterable

from sqlalchemy import Executable, Select, case, delete, func, or_, select, update

from app.accounts.events import AccountAnonymised, AccountMerged
from app.accounts.operations.merging import give, give_once, twice
from app.core.clock import now
from app.core.db import db
from app.forum.models import (
    AccountDay,
    Deletion,
    Draft,
    EditProposal,
    Follow,
    Mention,
    Photo,
    Post,
    ProposalState,
    Revision,
    Saved,
    Thread,
    Vote,
)
from app.forum.operations import touch_all
from app.forum.queries import threads_of


def hold_threads_of(account_ids: Iterable[int], besides: Collection[int] = ()) -> None:
    """Hold, in the open transaction, every thread these people wrote or voted in, and those `besides`, the oldest first:
    before their accounts are locked.
    """
    ids = list(account_ids)
    wrote = select(Post.thread_id).where(Post.author_id.in_(ids))
    voted = select(Post.thread_id).join(Vote, Vote.post_id == Post.id).where(Vote.account_id.in_(ids))
    threads = (
        select(Thread.id)
        .where(or_(Thread.id.in_(wrote.union(voted)), Thread.id.in_(besides)))
        .order_by(Thread.id)
    )
    db.session.execute(threads.with_for_update(key_share=True))


def account_merged(event: AccountMerged) -> None:
    """Posts and all else change hands. Of two votes on a post the kept one's stays, and one's own count no more."""
    threads = set(threads_of(event.gone_id))
    uncounted = set(
        db.session.scalars(select(Vote.post_id).where(twice(event, Vote.account_id, Vote.post_id)))
    )
    give(event, Thread.author_id)
    give(event, Post.author_id)
    give_once(event, Vote.account_id, Vote.post_id)
    uncounted |= _end_own_votes(event.kept_id)
    threads |= _count_votes(uncounted)
    _give_proposals(event)
    give(event, Revision.editor_id)
    give(event, Deletion.by_id)
    give_once(event, Follow.account_id, Follow.thread_id)
    give_once(event, Saved.account_id, Saved.thread_id)
    give_once(event, Mention.account_id, Mention.post_id)
    _write(
        delete(Mention).where(Mention.account_id == event.kept_id, Mention.post_id.in_(_by(event.kept_id)))
    )
    both = twice(event, Photo.account_id, Photo.form)
    _write(update(Photo).where(both, Photo.form.is_not(None)).values(form=None))
    give(event, Photo.account_id)
    give_once(event, Draft.account_id, Draft.form)
    _give_days(event)
    touch_all(threads)


def account_anonymised(event: AccountAnonymised) -> None:
    """What only they read goes, and every thread with their name is seen anew."""
    whose = event.account_id
    for table in (Draft, Saved, Follow, AccountDay):
        _write(delete(table).where(table.account_id == whose))
    _write(update(Photo).where(Photo.account_id == whose, Photo.form.is_not(None)).values(form=None))
    touch_all(set(threads_of(whose)))


def _end_own_votes(account_id: int) -> set[int]:
    """Nobody votes on what they wrote themselves; the posts whose votes are fewer now."""
    own = (Vote.account_id == account_id, Vote.post_id.in_(_by(account_id)))
    posts = set(db.session.scalars(select(Vote.post_id).where(*own)))
    _write(delete(Vote).where(*own))
    return posts


def _count_votes(post_ids: set[int]) -> set[int]:
    """Count the votes of these posts anew; their threads."""
    if not post_ids:
        return set()
    votes = select(func.count(case((Vote.value > 0, 1)))).where(Vote.post_id == Post.id).scalar_subquery()
    against = select(func.count(case((Vote.value < 0, 1)))).where(Vote.post_id == Post.id).scalar_subquery()
    counted = {"up_count": Post.imported_up + votes, "down_count": Post.imported_down + against}
    _write(update(Post).where(Post.id.in_(post_ids)).values(counted))
    return set(db.session.scalars(select(Post.thread_id).where(Post.id.in_(post_ids))))


def _give_proposals(event: AccountMerged) -> None:
    """What would be suggested twice, or to oneself, ends."""
    waits = EditProposal.state == ProposalState.PENDING
    ended = {"state": ProposalState.ENDED, "decided_at": now()}
    again = twice(event, EditProposal.proposer_id, EditProposal.post_id, EditProposal.state)
    _write(update(EditProposal).where(again, waits).values(ended))
    give(event, EditProposal.proposer_id)
    give(event, EditProposal.decided_by_id)
    own = (EditProposal.proposer_id == event.kept_id, EditProposal.post_id.in_(_by(event.kept_id)))
    _write(update(EditProposal).where(*own, waits).values(ended))


def _give_days(event: AccountMerged) -> None:
    """A day on which both were here is one day with what both read."""
    gone = (
        select(AccountDay.day, AccountDay.threads_read)
        .where(AccountDay.account_id == event.gone_id)
        .subquery()
    )
    read = select(gone.c.threads_read).where(gone.c.day == AccountDay.day).scalar_subquery()
    _write(
        update(AccountDay)
        .where(AccountDay.account_id == event.kept_id, AccountDay.day.in_(select(gone.c.day)))
        .values(threads_read=AccountDay.threads_read + read)
    )
    give_once(event, AccountDay.account_id, AccountDay.day)


def _by(account_id: int) -> Select[int]:
    return select(Post.id).where(Post.author_id == account_id)


def _write(statement: Executable) -> None:
    db.session().connection().execute(statement)
