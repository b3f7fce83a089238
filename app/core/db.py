"""The database: one declarative base, one `db`, UTC times, and how each engine begins a transaction."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MS = 5_000


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes in and out, on engines with and without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Model(DeclarativeBase):
    """Base of every table."""

    type_annotation_map: ClassVar = {datetime: UtcDateTime}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(metadata=Model.metadata)


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: object) -> None:
    """SQLite: durable WAL, foreign keys, and transactions begun by us instead of by the driver."""
    if type(connection).__module__ != "sqlite3":
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """A read that turns into a write loses to any other writer, so a writer takes its lock first."""
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("bartack_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def insert_ignoring(table: type[Model]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that leaves a row that is there already alone; wait for a racing one, then see it."""
    return _insert(table).on_conflict_do_nothing()


def insert_or_change(table: type[Model], key: str, *columns: str) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that changes these columns of a row that is there already, by its `key`."""
    insert = _insert(table)
    changed = {name: insert.excluded[name] for name in columns}
    return insert.on_conflict_do_update(index_elements=[key], set_=changed)


def _insert(table: type[Model]) -> postgresql.Insert | sqlite.Insert:
    postgres = db.session().get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if postgres else sqlite.insert(table)
