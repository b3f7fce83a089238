"""What one moderator proposes and another has to agree with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import Person, people
from app.core.db import db
from app.core.problems import NotFound
from app.core.text import plain
from app.forum.models import Post, Thread
from app.moderation import policy, targets
from app.moderation.acts import ACTS, Act, Verb
from app.moderation.models import Proposal, ProposalState, Review
from app.moderation.operations.reviewing import has_flagged
from app.moderation.rules import BROKEN, Rule
from app.moderation.targets import SYSTEM
from app.moderation.words import FINDINGS, Reason

MOST_PROPOSALS = 20


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal that waits, for moderators; `title` is of the thread or the name of the person it is about."""

    review_id: int
    title: str
    act: Act
    by: Person
    made_at: datetime


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A proposal that may still be answered, or with `open` False no more; `refused` is why this moderator may not."""

    proposal: Proposal
    act: Act
    finding: LazyString | None
    rule: Rule | None
    by: Person
    title: str
    words: str
    open: bool
    refused: LazyString | None


def proposals_waiting(actor: Actor) -> Sequence[ProposalRow]:
    """Those that may still be answered, the oldest first, at most MOST_PROPOSALS; for moderators, of others than themselves."""
    if not actor.is_moderator:
        return []
    title = func.coalesce(Thread.unmasked_title, Thread.title, Account.display_name)
    rows = db.session.execute(
        select(Proposal, title.label("title"))
        .join(Review, Review.id == Proposal.review_id)
        .join(Account, Account.id == Review.author_id)
        .outerjoin(Post, Post.id == Review.post_id)
        .outerjoin(Thread, Thread.id == func.coalesce(Post.thread_id, Review.thread_id))
        .where(
            Proposal.answered_at.is_(None),
            Proposal.review_version == Review.version,
            Review.author_id != actor.id,
        )
        .order_by(Proposal.made_at, Proposal.id)
        .limit(MOST_PROPOSALS)
    ).all()
    by = people([row.Proposal.by_id for row in rows]) if rows else {}
    return [
        ProposalRow(
            row.Proposal.review_id,
            row.title,
            ACTS[Verb(row.Proposal.act)],
            by[row.Proposal.by_id],
            row.Proposal.made_at,
        )
        for row in rows
    ]


def proposal_about(actor: Actor, review_id: int) -> ProposalPage | None:
    """What waits for a second about a target; for moderators."""
    found = db.session.scalar(
        select(Proposal).where(Proposal.review_id == review_id, Proposal.answered_at.is_(None))
    )
    page = _page(found, actor) if found else None
    return page if page and page.open else None


def proposal(proposal_id: int) -> ProposalPage:
    """For somebody with a link. Raises NotFound."""
    found = db.session.get(Proposal, proposal_id)
    if found is None:
        raise NotFound
    return _page(found, None)


def _page(found: Proposal, actor: Actor | None) -> ProposalPage:
    review = db.session.get_one(Review, found.review_id)
    subject = targets.subject(SYSTEM, targets.of_review(review))
    act = ACTS[Verb(found.act)]
    reason = Reason(found.reason) if found.reason else None
    refused = None
    if actor is not None:
        refused = (
            policy.PROPOSED
            if actor.id == found.by_id
            else policy.decide(actor, subject, act, has_flagged=has_flagged(review.id, actor.id))
        )
    return ProposalPage(
        proposal=found,
        act=act,
        finding=FINDINGS[reason] if reason else None,
        rule=BROKEN.get(reason) if reason else None,
        by=people([found.by_id])[found.by_id],
        title=subject.thread.title if subject.thread else subject.author.display_name,
        words=plain(subject.post.html) if subject.post else subject.author.bio,
        open=found.state == ProposalState.WAITING and found.review_version == review.version,
        refused=refused,
    )
