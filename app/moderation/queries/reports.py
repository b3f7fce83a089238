"""Reports of people without an account: for moderators, and for who sent them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import LazyString
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS
from app.core.db import db
from app.core.problems import NotFound
from app.moderation import appeal_links, targets
from app.moderation.acts import ACTS, Verb
from app.moderation.models import Decision, Report, Review
from app.moderation.targets import Subject, TargetKind
from app.moderation.words import FINDINGS, Reason

MOST_REPORTS = 20


@dataclass(frozen=True, slots=True)
class ReportRow:
    """An open report, as moderators read it; the address of who sent it is for letters only."""

    name: str
    reason: Reason
    source: str
    post_version: int | None
    weight: float
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What somebody who knows its ref reads of a report. `title` and `url` only while everybody sees what it is about.

    `state` is waiting, upheld, kept or settled; `effect` what was done about what everybody saw.
    """

    ref: str
    kind: TargetKind
    title: str | None
    url: str | None
    finding: LazyString
    created_at: datetime
    state: str
    decided_at: datetime | None
    effect: LazyString | None


def reports_of(review_id: int) -> Sequence[ReportRow]:
    """The open ones, the latest first, at most MOST_REPORTS."""
    rows = db.session.scalars(
        select(Report)
        .where(Report.review_id == review_id, Report.decision_id.is_(None))
        .order_by(Report.id.desc())
        .limit(MOST_REPORTS)
    )
    return [
        ReportRow(row.name, Reason(row.reason), row.source, row.post_version, row.weight, row.created_at)
        for row in rows
    ]


def receipt(ref: str) -> Receipt:
    """Raises NotFound for a ref of no report's."""
    row = db.session.execute(
        select(Report, Review, Decision)
        .join(Review, Review.id == Report.review_id)
        .outerjoin(Decision, Decision.id == Report.decision_id)
        .where(Report.ref == ref)
    ).one_or_none()
    if row is None:
        raise NotFound
    report: Report = row.Report
    decision: Decision | None = row.Decision
    target = targets.of_review(row.Review)
    title, url = None, None
    with suppress(NotFound):
        title, url = _shown(targets.subject(ANONYMOUS, target))
    state, effect = "waiting", None
    if decision is not None:
        state = {True: "upheld", False: "kept", None: "settled"}[report.upheld]
        act = ACTS[Verb(decision.act)]
        effect = act.effect if state != "settled" and not act.of_person else None
    return Receipt(
        ref=report.ref,
        kind=target.kind,
        title=title,
        url=url,
        finding=FINDINGS[Reason(report.reason)],
        created_at=report.created_at,
        state=state,
        decided_at=decision.made_at if decision else None,
        effect=effect,
    )


def ref_of_report(ref: str, link: str) -> str:
    """What a report's receipt is called, by the link of a letter about the decision `ref`. Raises NotFound."""
    return appeal_links.read(link, ref).ref


def _shown(subject: Subject) -> tuple[str, str]:
    match subject.target.kind:
        case TargetKind.PERSON:
            return subject.author.display_name, url_for("community.person", name=subject.author.name)
        case TargetKind.THREAD:
            url = url_for("forum.thread", thread_id=subject.target.id)
        case TargetKind.POST:
            url = url_for("forum.post", post_id=subject.target.id)
    return (subject.thread.title if subject.thread else ""), url
