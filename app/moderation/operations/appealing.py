"""Asking for another look at a decision, and taking it."""

from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core import once
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.masking import without_cards
from app.moderation import appeal_links, policy
from app.moderation.acts import ACTS, Verb
from app.moderation.events import AppealDecided, Appealed
from app.moderation.models import (
    LONGEST_APPEAL,
    LONGEST_SAID,
    Appeal,
    AppealState,
    Decision,
    Report,
    Side,
    Told,
)
from app.moderation.operations import ruling
from app.moderation.operations.evidence import attach_files
from app.moderation.operations.reviewing import HOLD, has_flagged, held, others_who_could

SAME_AFTER = timedelta(hours=24)
"""How long whoever decided waits before deciding again, where nobody else can."""

SAY_WHY = _("Say why it is wrong.")
TAKEN_BACK = _("That was taken back already, so whoever asks is right: choose that it is reversed.")
SAY_ANSWER = _("Say why: they read it.")


def appeal(actor: Actor, *, ref: str, source: str, token: str) -> int:
    """Ask for another look at a decision one was told of; the appeal's id. Once: more changes nothing.

    The files one has added for it go with it.

    Raises NotFound to whoever was not told, and Problem without words, after six months or when it does not stand.
    """
    with transaction() as session:
        forum.keep_names()
        row = session.execute(
            select(Decision, Told)
            .join(Told, Told.decision_id == Decision.id)
            .where(Decision.ref == ref, Told.account_id == actor.id)
            .with_for_update(of=Decision, **HOLD)
        ).one_or_none()
        if row is None:
            raise NotFound
        known = session.scalar(
            select(Appeal.id).where(Appeal.decision_id == row.Decision.id, Appeal.account_id == actor.id)
        )
        if known is not None:
            return known
        if refused := policy.appeal(actor, row.Decision, row.Told):
            raise Problem(refused)
        _refuse_words(source)
        made = Appeal(
            decision_id=row.Decision.id,
            account_id=actor.id,
            side=row.Told.side,
            source=without_cards(source),
            created_at=now(),
        )
        session.add(made)
        session.flush()
        attach_files(made)
        once.settle(token, actor.using("appeal"), made.id)
        record(
            "appeal", actor_id=actor.id, target="decision", target_id=row.Decision.id, facts={"decision": ref}
        )
        emit(Appealed(made.id, row.Decision.id))
        return made.id


def appeal_report(actor: Actor, *, ref: str, link: str, source: str, token: str) -> int:
    """The same for whoever reported something without an account, by the `link` of the letter that told them.

    Raises NotFound for a link of nobody's, and Problem as `appeal` does.
    """
    report_id = appeal_links.read(link, ref).id
    with transaction() as session:
        decision = session.scalar(select(Decision).where(Decision.ref == ref).with_for_update(key_share=True))
        report = session.get(Report, report_id, populate_existing=True)
        if decision is None or report is None:
            raise NotFound
        known = session.scalar(
            select(Appeal.id).where(Appeal.decision_id == decision.id, Appeal.report_id == report.id)
        )
        if known is not None:
            return known
        if refused := policy.appeal_report(decision, report):
            raise Problem(refused)
        _refuse_words(source)
        made = Appeal(
            decision_id=decision.id,
            report_id=report.id,
            side=Side.REPORTER,
            source=without_cards(source),
            created_at=now(),
        )
        session.add(made)
        session.flush()
        attach_files(made)
        once.settle(token, actor.using("appeal"), made.id)
        facts = {"decision": ref}
        record("appeal_report", actor_id=None, target="decision", target_id=decision.id, facts=facts)
        emit(Appealed(made.id, decision.id))
        return made.id


def decide_appeal(actor: Actor, *, appeal_id: int, reverse: bool, answer: str, token: str) -> None:
    """Let a decision stand or `reverse` it, and say why; who appealed reads it. The same `token` again changes nothing.

    Reversing takes the decision back with all that followed from it, and lets what it answered wait again. Raises NotFound
    to all but moderators, Problem for a party, for whoever decided it (but see `same_may`), and when somebody was faster.
    """
    if not actor.is_moderator:
        raise NotFound
    with transaction() as session:
        if once.replayed(token, actor.using("decide appeal")):
            return
        found = session.get(Appeal, appeal_id)
        decision = session.get(Decision, found.decision_id) if found else None
        if found is None or decision is None:
            raise NotFound
        if reverse:
            ACTS[Verb(decision.act)].before_undo(ruling.facts_of(decision))
        review, subject = held(actor, decision.review_id)
        found = session.get_one(Appeal, appeal_id, with_for_update=HOLD, populate_existing=True)
        session.refresh(decision)
        if found.state != AppealState.WAITING:
            raise Problem(policy.APPEAL_DECIDED)
        flagged, alone = has_flagged(review.id, actor.id), same_may(decision, found)
        if refused := policy.decide_appeal(actor, found, decision, has_flagged=flagged, alone=alone):
            raise Problem(refused)
        if not reverse and not decision.stands:
            raise Problem(TAKEN_BACK)
        if not answer:
            raise Problem(SAY_ANSWER, field="answer")
        if len(answer) > LONGEST_SAID:
            raise Problem(_("At most %(most)s characters.", most=LONGEST_SAID), field="answer")
        found.state = AppealState.REVERSED if reverse else AppealState.STANDS
        found.decided_by_id, found.decided_at = actor.id, now()
        found.answer = without_cards(answer)
        found.same_moderator = actor.id in {decision.by_id, decision.second_id}
        once.settle(token, actor.using("decide appeal"), appeal_id)
        if reverse and decision.stands:
            ruling.take_back(actor, decision, review, subject, reversed_=True)
        if not reverse:
            facts = {"decision": decision.ref, "said": found.answer}
            record("let stand", actor_id=actor.id, target="decision", target_id=decision.id, facts=facts)
        emit(AppealDecided(appeal_id, decision.id))
        if reverse:
            _answer_alike(found)


def _answer_alike(reversed_: Appeal) -> None:
    """Whoever else asks for another look at a decision that is reversed is right, too."""
    others = db.session.scalars(
        select(Appeal).where(Appeal.decision_id == reversed_.decision_id, Appeal.state == AppealState.WAITING)
    ).all()
    for other in others:
        other.state, other.answer = AppealState.REVERSED, reversed_.answer
        other.decided_by_id, other.decided_at = reversed_.decided_by_id, reversed_.decided_at
        other.same_moderator = reversed_.same_moderator
        emit(AppealDecided(other.id, other.decision_id))


def _refuse_words(source: str) -> None:
    if not source:
        raise Problem(SAY_WHY, field="source")
    if len(source) > LONGEST_APPEAL:
        raise Problem(_("At most %(most)s characters.", most=LONGEST_APPEAL), field="source")


def same_may(decision: Decision, appeal: Appeal) -> bool:
    """Whether whoever made a decision may decide about its appeal: a day later, and nobody else could."""
    if now() - appeal.created_at < SAME_AFTER:
        return False
    but = {decision.by_id, decision.second_id, decision.subject_id, appeal.account_id}
    return not others_who_could(decision.review_id, but)
