"""Letters to people who reported something without an account, written by jobs from ids.

None says a word that a stranger may have chosen: whoever reports may give somebody else's address.
"""

from sqlalchemy import update

from app.accounts.tokens import link
from app.core.db import db
from app.core.transaction import transaction
from app.jobs.ports import Payload
from app.mail.operations import post
from app.moderation import appeal_links
from app.moderation.models import Appeal, Decision, Report


def receipt(payload: Payload) -> None:
    """That a report arrived, and where it is seen what becomes of it."""
    report = db.session.get(Report, payload["report_id"])
    if report is not None:
        _send("report_received", report, key=f"report:{report.id}")


def outcome(payload: Payload) -> None:
    """What became of a report, unless that was taken back meanwhile; who was told 'kept' may ask for another look."""
    report, decision = _both(payload)
    if report is None or decision is None or report.decision_id != decision.id:
        return
    with transaction() as session:
        session.execute(update(Report).where(Report.id == report.id).values(heard_id=decision.id))
    db.session.refresh(report)
    db.session.refresh(decision)
    appeal_url = None
    if report.upheld is False:
        appeal_url = link("moderation.appeal", ref=decision.ref, token=appeal_links.make(report, decision))
    _send(
        "report_outcome",
        report,
        key=f"outcome:{report.id}:{decision.id}",
        upheld=report.upheld,
        appeal_url=appeal_url,
    )


def reopened(payload: Payload) -> None:
    """That a decision about a report was taken back, and it is looked at again."""
    report, decision = _both(payload)
    if report is not None and decision is not None:
        _send("report_reopened", report, key=f"reopened:{report.id}:{decision.id}")


def appeal_outcome(payload: Payload) -> None:
    """What came of another look that was asked for by such a link; the answer stands behind it."""
    appeal = db.session.get(Appeal, payload["appeal_id"])
    report = db.session.get(Report, appeal.report_id) if appeal else None
    if appeal is None or report is None:
        return
    decision = db.session.get_one(Decision, appeal.decision_id)
    token = appeal_links.make(report, decision)
    _send(
        "report_appeal",
        report,
        key=f"appeal:{appeal.id}",
        reversed=appeal.state == "reversed",
        appeal_url=link("moderation.appeal", ref=decision.ref, token=token),
    )


def _both(payload: Payload) -> tuple[Report | None, Decision | None]:
    return db.session.get(Report, payload["report_id"]), db.session.get(Decision, payload["decision_id"])


def _send(kind: str, report: Report, *, key: str, **context: object) -> None:
    """Nothing once the address is forgotten."""
    if report.email is None:
        return
    facts = {"ref": report.ref, "url": link("moderation.receipt", ref=report.ref), **context}
    post(kind, to=report.email, locale=report.locale, context=facts, key=key)
