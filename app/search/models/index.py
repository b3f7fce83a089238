"""The index in the database.

On SQLite the tables of the index are there and stay empty, so that one chain of migrations makes both.
"""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Double, Index, Integer, String, Table, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

# Ordered by its bytes, so that what begins alike stands side by side.
LEXEME = String(200).with_variant(String(200, collation="C"), "postgresql")


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
