"""What search remembers: what came of its suggestions, trials of how they are shown, searches that found nothing."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

HELP = "help"
"""The name of the form of `/help`, for its draft and for what became of its suggestions."""

LONGEST_WORDS = 80


class Arm(StrEnum):
    """How a session that was drawn sees its matches: as everybody does, or folded away behind a line."""

    OPEN = "open"
    CONTROL = "control"


class What(StrEnum):
    """What happened to a suggestion, or of a help session."""

    SHOWN = "shown"
    OPENED = "opened"
    REFUSED = "refused"
    SOLVED = "solved"
    FILED = "filed"
    REGRETTED = "regretted"


class Trial(Model):
    """A dated comparison on `/help`: of `share` percent of the sessions that begin within it, half are folded.

    The days are whole days in UTC, both included. `rate` is the percentage of sessions expected to file and `needed` how
    many an arm needs for it, as its admin saw them. Trials are numbered without gaps, so that of two begun at once one
    fails.
    """

    __tablename__ = "trial"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    started_at: Mapped[datetime]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    share: Mapped[int]
    rate: Mapped[int]
    needed: Mapped[int]
    salt: Mapped[str] = mapped_column(String(32))
    stopped_at: Mapped[datetime | None]


class HelpSession(Model):
    """Seven days of one person with `/help`, from the first matches they were shown.

    It is the `nth` of an account or of a visitor's key, counted from 0. After ninety days it is nobody's: account, key,
    `begun_at` and `matches` go, the day stays. `matches` are the threads that stood under the line last. An `urgent` one
    is in no trial, whatever was drawn for it.
    """

    __tablename__ = "help_session"
    __table_args__ = (
        UniqueConstraint("account_id", "nth", name="uq_help_session_account"),
        UniqueConstraint("visitor", "nth", name="uq_help_session_visitor"),
        Index("ix_help_session_trial", "trial_id", "begun_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    visitor: Mapped[str | None] = mapped_column(String(64))
    nth: Mapped[int]
    begun_at: Mapped[datetime | None]
    begun_on: Mapped[date] = mapped_column(index=True)
    trial_id: Mapped[int | None] = mapped_column(ForeignKey("trial.id"))
    arm: Mapped[str | None] = mapped_column(String(10))
    urgent: Mapped[bool]
    matches: Mapped[list[int]] = mapped_column(JSON)


class SuggestionEvent(Model):
    """Something that happened to a suggestion in a form, on a day; on `/help` in a session, elsewhere in nobody's."""

    __tablename__ = "suggestion_event"
    __table_args__ = (
        Index("uq_suggestion_event_once", "session_id", "what", "thread_id", unique=True),
        Index("ix_suggestion_event_day", "what", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("help_session.id"))
    form: Mapped[str] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(String(10))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), index=True)
    day: Mapped[date]


class EmptySearch(Model):
    """Words that were looked for on a day and found nothing: how often, and not by whom."""

    __tablename__ = "empty_search"

    day: Mapped[date] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS), primary_key=True)
    times: Mapped[int]
