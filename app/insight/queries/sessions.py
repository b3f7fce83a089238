"""Help sessions, counted and one by one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from app.core.clock import now
from app.core.db import db
from app.core.web.pages import Page, cut
from app.insight.queries.trials import LATELY, did, is_decided
from app.search.models import Arm, HelpSession, SuggestionEvent, What

WEEKS_SHOWN = 12
MOST_SHOWN = 20
PAGE_SIZE = 50
WEEK = timedelta(weeks=1)


class Standing(StrEnum):
    """How a session of a trial stands in its result."""

    URGENT = "urgent"
    STILL_OPEN = "open"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which sessions: every field that is not None narrows it. `week` is a Monday.

    With a `thread`, those in which `what` happened to it lately.
    """

    trial: int | None = None
    arm: Arm | None = None
    standing: Standing | None = None
    week: date | None = None
    what: What | None = None
    thread: int | None = None

    def where(self) -> Iterable[ColumnElement[bool]]:
        if self.trial is not None:
            yield HelpSession.trial_id == self.trial
        if self.arm is not None:
            yield HelpSession.arm == self.arm
        if self.standing is not None:
            yield HelpSession.urgent.is_(self.standing is Standing.URGENT)
        if self.standing is Standing.STILL_OPEN:
            yield ~is_decided()
        if self.standing is Standing.COUNTED:
            yield is_decided()
        if self.week is not None:
            yield HelpSession.begun_on.between(self.week, self.week + WEEK - timedelta(days=1))
        if self.thread is not None:
            about = select(SuggestionEvent.session_id).where(
                *_of_sessions(), SuggestionEvent.thread_id == self.thread
            )
            deed = [SuggestionEvent.what == self.what] if self.what else []
            yield HelpSession.id.in_(about.where(*deed))
        elif self.what is not None:
            yield did(self.what)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session: when it began, how it was drawn, and what happened to which threads."""

    day: date
    arm: Arm | None
    urgent: bool
    happened: Sequence[tuple[What, int | None]]


@dataclass(frozen=True, slots=True)
class Week:
    """The sessions that began in a week, and in how many of them each thing happened."""

    begins_on: date
    sessions: int
    did: Counter[What]


@dataclass(frozen=True, slots=True)
class Refused:
    """A thread that was suggested, and in how many sessions what happened to it."""

    thread_id: int
    did: Counter[What]


def weeks() -> list[Week]:
    """The last WEEKS_SHOWN weeks, this one included, the earliest first."""
    today = now().date()
    monday = today - timedelta(days=today.weekday())
    begins = [monday - WEEK * ago for ago in reversed(range(WEEKS_SHOWN))]
    began = select(HelpSession.begun_on, func.count()).where(HelpSession.begun_on >= begins[0])
    sessions: Counter[date] = Counter()
    for day, number in db.session.execute(began.group_by(HelpSession.begun_on)):
        sessions[_monday(day)] += number
    happened: defaultdict[date, Counter[What]] = defaultdict(Counter)
    rows = (
        select(HelpSession.begun_on, SuggestionEvent.what, func.count(HelpSession.id.distinct()))
        .join(SuggestionEvent, SuggestionEvent.session_id == HelpSession.id)
        .where(HelpSession.begun_on >= begins[0])
        .group_by(HelpSession.begun_on, SuggestionEvent.what)
    )
    for day, what, number in db.session.execute(rows):
        happened[_monday(day)][What(what)] += number
    return [Week(begin, sessions[begin], happened[begin]) for begin in begins]


def refused() -> list[Refused]:
    """The threads that people went past most often lately; each session counts once for a thread."""
    most = (
        select(SuggestionEvent.thread_id)
        .where(*_of_sessions(), SuggestionEvent.what == What.REFUSED)
        .group_by(SuggestionEvent.thread_id)
        .order_by(func.count().desc(), SuggestionEvent.thread_id)
        .limit(MOST_SHOWN)
    )
    ids = db.session.scalars(most).all()
    found: defaultdict[int, Counter[What]] = defaultdict(Counter)
    rows = (
        select(SuggestionEvent.thread_id, SuggestionEvent.what, func.count())
        .where(*_of_sessions(), SuggestionEvent.thread_id.in_(ids))
        .group_by(SuggestionEvent.thread_id, SuggestionEvent.what)
    )
    for thread_id, what, number in db.session.execute(rows):
        found[int(thread_id or 0)][What(what)] = number
    return [Refused(thread_id, found[thread_id]) for thread_id in ids if thread_id]


def asking() -> Counter[What]:
    """What became of suggestions lately while people asked each other: tied to no session."""
    rows = select(SuggestionEvent.what, func.count()).where(*_while_asking()).group_by(SuggestionEvent.what)
    return Counter({What(what): number for what, number in db.session.execute(rows)})


def asking_rows(what: What | None, number: int) -> Page[tuple[date, What, int | None]]:
    """The latest first."""
    rows = select(SuggestionEvent.day, SuggestionEvent.what, SuggestionEvent.thread_id).where(
        *_while_asking()
    )
    if what:
        rows = rows.where(SuggestionEvent.what == what)
    found = db.session.execute(
        rows.order_by(SuggestionEvent.id.desc()).offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)
    ).all()
    return cut([(row.day, What(row.what), row.thread_id) for row in found], number, PAGE_SIZE)


def sessions(chosen: Chosen, number: int) -> Page[SessionRow]:
    """The sessions behind a number, the latest first."""
    found = db.session.scalars(
        select(HelpSession)
        .where(*chosen.where())
        .order_by(HelpSession.begun_on.desc(), HelpSession.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    happened: defaultdict[int, list[tuple[What, int | None]]] = defaultdict(list)
    rows = (
        select(SuggestionEvent.session_id, SuggestionEvent.what, SuggestionEvent.thread_id)
        .where(SuggestionEvent.session_id.in_([row.id for row in found]))
        .order_by(SuggestionEvent.id)
    )
    for session_id, what, thread_id in db.session.execute(rows):
        happened[int(session_id or 0)].append((What(what), thread_id))
    page = [
        SessionRow(row.begun_on, Arm(row.arm) if row.arm else None, row.urgent, happened[row.id])
        for row in found
    ]
    return cut(page, number, PAGE_SIZE)


def _of_sessions() -> tuple[ColumnElement[bool], ...]:
    return (
        SuggestionEvent.session_id.is_not(None),
        SuggestionEvent.thread_id.is_not(None),
        SuggestionEvent.day >= (now() - LATELY).date(),
    )


def _while_asking() -> tuple[ColumnElement[bool], ...]:
    return SuggestionEvent.form == "ask", SuggestionEvent.day >= (now() - LATELY).date()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
