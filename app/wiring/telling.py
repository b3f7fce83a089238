"""What rooms beside notifications have to tell: they stand on one floor, so their news meets here."""

from flask import Flask, url_for
from flask_babel import gettext as _

from app.accounts.actor import Actor
from app.community import events as community
from app.core.clock import now
from app.core.db import db
from app.core.events import on
from app.desk import events as desk
from app.desk import queries as tickets
from app.forum.events import EditDecided, EditProposed
from app.forum.models import EditProposal, Thread
from app.forum.queries import standing_in
from app.notifications import handlers as notices
from app.notifications.ports import Subject


def join(app: Flask) -> None:
    on(app, EditProposed, lambda event: notices.edit_proposed(event.post_id, event.by_id, event.proposal_id))
    on(app, EditDecided, _edit_decided)
    on(
        app,
        community.QuestionRouted,
        lambda event: notices.question_routed(event.thread_id, event.account_id),
    )
    on(app, community.TrustChanged, _trust_changed)
    on(app, desk.TicketReplied, _ticket_replied)
    on(app, desk.EscalationEnded, _escalation_ended)
    on(app, desk.ThreadAnswerPublished, lambda event: notices.support_answered(event.post_id))
    on(app, desk.OutcomeAsked, lambda event: notices.outcome_asked(event.thread_id, event.account_id))


def standing(actor: Actor) -> Subject:
    """`notifications.ports.StandingNotice`: one's own pages, and why somebody may not post."""
    because = actor.suspended_because if actor.is_suspended else ""
    return Subject(_("Your standing"), url_for("community.mine"), because, None)


def _edit_decided(event: EditDecided) -> None:
    """What ended by a rule, because its post changed or went, is nobody's word on it."""
    proposer_id = db.session.get_one(EditProposal, event.proposal_id).proposer_id
    if event.by_id is not None:
        notices.edit_decided(
            event.post_id, proposer_id, event.by_id, event.proposal_id, approved=event.approved
        )


def _trust_changed(event: community.TrustChanged) -> None:
    _standing_changed(event.account_id, "rose" if event.after > event.before else "fell")


def _standing_changed(account_id: int, what: str) -> None:
    notices.standing_changed(account_id, what, key=f"{what}:{now():%Y%m%d%H%M%S}")


def _ticket_replied(event: desk.TicketReplied) -> None:
    recipient_id = tickets.recipient(event.ticket_id, event.author_id)
    if recipient_id is not None:
        notices.ticket_replied(event.ticket_id, event.message_id, event.author_id, recipient_id)


def _escalation_ended(event: desk.EscalationEnded) -> None:
    if event.taken_back or standing_in([event.thread_id])[event.thread_id] != event.thread_id:
        return
    author_id = db.session.get_one(Thread, event.thread_id).author_id
    notices.escalation_ended(event.thread_id, tickets.latest_escalation(event.thread_id), [author_id])
