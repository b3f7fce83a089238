"""Carrying out a decision in the open transaction, whoever made it: a moderator, a rule, an appeal."""

import secrets
from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, select

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.forum.masking import public
from app.forum.models import Post, Visibility
from app.moderation import weights
from app.moderation.acts import ACTS, Details, Facts, Upholds, Verb
from app.moderation.events import DecisionMade, DecisionTakenBack
from app.moderation.models import REF_LENGTH, Decision, Flag, Review, Side, Told
from app.moderation.operations import reviewing
from app.moderation.targets import SYSTEM, Subject, TargetKind

UPHELD: Mapping[Upholds, bool | None] = {Upholds.YES: True, Upholds.NO: False, Upholds.NEITHER: None}
HOW_IT_WAS = frozenset({"from", "reason", "space", "tags", "until", "because", "version"})
"""Of what acts keep to be taken back: that which an earlier act on the same aspect hands on."""

WAITED = "waited"
"""Beside that: how its target waited in the queue."""

BESIDE = "waited_beside"
"""And how the review beside its own did, which it settled too."""

OF_BOTH = frozenset({Verb.HIDE, Verb.REMOVE, Verb.ESCALATE})
"""After these nobody sees the words any more, or Support has them: whoever flagged the thread or its opening post, it is
settled.
"""

TARGETS = {TargetKind.POST: "post", TargetKind.THREAD: "thread", TargetKind.PERSON: "account"}
"""What the log calls a target."""


def carry_out(
    actor: Actor,
    review: Review,
    subject: Subject,
    verb: Verb,
    details: Details,
    *,
    batch: str | None = None,
    automated: bool = False,
    involved: bool = False,
) -> Decision:
    """Do it, answer the flags it answers, note who is told, and write it into the log.

    What is OF_BOTH, a thread and its opening post, settles the review of the other, too.
    """
    act = ACTS[verb]
    moment = now()
    done = dict(act.do(actor, subject, details))
    settles = actor.id is not None and act.settles
    other = reviewing.beside(review, hold=True)
    settled = [review] if settles else []
    if settles and verb in OF_BOTH and other is not None:
        settled.append(other)
    waited = dict(zip((WAITED, BESIDE), map(_waiting, settled), strict=False))
    decision = Decision(
        ref=new_ref(),
        review_id=review.id,
        subject_id=subject.author.id,
        by_id=actor.id,
        act=verb,
        reason=details.reason or "",
        said=public(details.said),
        automated=automated,
        involved=involved,
        before={**done, **waited},
        batch=batch,
        waited_seconds=_waited(review, moment),
        made_at=moment,
    )
    db.session.add(decision)
    db.session.flush()
    opened = review.opened_at or moment
    _tell_reporters(settled, decision)
    for each in settled:
        reviewing.answer_flags(each, decision.id, UPHELD[act.upholds], appeal_until(moment))
        reviewing.settle(each)
    for left in (review, other):
        if left is not None and left not in settled:
            left.version += 1
    if settles and review.post_id is not None and subject.visibility == Visibility.HELD:
        # Whatever else was done about it, somebody still has to say whether others may see it.
        review.held, review.opened_at = True, opened
        reviewing.weigh(review)
    if act.tells or done:
        _note_told(decision, subject.author.id, Side.AUTHOR)
    _record(actor, verb, decision, subject)
    emit(DecisionMade(decision.id))
    return decision


def by_rule(review: Review, subject: Subject, verb: Verb, details: Details) -> Decision:
    """Let a rule decide. The target goes on waiting for a moderator."""
    return carry_out(SYSTEM, review, subject, verb, details, automated=True)


def take_back(actor: Actor, decision: Decision, review: Review, subject: Subject, *, reversed_: bool) -> None:
    """Undo what a decision did, and let what it answered wait again.

    Where a later decision changed the same, that one stands, and would go back to how it was before this one.
    """
    act = ACTS[Verb(decision.act)]
    later = db.session.scalars(
        select(Decision)
        .where(Decision.review_id == review.id, Decision.id > decision.id)
        .order_by(Decision.id)
    ).all()
    same = [row for row in later if row.stands and act.aspect and ACTS[Verb(row.act)].aspect == act.aspect]
    after = same[0] if same else None
    before = facts_of(decision)
    if after is not None:
        known = HOW_IT_WAS & before.keys() & after.before.keys()
        after.before = {**after.before, **{name: before[name] for name in known}}
    elif before:
        # What waited to be seen, and was wrongly refused, has waited long enough.
        wrongly = reversed_ and act.upholds is Upholds.YES and before.get("from") == Visibility.HELD
        act.undo(actor, {**before, "from": Visibility.PUBLIC.value} if wrongly else before)
    if reversed_:
        decision.reversed_at = now()
    else:
        decision.undone_at, decision.undone_by_id = now(), actor.id
    for each, how in ((review, WAITED), (_settled_with(review, decision), BESIDE)):
        if each is None:
            continue
        reviewing.reopen_flags(each, decision.id)
        if how in decision.before and not _settled_since(each, decision):
            _wait_again(each, subject, decision.before[how], reversed_=reversed_)
        each.version += 1
        reviewing.weigh(each)
    verb = "reverse" if reversed_ else "undo"
    facts = {"decision": decision.ref, "act": decision.act}
    target = subject.target
    record(verb, actor_id=actor.id, target=TARGETS[target.kind], target_id=target.id, facts=facts)
    emit(DecisionTakenBack(decision.id, reversed=reversed_))


def facts_of(decision: Decision) -> Facts:
    """What taking back its act needs."""
    return {name: fact for name, fact in decision.before.items() if name not in {WAITED, BESIDE}}


def was_kept(review: Review, subject: Subject) -> bool:
    """Whether a moderator kept the target as it stands now, or a rule showed it again."""
    if subject.post is None:
        return False
    since = subject.post.edited_at or subject.post.created_at
    kept = select(Decision.id).where(
        Decision.review_id == review.id,
        Decision.act.in_((Verb.KEEP, Verb.RESTORE)),
        Decision.undone_at.is_(None),
        Decision.reversed_at.is_(None),
        Decision.made_at >= since,
    )
    return db.session.scalar(kept.limit(1)) is not None


def is_involved(actor: Actor, subject: Subject) -> bool:
    """Whether a moderator has written in the thread they decide about."""
    if subject.thread is None:
        return False
    written = select(Post.id).where(Post.thread_id == subject.thread.id, Post.author_id == actor.id)
    return db.session.scalar(written.limit(1)) is not None


def new_ref() -> str:
    return secrets.token_hex(REF_LENGTH // 2)


def appeal_until(moment: datetime) -> datetime:
    """Six calendar months later; on the last day of a month that is shorter."""
    years, month = divmod(moment.month - 1 + weights.APPEALABLE_MONTHS, 12)
    year = moment.year + years
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))


def _settled_since(review: Review, decision: Decision) -> bool:
    """Whether moderators decided about it after a decision, and that stands."""
    later = select(Decision).where(
        Decision.review_id == review.id, Decision.id > decision.id, Decision.by_id.is_not(None)
    )
    return any(row.stands and ACTS[Verb(row.act)].settles for row in db.session.scalars(later))


def _settled_with(review: Review, decision: Decision) -> Review | None:
    """What a decision settled beside its own review, wherever that stands by now; else what is beside it."""
    number = decision.before.get(BESIDE, {}).get("review")
    if number is None:
        return reviewing.beside(review, hold=True)
    return db.session.get(Review, number, with_for_update=reviewing.HOLD, populate_existing=True)


def _waiting(review: Review) -> dict[str, Any]:
    """Which target waits, why and since when."""
    return {
        "review": review.id,
        "opened_at": review.opened_at.isoformat() if review.opened_at else None,
        "hidden_at": review.hidden_at.isoformat() if review.hidden_at else None,
        "held": review.held,
        "noticed": review.noticed,
    }


def _wait_again(review: Review, subject: Subject, waited: Mapping[str, Any], *, reversed_: bool) -> None:
    """As it did before a decision. After an appeal it waits afresh, and only for the flags that were answered."""
    if reversed_:
        return
    for name in ("opened_at", "hidden_at"):
        setattr(review, name, datetime.fromisoformat(waited[name]) if waited[name] else None)
    if subject.visibility != Visibility.HIDDEN:
        review.hidden_at = None
    review.held = waited["held"] and subject.visibility == Visibility.HELD
    review.noticed = max(review.noticed, waited["noticed"])


def _waited(review: Review, moment: datetime) -> int | None:
    return int((moment - review.opened_at).total_seconds()) if review.opened_at else None


def _note_told(decision: Decision, account_id: int, side: Side) -> None:
    moment = decision.made_at
    db.session.add(
        Told(
            decision_id=decision.id,
            account_id=account_id,
            side=side,
            told_at=moment,
            appeal_until=appeal_until(moment),
        )
    )


def _tell_reporters(reviews: Collection[Review], decision: Decision) -> None:
    """Each once, and however many they are, in one statement."""
    if not reviews:
        return
    moment = decision.made_at
    open_flags = select(
        literal(decision.id),
        Flag.account_id,
        literal(Side.REPORTER.value),
        literal(moment, Told.told_at.type),
        literal(appeal_until(moment), Told.appeal_until.type),
    ).where(
        Flag.review_id.in_([review.id for review in reviews]),
        Flag.decision_id.is_(None),
        # Of two accounts that became one, one may have flagged the other.
        Flag.account_id != decision.subject_id,
    )
    columns = ["decision_id", "account_id", "side", "told_at", "appeal_until"]
    db.session().connection().execute(insert(Told).from_select(columns, open_flags.distinct()))


def _record(actor: Actor, verb: Verb, decision: Decision, subject: Subject) -> None:
    facts: dict[str, object] = {"decision": decision.ref, "author": subject.author.id}
    if decision.reason:
        facts["reason"] = decision.reason
    if decision.said:
        facts["said"] = decision.said
    if decision.involved:
        facts["involved"] = "yes"
    kind, target_id = TARGETS[subject.target.kind], subject.target.id
    if ACTS[verb].of_person:
        kind, target_id = "account", subject.author.id
    record(verb, actor_id=actor.id, target=kind, target_id=target_id, facts=facts)
