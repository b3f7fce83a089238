"""What was decided: for moderators, and for those whom it concerns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy import ColumnElement, func, select

from app.accounts.actor import ANONYMOUS, Actor
from app.accounts.models import Account
from app.accounts.queries import PERSON_COLUMNS, Person
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound
from app.forum import queries as forum
from app.moderation import appeal_links, policy, targets
from app.moderation.acts import ACTS, Act, Upholds, Verb
from app.moderation.models import Decision, Review, Side, Told
from app.moderation.operations.reviewing import same
from app.moderation.rules import BROKEN, Rule
from app.moderation.targets import SYSTEM, Target
from app.moderation.words import FINDINGS, Reason

MOST_DECISIONS = 20


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as moderators see it; `by` is None for a rule's."""

    ref: str
    act: Act
    reason: LazyString | None
    said: str
    by: Person | None
    made_at: datetime
    involved: bool
    state: str
    undoable: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as those concerned read it. `side` is why they were told, None for moderators; `until` they may appeal."""

    decision: Decision
    target: Target
    act: Act
    title: str
    url: str | None
    finding: LazyString | None
    rule: Rule | None
    side: Side | None
    told_at: datetime | None
    until: datetime | None

    @property
    def appealable(self) -> bool:
        may = self.side is Side.AUTHOR or self.act.upholds is Upholds.NO
        return may and self.until is not None and now() <= self.until and self.decision.stands


def decisions_of(actor: Actor, *where: ColumnElement[bool]) -> Sequence[DecisionRow]:
    """The latest first, at most MOST_DECISIONS."""
    rows: Iterable[Any] = db.session.execute(
        select(Decision, *PERSON_COLUMNS)
        .outerjoin(Account, Account.id == Decision.by_id)
        .where(*where)
        .order_by(Decision.id.desc())
        .limit(MOST_DECISIONS)
    )
    return [_row(actor, row[0], Person(*row[1:]) if row[1] is not None else None) for row in rows]


def decided(actor: Actor, ref: str) -> Decided:
    """For moderators and those who were told. Raises NotFound for everybody else."""
    row = db.session.execute(
        select(Decision, Review, Told)
        .join(Review, Review.id == Decision.review_id)
        .outerjoin(Told, (Told.decision_id == Decision.id) & (Told.account_id == (actor.id or 0)))
        .where(Decision.ref == ref)
    ).one_or_none()
    if row is None or not (actor.is_moderator or row.Told is not None):
        raise NotFound
    told: Told | None = row.Told
    if told is None:
        return _decided(actor, row.Decision, row.Review)
    return _decided(
        actor, row.Decision, row.Review, side=Side(told.side), told_at=told.told_at, until=told.appeal_until
    )


def decided_on_report(ref: str, link: str) -> Decided:
    """For whoever reported it without an account, by the link of a letter of theirs. Raises NotFound."""
    report = appeal_links.read(link, ref)
    row = db.session.execute(
        select(Decision, Review)
        .join(Review, Review.id == Decision.review_id)
        .where(Decision.ref == ref, Review.id.in_(same(report.review_id)))
    ).one_or_none()
    if row is None:
        raise NotFound
    until = report.appeal_until if report.decision_id == row.Decision.id else None
    return _decided(
        ANONYMOUS, row.Decision, row.Review, side=Side.REPORTER, told_at=row.Decision.made_at, until=until
    )


def _decided(
    actor: Actor,
    decision: Decision,
    review: Review,
    *,
    side: Side | None = None,
    told_at: datetime | None = None,
    until: datetime | None = None,
) -> Decided:
    target = targets.of_review(review)
    title, url = _place(actor, review)
    reason = Reason(decision.reason) if decision.reason else None
    return Decided(
        decision=decision,
        target=target,
        act=ACTS[Verb(decision.act)],
        title=title,
        url=url,
        finding=FINDINGS[reason] if reason and reason is not Reason.OTHER else None,
        rule=BROKEN.get(reason) if reason else None,
        side=side,
        told_at=told_at,
        until=until,
    )


@dataclass(frozen=True, slots=True)
class Fresh:
    """What somebody decided in one go, a moment ago: it can still be taken back. `batch` where there was more than one."""

    ref: str
    batch: str | None
    act: Act
    number: int
    made_at: datetime


def fresh(actor: Actor) -> Fresh | None:
    """The last thing `actor` decided, while it may be taken back."""
    last = db.session.scalar(
        select(Decision)
        .where(
            Decision.by_id == actor.id,
            Decision.made_at > now() - policy.UNDO,
            Decision.undone_at.is_(None),
            Decision.reversed_at.is_(None),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if last is None:
        return None
    number = 1
    if last.batch:
        number = db.session.scalar(select(func.count()).where(Decision.batch == last.batch)) or 1
    return Fresh(last.ref, last.batch, ACTS[Verb(last.act)], number, last.made_at)


def ref_of_post(actor: Actor, post_id: int) -> str:
    """The last decision about a post that stands: for its author and moderators. Raises NotFound when there is none."""
    post, _thread = forum.post(actor, post_id)
    if not (actor.is_moderator or post.author_id == actor.id):
        raise NotFound
    ref = db.session.scalar(
        select(Decision.ref)
        .join(Review, Review.id == Decision.review_id)
        .where(
            (Review.post_id == post_id)
            | (Review.thread_id == post.thread_id if post.parent_id is None else Review.id < 0),
            Decision.undone_at.is_(None),
            Decision.reversed_at.is_(None),
        )
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if ref is None:
        raise NotFound
    return ref


def _place(actor: Actor, review: Review) -> tuple[str, str | None]:
    """What a decision is about, and where; the title also of what may not be seen any more, the address only while it may."""
    target = targets.of_review(review)
    subject = targets.subject(SYSTEM, target)
    if subject.thread is None or subject.post is None:
        return subject.author.display_name, None
    try:
        forum.post(actor, subject.post.id)
    except NotFound:
        return subject.thread.title, None
    return subject.thread.title, forum.url_of(subject.thread, _anchor=f"p-{subject.post.id}")


def _row(actor: Actor, decision: Decision, by: Person | None) -> DecisionRow:
    state = "undone" if decision.undone_at else "reversed" if decision.reversed_at else "stands"
    reason = Reason(decision.reason) if decision.reason else None
    return DecisionRow(
        ref=decision.ref,
        act=ACTS[Verb(decision.act)],
        reason=FINDINGS[reason] if reason else None,
        said=decision.said,
        by=by,
        made_at=decision.made_at,
        involved=decision.involved,
        state=state,
        undoable=decision.stands and policy.undo(actor, decision) is None,
    )
