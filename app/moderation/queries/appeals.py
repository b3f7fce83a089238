"""Appeals, for who made them and for moderators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import LazyString
from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import PERSON_COLUMNS, Person
from app.core.db import db
from app.core.problems import NotFound
from app.core.text import excerpt
from app.moderation import appeal_links, policy
from app.moderation.acts import ACTS, Act, Verb
from app.moderation.models import Appeal, AppealState, Decision
from app.moderation.operations.appealing import same_may
from app.moderation.operations.reviewing import has_flagged
from app.moderation.queries.decisions import Decided, decided

MOST_APPEALS = 50


@dataclass(frozen=True, slots=True)
class AppealRow:
    """An appeal on moderators' list; `by` is None for whoever has no account, `source` is the beginning of what they say."""

    id: int
    act: Act
    side: str
    by: Person | None
    source: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AppealPage:
    """An appeal with the decision it is about; `refused` is why this moderator may not decide it."""

    appeal: Appeal
    by: Person | None
    decided: Decided
    refused: LazyString | None


def own_appeal(actor: Actor, ref: str) -> Appeal | None:
    """What `actor` said against this decision; None when nothing."""
    return db.session.scalar(
        select(Appeal).join(Decision).where(Decision.ref == ref, Appeal.account_id == actor.id)
    )


def appeal_of_report(ref: str, link: str) -> Appeal | None:
    """What the sender of a report said against this decision; None when nothing. Raises NotFound for a link of nobody's."""
    report = appeal_links.read(link, ref)
    return db.session.scalar(
        select(Appeal).join(Decision).where(Decision.ref == ref, Appeal.report_id == report.id)
    )


def appeals_waiting(actor: Actor) -> int:
    """How many appeals wait, for moderators only."""
    if not actor.is_moderator:
        return 0
    return db.session.scalar(select(func.count()).where(Appeal.decided_at.is_(None))) or 0


def appeals(_actor: Actor) -> Sequence[AppealRow]:
    """Those that wait, the oldest first, at most MOST_APPEALS."""
    rows: Sequence[Any] = db.session.execute(
        select(Appeal, Decision.act, *PERSON_COLUMNS)
        .join(Decision, Decision.id == Appeal.decision_id)
        .outerjoin(Account, Account.id == Appeal.account_id)
        .where(Appeal.decided_at.is_(None))
        .order_by(Appeal.created_at, Appeal.id)
        .limit(MOST_APPEALS)
    ).all()
    return [
        AppealRow(
            row.Appeal.id,
            ACTS[Verb(row.act)],
            row.Appeal.side,
            _by(row[2:]),
            excerpt(row.Appeal.source),
            row.Appeal.created_at,
        )
        for row in rows
    ]


def appeal(actor: Actor, appeal_id: int) -> AppealPage:
    """Raises NotFound to all but moderators."""
    row: Any = db.session.execute(
        select(Appeal, Decision, *PERSON_COLUMNS)
        .join(Decision, Decision.id == Appeal.decision_id)
        .outerjoin(Account, Account.id == Appeal.account_id)
        .where(Appeal.id == appeal_id)
    ).one_or_none()
    if row is None or not actor.is_moderator:
        raise NotFound
    refused = None
    if row.Appeal.state == AppealState.WAITING:
        alone = same_may(row.Decision, row.Appeal)
        flagged = has_flagged(row.Decision.review_id, actor.id)
        refused = policy.decide_appeal(actor, row.Appeal, row.Decision, has_flagged=flagged, alone=alone)
    return AppealPage(row.Appeal, _by(row[2:]), decided(actor, row.Decision.ref), refused)


def _by(columns: Sequence[Any]) -> Person | None:
    return Person(*columns) if columns[0] is not None else None
