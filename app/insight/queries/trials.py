"""What came of a trial."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from app.core.clock import now
from app.core.db import db
from app.insight.policy import ENOUGH
from app.insight.statistics import Estimate, difference, needed
from app.search.helping import WINDOW
from app.search.models import Arm, HelpSession, SuggestionEvent, Trial, What

LATELY = timedelta(days=90)
RATE_UNKNOWN = 50
"""The percentage that needs the most sessions."""
WEEKS = 4


@dataclass(slots=True)
class ArmCount:
    """The sessions drawn for one arm. Every one is `urgent` and left out, or `still_open`, or `counted`."""

    urgent: int = 0
    still_open: int = 0
    counted: int = 0
    filed: int = 0

    @property
    def drawn(self) -> int:
        return self.urgent + self.still_open + self.counted

    @property
    def share(self) -> float | None:
        """Of those counted how many filed; None while they are too few to say."""
        return self.filed / self.counted if self.counted >= ENOUGH else None


@dataclass(slots=True)
class Result:
    """A trial and its arms as they were drawn, whatever people then saw: intention to treat."""

    trial: Trial
    arms: dict[Arm, ArmCount] = field(default_factory=lambda: {arm: ArmCount() for arm in Arm})

    @property
    def estimate(self) -> Estimate | None:
        """The share that filed of the open arm less that of the control; None while either is too few to say."""
        seen, control = self.arms[Arm.OPEN], self.arms[Arm.CONTROL]
        if min(seen.counted, control.counted) < ENOUGH:
            return None
        return difference(seen.filed, seen.counted, control.filed, control.counted)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many sessions a trial needs. `observed` is the percentage that filed lately, None when that is not known."""

    rate: int
    observed: int | None
    needed: int
    a_week: float

    def weeks(self, share: int) -> int | None:
        """How long it takes at the pace of the last weeks; None when nothing came."""
        drawn = self.a_week * share / 100
        return ceil(2 * self.needed / drawn) if drawn else None


def is_over(trial: Trial) -> bool:
    return trial.stopped_at is not None or trial.ends_on < now().date()


def latest() -> Trial | None:
    """The trial that runs, is planned or was the last."""
    return db.session.scalar(select(Trial).order_by(Trial.id.desc()).limit(1))


def all_trials() -> Sequence[Trial]:
    """The latest first."""
    return db.session.scalars(select(Trial).order_by(Trial.id.desc())).all()


def did(what: What) -> ColumnElement[bool]:
    """For a SELECT from help_session: in it this happened."""
    return exists().where(SuggestionEvent.session_id == HelpSession.id, SuggestionEvent.what == what)


def is_decided() -> ColumnElement[bool]:
    """For a SELECT from help_session: its seven days are over, so that it is known whether they filed.

    By whole days, for after ninety of them only the day is known.
    """
    return HelpSession.begun_on < (now() - WINDOW).date()


def result(trial: Trial) -> Result:
    """Count its arms."""
    found = Result(trial)
    standing = case((HelpSession.urgent, "urgent"), (is_decided(), "counted"), else_="still_open").label(
        "standing"
    )
    filed = case((and_(~HelpSession.urgent, is_decided(), did(What.FILED)), 1), else_=0)
    rows = (
        select(HelpSession.arm, standing, func.count(), func.sum(filed))
        .where(HelpSession.trial_id == trial.id)
        .group_by(HelpSession.arm, standing)
    )
    for arm, place, number, filing in db.session.execute(rows):
        count = found.arms[Arm(arm)]
        setattr(count, place, number)
        count.filed += int(filing)
    return found


def plan(rate: int | None) -> Plan:
    """What a trial needs at `rate` percent filing, by default at the observed rate, else at the worst."""
    observed = _observed()
    chosen = rate or observed or RATE_UNKNOWN
    since = (now() - timedelta(weeks=WEEKS)).date()
    lately = select(func.count()).where(HelpSession.begun_on >= since, ~HelpSession.urgent)
    return Plan(chosen, observed, needed(chosen / 100), (db.session.scalar(lately) or 0) / WEEKS)


def _observed() -> int | None:
    """The percentage of the sessions of LATELY that filed, from 1 to 99, when there are ENOUGH of them."""
    lately = (HelpSession.begun_on >= (now() - LATELY).date(), is_decided(), ~HelpSession.urgent)
    total, filed = db.session.execute(
        select(func.count(), func.sum(case((did(What.FILED), 1), else_=0))).where(*lately)
    ).one()
    return min(99, max(1, round(100 * filed / total))) if total >= ENOUGH else None
