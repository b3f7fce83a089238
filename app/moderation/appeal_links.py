"""Links by which whoever reported something without an account asks for another look: signed, for one report and decision."""

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.core.db import db
from app.core.problems import NotFound
from app.moderation.models import Decision, Report


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


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="bartack.report-appeal")
