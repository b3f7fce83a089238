"""Flagging posts, threads and people."""

from sqlalchemy import case, func, select

from app.accounts.actor import Actor
from app.accounts.models import Account, AccountState
from app.accounts.queries import shares_address
from app.config import Settings
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.parts import part
from app.core.problems import NotFound, Problem, TooSoon
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.masking import without_cards
from app.forum.operations import Named
from app.moderation import policy, targets, weights
from app.moderation.acts import Details, Verb
from app.moderation.events import Flagged
from app.moderation.models import Flag, Review
from app.moderation.operations import ruling
from app.moderation.operations.reviewing import hold_target, reach_of, review_of
from app.moderation.targets import Subject, Target, TargetKind
from app.moderation.words import Reason


def flag(
    actor: Actor,
    *,
    target: Target,
    reason: Reason,
    note: str,
    passage: str = "",
    visitor: str | None = None,
) -> None:
    """Tell moderators that something is wrong. While one's earlier flag is open, more changes nothing.

    What was kept of the form goes with it. `passage` is the part of a post it is about; a trusted person's word on a
    dangerous link or something personal puts that part away at once, and several independent people's hide a post, until
    a moderator looked. Raises NotFound, Problem, and TooSoon after FLAGS_A_DAY of them.
    """
    with transaction() as session:
        hold_target(target)
        subject = targets.subject(actor, target)
        if refused := policy.flag(actor, subject):
            raise Problem(refused)
        forum.discard_draft(actor, visitor, flag_draft(target))
        review = review_of(subject)
        _hold_account(actor)
        version = subject.post.version if subject.post else None
        earlier = session.scalars(
            select(Flag)
            .where(Flag.review_id == review.id, Flag.account_id == actor.id)
            .order_by(Flag.id.desc())
        ).all()
        if any(row.decision_id is None for row in earlier):
            return
        if any((row.reason, row.post_version) == (reason, version) for row in earlier):
            raise Problem(policy.FLAGGED_BEFORE, field="reason")
        named = _named(actor, subject, reason, passage)
        weight = _weight(actor)
        counted = _counts(actor, review)
        row = Flag(
            review_id=review.id,
            account_id=actor.id,
            reason=reason,
            note=without_cards(note),
            passage=passage,
            post_version=version,
            weight=weight,
            counted=counted,
            created_at=now(),
        )
        session.add(row)
        review.flag_count += 1
        review.flag_weight += weight
        review.independent += counted
        review.severity = max(review.severity, weights.SEVERITY[reason])
        review.reach = reach_of(subject)
        review.opened_at = review.opened_at or now()
        session.flush()
        emit(Flagged(row.id, review.id, urgent=weights.SEVERITY[reason] >= weights.SEVERE))
        _put_away(review, subject, row, named)
        _act_by_itself(review, subject, reason)


def _hold_account(actor: Actor) -> None:
    """Not made part of another one until this is over. Raises NotFound when it has been."""
    row = select(Account.state).where(Account.id == actor.id).with_for_update(read=True, key_share=True)
    if db.session.scalar(row) != AccountState.ACTIVE:
        raise NotFound


def flag_draft(target: Target) -> str:
    """The name under which an unsent flag is kept."""
    return f"flag:{target.id}" if target.kind is TargetKind.POST else f"flag-{target.kind}:{target.id}"


def _weight(actor: Actor) -> float:
    """What this person's flag counts. Raises TooSoon when there were too many today, this one counted."""
    since = now() - policy.DAY
    row = db.session.execute(
        select(
            func.count(case((Flag.upheld.is_(True), 1))),
            func.count(case((Flag.upheld.is_(False), 1))),
            func.count(case((Flag.created_at > since, 1))),
        ).where(Flag.account_id == actor.id)
    ).one()
    upheld, declined, today = tuple(row)
    if part(Settings).limits and today >= policy.FLAGS_A_DAY:
        raise TooSoon(policy.FLAGGED_ENOUGH, 3_600)
    return weights.weight(actor.trust, upheld, declined, today + 1)


def _counts(actor: Actor, review: Review) -> bool:
    """Whether this flag counts towards hiding: of somebody established, at an address nobody counted here shares."""
    if actor.trust < weights.LEAST_TRUST_TO_HIDE:
        return False
    counted = select(Flag.account_id).where(
        Flag.review_id == review.id, Flag.decision_id.is_(None), Flag.counted
    )
    return not shares_address(int(actor.id or 0), counted)


def _named(actor: Actor, subject: Subject, reason: Reason, passage: str) -> list[Named]:
    """What this flag puts away of a post by itself: nothing, but where somebody trusted says what is dangerous or personal."""
    if actor.trust < weights.TRUSTED_TO_MASK or subject.post is None or subject.thread is None:
        return []
    if reason is Reason.DANGEROUS_LINK:
        return forum.named_links(subject.post, subject.thread, passage)
    if reason is Reason.PERSONAL and passage:
        return forum.named_words(subject.post, subject.thread, passage)
    return []


def _put_away(review: Review, subject: Subject, flag: Flag, named: list[Named]) -> None:
    """At once, once, and told to the author. What a moderator kept since it was last edited stays."""
    if subject.post is None or ruling.was_kept(review, subject):
        return
    fresh = set(named) - forum.redacted(subject.post.id)
    if fresh:
        details = Details(reason=Reason(flag.reason), passages=tuple(sorted(fresh)), flag_id=flag.id)
        ruling.by_rule(review, subject, Verb.MASK, details)


def _act_by_itself(review: Review, subject: Subject, reason: Reason) -> None:
    """Hide words that enough independent people flagged. What a moderator kept since it was last edited stays."""
    if subject.post is None or review.hidden_at is not None or ruling.was_kept(review, subject):
        return
    if review.independent >= weights.INDEPENDENT and review.flag_weight >= weights.HIDES_AT:
        review.hidden_at = now()
        ruling.by_rule(review, subject, Verb.HIDE, Details(reason=reason))
