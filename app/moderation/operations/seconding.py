"""Decisions that need two different people: proposed by one moderator, agreed with by another, or by somebody invited."""

from datetime import timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from app.accounts.actor import Actor, Role
from app.accounts.queries import actor_of
from app.audit.operations import record
from app.config import Settings
from app.core import once
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.core.text import clean_line
from app.core.transaction import transaction
from app.forum.masking import public, without_cards
from app.moderation import policy
from app.moderation.acts import ACTS, Details, Verb
from app.moderation.events import Proposed
from app.moderation.models import LONGEST_OUTSIDE, LONGEST_SAID, Proposal, ProposalState, Review
from app.moderation.operations import ruling
from app.moderation.operations.reviewing import HOLD, has_flagged, held, others_who_could
from app.moderation.targets import SYSTEM, Subject
from app.moderation.words import Reason

INVITED_FOR = timedelta(days=7)

NOBODY_ELSE = _(
    "This needs two moderators who are not part of it, and there is only you. An admin can let somebody else be a"
    " moderator, or you choose something that needs one."
)
INVITE_OTHERS = _("You proposed this yourself, so another admin invites the second, or a moderator agrees.")
SAY_WHY_NOT = _("Say why not: the other moderator reads it.")
SAY_WHO = _("Write your name: it is kept in the log.")
ANSWERED = _("Somebody has answered this already, or something else was decided.")


def propose(actor: Actor, review: Review, subject: Subject, verb: Verb, details: Details) -> Proposal:
    """Let a second look at it first, in the open transaction. Raises Problem where nobody else could."""
    if not others_who_could(review.id, {actor.id, subject.author.id}):
        raise Problem(NOBODY_ELSE)
    earlier = db.session.scalar(
        select(Proposal).where(Proposal.review_id == review.id, Proposal.answered_at.is_(None))
    )
    if earlier is not None:
        if earlier.review_version == review.version:
            raise Problem(_("Something is proposed about this already. Answer that first."))
        earlier.answered_at, earlier.state = now(), ProposalState.DECLINED
        db.session.flush()
    made = Proposal(
        review_id=review.id,
        review_version=review.version,
        by_id=actor.id,
        act=verb,
        reason=details.reason or "",
        said=public(details.said),
        until=details.until,
        made_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    record(
        "propose",
        actor_id=actor.id,
        target="account",
        target_id=subject.author.id,
        facts={"act": verb.value, "reason": made.reason, "said": made.said},
    )
    emit(Proposed(made.id))
    return made


def answer(actor: Actor, *, proposal_id: int, agree: bool, why: str, token: str) -> None:
    """Agree with what another moderator proposes, and it is done; or decline, and say why. Twice is once.

    Raises NotFound to all but moderators; Problem for a party, for who proposed it, and when it lapsed.
    """
    if not actor.is_moderator:
        raise NotFound
    with transaction():
        if once.replayed(token, actor.using("second")):
            return
        once.settle(token, actor.using("second"), proposal_id)
        _answer(actor, proposal_id, agree=agree, why=why)


def invite(actor: Actor, *, proposal_id: int) -> str:
    """A signed token with which somebody without an account may be the second, for INVITED_FOR. For admins only."""
    proposal = db.session.get(Proposal, proposal_id)
    if actor.role is not Role.ADMIN or proposal is None:
        raise NotFound
    if proposal.by_id == actor.id:
        raise Problem(INVITE_OTHERS)
    with transaction():
        record("invite second", actor_id=actor.id, target="proposal", target_id=proposal_id)
    return _signer().dumps(proposal_id)


def invited(token: str) -> int:
    """The proposal that a link is about. Raises NotFound for what is none of ours, or too old."""
    try:
        return int(_signer().loads(token, max_age=int(INVITED_FOR.total_seconds())))
    except (BadData, ValueError):
        raise NotFound from None


def answer_from_outside(*, link: str, name: str, agree: bool, why: str) -> None:
    """The same by somebody invited, who says who they are. Raises NotFound and Problem."""
    proposal_id = invited(link)
    name = clean_line(name)[:LONGEST_OUTSIDE]
    if not name:
        raise Problem(SAY_WHO, field="name")
    with transaction():
        _answer(None, proposal_id, agree=agree, why=why, name=name)


def _answer(actor: Actor | None, proposal_id: int, *, agree: bool, why: str, name: str = "") -> None:
    found = db.session.get(Proposal, proposal_id)
    proposer = actor_of(found.by_id) if found else None
    if found is None:
        raise NotFound
    details = Details(
        reason=Reason(found.reason) if found.reason else None, said=found.said, until=found.until
    )
    verb = Verb(found.act)
    ACTS[verb].before_do(details)
    review, subject = held(SYSTEM, found.review_id)
    found = db.session.get_one(Proposal, proposal_id, with_for_update=HOLD, populate_existing=True)
    if found.state != ProposalState.WAITING or found.review_version != review.version:
        raise Problem(ANSWERED)
    if actor is not None and (refused := _refuse(actor, found, review, subject)):
        raise Problem(refused)
    if not agree and not why:
        raise Problem(SAY_WHY_NOT, field="why")
    if len(why) > LONGEST_SAID:
        raise Problem(_("At most %(most)s characters.", most=LONGEST_SAID), field="why")
    found.state = ProposalState.AGREED if agree else ProposalState.DECLINED
    found.answered_at, found.why = now(), without_cards(why)
    found.second_id, found.outside = (actor.id if actor else None), name
    who = actor.id if actor else None
    facts = {"act": found.act, "said": found.why, "outside": name}
    record(
        "agree" if agree else "decline",
        actor_id=who,
        target="account",
        target_id=subject.author.id,
        facts=facts,
    )
    if not agree:
        return
    if proposer is None or not proposer.is_moderator:
        raise Problem(ANSWERED)
    flagged = has_flagged(review.id, proposer.id)
    if refused := policy.decide(proposer, subject, ACTS[verb], has_flagged=flagged):
        raise Problem(refused)
    involved = ruling.is_involved(proposer, subject)
    decision = ruling.carry_out(proposer, review, subject, verb, details, involved=involved)
    decision.second_id, decision.outside = who, name


def _refuse(actor: Actor, proposal: Proposal, review: Review, subject: Subject) -> LazyString | None:
    if actor.id == proposal.by_id:
        return policy.PROPOSED
    act = ACTS[Verb(proposal.act)]
    return policy.decide(actor, subject, act, has_flagged=has_flagged(review.id, actor.id))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(part(Settings).secret_key, salt="bartack.second")
