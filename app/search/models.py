"""What search remembers: what became of its suggestions, trials of how they are shown, searches that found nothing; and
the index in the database.

On SQLite the tables of the index are there and stay empty, so that one chain of migrations makes both.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

# Ordered by its bytes, so that what begins alike stands side by side.
LEXEME = String(200).with_variant(String(200, collation="C"), "postgresql")

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


class SearchIndex(Model):
    """The one row that says which build is the index, 0 for none, and which is being made beside it.

    `position` is the last outbox row that is in.
    """

    __tablename__ = "search_index"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    schema_version: Mapped[int]
    build: Mapped[int]
    next_build: Mapped[int | None]
    position: Mapped[int] = mapped_column(BigInteger)


class SearchDocument(Model):
    """A thread in a build of the index. Without a fingerprint it is none: what went while the build was made."""

    __tablename__ = "search_document"
    __table_args__ = (
        # For filters that let much pass, whose newest are wanted.
        Index("ix_search_document_at", "build", "at"),
        Index(
            "ix_search_document_terms",
            "terms",
            postgresql_using="gin",
            # Every search reads the list of what is not sorted in yet, so it is kept short.
            postgresql_with={"fastupdate": "on", "gin_pending_list_limit": "64"},
        ),
    )

    build: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(24))
    weight: Mapped[float] = mapped_column(Double)
    at: Mapped[datetime]
    title_length: Mapped[int]
    body_length: Mapped[int]
    answers_length: Mapped[int]
    terms: Mapped[str] = mapped_column(TSVECTOR().with_variant(Text(), "sqlite"))
    body: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)


# In how many documents of a build a lexeme stands, as what has to be added up: rows are only ever put in, so nobody
# waits for anybody, and the worker sums them up now and then.
search_term = Table(
    "search_term",
    Model.metadata,
    Column("build", Integer, nullable=False),
    Column("term", LEXEME, nullable=False),
    Column("count", BigInteger, nullable=False),
    Index("ix_search_term", "build", "term", postgresql_include=["count"]),
)
