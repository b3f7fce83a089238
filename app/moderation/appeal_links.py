"""Links by which whoever reported something without an account asks for another look: signed, for one report and decision."""

from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.accounts.actor import Actor
from app.core.db import db
from app.core.problems import NotFound
from app.moderation.models import Decision, Report


@dataclass(frozen=True, slots=True)
class Appellant:
    """Who asks for another look: somebody with an account, or whoever sent a report without one. One of both is None."""

    account_id: int | None = None
    report_id: int | None = None


def make(report: Report, decision: Decision) -> str:
    return str(_serializer().dumps([report.id, decision.ref]))


def read(token: str, ref: str) -> Report:
    """The report it was made for, about the decision of this `ref`. Raises NotFound for what we did not sign."""
    try:
        report_id, signed = _serializer().loads(token)
    except (BadData, ValueError, TypeError):
        raise NotFound from None
    report = db.session.get(Report, report_id)
    if report is None or signed != ref:
        raise NotFound
    return report


def appellant(actor: Actor, ref: str, link: str | None) -> Appellant:
    """Who asks, by the `link` where they come by one. Raises NotFound for a link of nobody's, and for visitors without."""
    if link is not None:
        return Appellant(report_id=read(link, ref).id)
    if actor.id is None:
        raise NotFound
    return Appellant(account_id=actor.id)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="bartack.report-appeal")
