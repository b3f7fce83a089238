"""Deciding about targets, one or many, and taking a decision back while it is fresh."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select

from app.accounts.actor import Actor
from app.accounts.queries import people
from app.core import once
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import savepoint, transaction
from app.moderation import policy, targets
from app.moderation.acts import ACTS, Details, Verb
from app.moderation.models import Decision, Review
from app.moderation.operations import ruling, seconding
from app.moderation.operations.reviewing import (
    has_flagged,
    held,
    hold_target,
    hold_threads_of,
    review_of,
    same,
    taken,
)
from app.moderation.targets import Subject, Target

MOST_AT_ONCE = 50
NONE_DONE = 0
"""What is noted of many at once where all were left."""

SAY_WHY = _("Choose a reason: its author reads it.")
NEEDED: Mapping[str, tuple[str, LazyString]] = {
    "reason": ("reason", SAY_WHY),
    "said": ("said", _("Say why: those it concerns read it.")),
    "words": ("source", _("Write what it should say.")),
    "photos": ("photos", _("Choose at least one photo.")),
    "until": ("until", _("Choose until when.")),
    "space_id": ("space_id", _("Choose a topic from the list.")),
    "tags": ("tags", _("Write at least one tag.")),
    "of": ("of", _("Paste the address of the other thread, or its number.")),
    "title": ("title", _("Give it a title.")),
    "ticket": ("verb", _("Look at what Support gets, and send it from there.")),
}
"""By detail of an act: the field it comes from, and what is said when it is missing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a moderator had before their eyes: the versions of the review and, of a post, of its words."""

    review: int
    post: int | None = None


def open_review(actor: Actor, *, target: Target) -> int:
    """The review of a target for a moderator to decide about it unasked; its id. Raises NotFound."""
    if not actor.is_moderator:
        raise NotFound
    with transaction():
        hold_target(target)
        return review_of(targets.subject(actor, target)).id


def decide(
    actor: Actor, *, review_id: int, verb: Verb, details: Details, seen: Seen, token: str
) -> str | None:
    """Do it, answer the flags, and tell everybody concerned; the decision's ref, None where a second has to agree first.

    The same `token` again changes nothing. Raises NotFound to all but moderators; Problem where something is missing,
    for a party, and when somebody decided, has it in hand or edited it since `seen`, in words that say who and what.
    """
    if not actor.is_moderator:
        raise NotFound
    with transaction():
        if known := once.replayed(token, actor.using("decide")):
            return db.session.get_one(Decision, known).ref if known > 0 else None
        ACTS[verb].before_do(details)
        if ACTS[verb].needs_second(details):
            review, subject = _fit(actor, review_id, verb, details, seen)
            proposal = seconding.propose(actor, review, subject, verb, details)
            once.settle(token, actor.using("decide"), -proposal.id)
            return None
        decision = _decide(actor, review_id, verb, details, seen)
        once.settle(token, actor.using("decide"), decision.id)
        return decision.ref


def decide_within(actor: Actor, *, target: Target, verb: Verb, details: Details) -> None:
    """Decide unasked in the transaction of another room, which does the rest of it and has looked at what it decides about.

    Raises what `decide` raises.
    """
    if not actor.is_moderator:
        raise NotFound
    hold_target(target)
    review = review_of(targets.subject(actor, target))
    _decide(actor, review.id, verb, details, Seen(review.version))


def decide_many(
    actor: Actor, *, verb: Verb, details: Details, seen: Mapping[int, Seen], token: str
) -> tuple[str, Sequence[tuple[int, str]]]:
    """The same for many reviews, at most MOST_AT_ONCE: the batch, by which all is taken back, and what was left and why.

    What changed since it was seen, or may not be decided so, is left; the rest is done. The same `token` again changes
    nothing, and leaves the same.
    """
    if not actor.is_moderator:
        raise NotFound
    left: list[tuple[int, str]] = []
    some = sorted(seen)[:MOST_AT_ONCE]
    with transaction() as session:
        known = once.replayed(token, actor.using("decide"))
        last = session.get_one(Decision, known) if known else None
        batch = str(last.batch) if last else ruling.new_ref()
        done = set(session.scalars(select(Decision.review_id).where(Decision.batch == batch)))
        hold_threads_of(some)
        for review_id in some:
            if review_id in done:
                continue
            try:
                with savepoint():
                    if known is not None:
                        _fit(actor, review_id, verb, details, seen[review_id])
                        # What stood in the way is over, but this was left: whoever wants it decides anew.
                        raise Problem(policy.MOVED_ON)
                    last = _decide(actor, review_id, verb, details, seen[review_id], batch=batch)
            except NotFound:
                left.append((review_id, str(policy.GONE)))
            except Problem as problem:
                left.append((review_id, str(problem.message)))
        once.settle(token, actor.using("decide"), last.id if last else NONE_DONE)
    return batch, left


def undo(actor: Actor, *, ref: str) -> int:
    """Take a decision of one's own back within ten minutes, twice changes nothing; which review waits again.

    Raises NotFound and Problem.
    """
    if not actor.is_moderator:
        raise NotFound
    with transaction():
        decision = db.session.scalar(select(Decision).where(Decision.ref == ref))
        if decision is None:
            raise NotFound
        _undo(actor, decision)
        return decision.review_id


def undo_batch(actor: Actor, *, batch: str) -> int:
    """Take back what was decided in one go; how many that were. What was decided anew since stays."""
    if not actor.is_moderator:
        raise NotFound
    with transaction() as session:
        rows = session.scalars(
            select(Decision).where(Decision.batch == batch).order_by(Decision.review_id)
        ).all()
        if not rows:
            raise NotFound
        hold_threads_of([decision.review_id for decision in rows])
        done = 0
        for decision in rows:
            try:
                with savepoint():
                    done += _undo(actor, decision)
            except (NotFound, Problem):
                continue
    return done


def _decide(
    actor: Actor,
    review_id: int,
    verb: Verb,
    details: Details,
    seen: Seen,
    *,
    batch: str | None = None,
) -> Decision:
    review, subject = _fit(actor, review_id, verb, details, seen)
    return ruling.carry_out(
        actor,
        review,
        subject,
        verb,
        details,
        batch=batch,
        involved=ruling.is_involved(actor, subject),
    )


def _fit(actor: Actor, review_id: int, verb: Verb, details: Details, seen: Seen) -> tuple[Review, Subject]:
    """The review and what it is about, held; raises what `decide` raises."""
    review, subject = held(actor, review_id)
    act = ACTS[verb]
    flagged = has_flagged(review.id, actor.id)
    if refused := policy.decide(actor, subject, has_flagged=flagged):
        raise Problem(refused)
    for need in sorted(act.needs):
        if not getattr(details, need):
            field, why = NEEDED[need]
            raise Problem(why, field=field)
    # Before anything that only does not fit because somebody was faster: who that was says more.
    _refuse_stale(actor, review, subject, seen)
    if refused := policy.decide(actor, subject, act, has_flagged=flagged):
        raise Problem(refused)
    return review, subject


def _refuse_stale(actor: Actor, review: Review, subject: Subject, seen: Seen) -> None:
    if review.version != seen.review:
        latest = _latest(same(review.id))
        if latest is None or latest.by_id is None:
            raise Problem(policy.MOVED_ON)
        name = people([latest.by_id])[latest.by_id].display_name
        raise Problem(policy.decided_already(name, ACTS[Verb(latest.act)].done))
    if subject.post is not None and seen.post not in {None, subject.post.version}:
        raise Problem(policy.EDITED_MEANWHILE)
    if refused := taken(actor, review):
        raise Problem(refused)


def _undo(actor: Actor, decision: Decision) -> bool:
    ACTS[Verb(decision.act)].before_undo(ruling.facts_of(decision))
    review, subject = held(actor, decision.review_id)
    db.session.refresh(decision)
    if refused := policy.undo(actor, decision):
        raise Problem(refused)
    if not decision.stands:
        return False
    latest = _latest([review.id], by_people=True)
    if latest is None or latest.id != decision.id:
        raise Problem(policy.NOT_THE_LAST)
    ruling.take_back(actor, decision, review, subject, reversed_=False)
    return True


def _latest(review_ids: Select[int] | Sequence[int], *, by_people: bool = False) -> Decision | None:
    """The last one about these that stands; with `by_people` but for those of rules, which nobody can take back."""
    rows = select(Decision).where(
        Decision.review_id.in_(review_ids), Decision.undone_at.is_(None), Decision.reversed_at.is_(None)
    )
    if by_people:
        rows = rows.where(Decision.by_id.is_not(None))
    return db.session.scalar(rows.order_by(Decision.id.desc()).limit(1))
