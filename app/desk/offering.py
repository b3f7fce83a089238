"""The desk's answer to `questions.ports.Support`."""

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import Row, select

from app.accounts.actor import Actor
from app.core.db import db
from app.desk import policy
from app.desk.models import OVER, Escalation, Outcome, Status, Ticket
from app.forum.models import Thread
from app.questions.ports import SupportStanding

IN_PUBLIC: dict[Status, LazyString] = {
    Status.NEW: _("Sent to Support, not read yet"),
    Status.OPEN: _("With Support"),
    Status.WAITING_USER: _("Support has asked something back"),
    Status.WAITING_THIRD_PARTY: _("Support waits for somebody else"),
    Status.SOLVED: _("Support is done with it"),
    Status.CLOSED: _("Support is done with it"),
}
"""What everybody may know of a ticket: whose turn it is, nothing of what was said."""

OUTCOMES: dict[Outcome, LazyString] = {
    Outcome.SOLVED: _("Taken to the marketplace, and solved there"),
    Outcome.PARTLY: _("Taken to the marketplace, and solved in part"),
    Outcome.REFUSED: _("Taken to the marketplace, which said no"),
    Outcome.SILENCE: _("Taken to the marketplace, which did not answer"),
}

TAKEN = _("Taken to the marketplace")
ANSWERED = _("Support has answered")


class Escalations:
    """Whoever opened a thread can take it to Support, and so can moderators; everybody sees how it stands there."""

    def offer(self, actor: Actor, thread_id: int) -> str | None:
        thread = db.session.get(Thread, thread_id)
        if thread is None or policy.escalate(actor, thread):
            return None
        return url_for("desk.escalate", thread_id=thread_id)

    def standing(self, actor: Actor, thread_id: int) -> SupportStanding | None:
        row = db.session.execute(
            select(Escalation, Ticket.ref, Ticket.status, Ticket.requester_id)
            .outerjoin(Ticket, Ticket.id == Escalation.ticket_id)
            .where(Escalation.thread_id == thread_id, Escalation.taken_back.is_(False))
            .order_by(Escalation.id.desc())
            .limit(1)
        ).one_or_none()
        if row is None:
            return None
        return _marketplace(actor, row.Escalation) if row.ref is None else _desk(actor, row)


def _marketplace(actor: Actor, escalation: Escalation) -> SupportStanding:
    mine = actor.signed_in and escalation.by_id == actor.id
    return SupportStanding(
        since=escalation.created_at,
        line=OUTCOMES[Outcome(escalation.outcome)] if escalation.outcome else TAKEN,
        note=escalation.outcome_note,
        outcome_url=url_for("desk.outcome", thread_id=escalation.thread_id) if mine else None,
    )


def _desk(actor: Actor, row: Row[Escalation, str, str, int]) -> SupportStanding:
    url = None
    if actor.signed_in and row.requester_id == actor.id:
        url = url_for("desk.ticket", ref=row.ref)
    elif actor.is_agent:
        url = url_for("desk.work", ref=row.ref)
    return SupportStanding(
        since=row.Escalation.created_at,
        line=ANSWERED
        if row.Escalation.answer_post_id and row.status not in OVER
        else IN_PUBLIC[Status(row.status)],
        there=row.status not in OVER,
        official_post_id=row.Escalation.answer_post_id,
        ticket_url=url,
    )
