"""Suggested changes: what waits, and one of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import Person, people
from app.core.db import db
from app.core.problems import NotFound
from app.core.text import Passages
from app.core.web.pages import Page, cut
from app.forum import policy
from app.forum.masking import public
from app.forum.models import EditProposal, Post, ProposalState, Thread
from app.forum.queries.people import person_columns
from app.forum.queries.revisions import Changes, Version, changes, present
from app.forum.queries.threads import PAGE_SIZE, url_of
from app.forum.redacted import put_away, put_away_of

_PENDING = EditProposal.state == ProposalState.PENDING


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One suggested change in a list."""

    id: int
    title: str
    opening: bool
    reason: str
    created_at: datetime
    proposer: Person


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """One suggested change, whole, its reason and the word on it as they are read. `changes` is None when the post has
    moved on since.
    """

    proposal: EditProposal
    reason: str
    word: str
    post: Post
    thread: Thread
    url: str
    proposer: Person
    decided_by: Person | None
    changes: Changes | None


def proposals(actor: Actor, number: int) -> Page[ProposalRow]:
    """A page of what waits for a decision that `actor` may make, the longest waiting first."""
    rows = db.session.execute(
        select(
            EditProposal.post_id,
            EditProposal.id,
            Thread.title,
            Post.parent_id.is_(None),
            EditProposal.reason,
            EditProposal.created_at,
            *person_columns(),
        )
        .join(Post, Post.id == EditProposal.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Account, Account.id == EditProposal.proposer_id)
        .where(_PENDING, policy.reviewable(actor))
        .order_by(EditProposal.created_at, EditProposal.id)
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    hidden = {} if actor.is_staff else put_away_of({row.post_id for row in rows})
    return cut([_row(hidden.get(row[0]), *row[1:]) for row in rows], number, PAGE_SIZE)


def proposal(actor: Actor, proposal_id: int) -> ProposalPage:
    """Raises NotFound when it is missing, or not for `actor` to see."""
    row = db.session.execute(
        select(EditProposal, Post, Thread)
        .join(Post, Post.id == EditProposal.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(EditProposal.id == proposal_id)
    ).one_or_none()
    if row is None or not policy.can_see_proposal(actor, *row):
        raise NotFound
    found, post, thread = row
    known = people([found.proposer_id, found.decided_by_id])
    hidden = None if actor.is_staff else put_away(post.id)
    return ProposalPage(
        proposal=found,
        reason=public(found.reason, hidden) if hidden else found.reason,
        word=public(found.word, hidden) if hidden else found.word,
        post=post,
        thread=thread,
        url=url_of(thread, _anchor=f"p-{post.id}"),
        proposer=known[found.proposer_id],
        decided_by=known.get(found.decided_by_id or 0),
        changes=_changes(actor, found, post, thread),
    )


def proposals_waiting(actor: Actor, thread_id: int) -> dict[int, list[int]]:
    """The proposals in one thread that `actor` may decide on, by post."""
    rows = (
        select(EditProposal.post_id, EditProposal.id)
        .join(Post, Post.id == EditProposal.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(Post.thread_id == thread_id, _PENDING, policy.reviewable(actor))
        .order_by(EditProposal.id)
    )
    found: dict[int, list[int]] = {}
    for post_id, proposal_id in db.session.execute(rows):
        found.setdefault(post_id, []).append(proposal_id)
    return found


def _row(
    hidden: Passages | None,
    proposal_id: int,
    title: str,
    opening: bool,
    reason: str,
    created_at: datetime,
    *person: Any,
) -> ProposalRow:
    reason = public(reason, hidden) if hidden else reason
    return ProposalRow(proposal_id, title, opening, reason, created_at, Person(*person))


def _changes(actor: Actor, row: EditProposal, post: Post, thread: Thread) -> Changes | None:
    if post.version != row.version:
        return None
    now = present(post, thread)
    then = Version(
        row.source,
        now.title if row.title is None else row.title,
        now.tags if row.tags is None else ", ".join(row.tags),
    )
    hidden = put_away(post.id)
    return changes(now.read_by(actor, hidden), then.read_by(actor, hidden))
