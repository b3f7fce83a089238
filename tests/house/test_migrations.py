"""Migrations from nothing give exactly the models' tables, on either database; down to nothing and up again."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.config import load
from app.core.db import Model, db
from app.wiring import create_app
from tests.conftest import POSTGRES, WORKER, missing

ROOT = Path(__file__).parents[2]
ENTRY = (
    "INSERT INTO audit_entry (id, at, verb, target, digest, previous, hash)"
    " VALUES (1, '2026-11-20 09:12:00', 'take', 'ticket', 'd', 'p', 'h')"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    if not POSTGRES:
        missing(
            "PostgreSQL is not here; install it and set BARTACK_TEST_POSTGRES_URL=postgresql://NAME@HOST/DATABASE"
        )
    base = make_url(POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1))
    # Two runs at once must not share it.
    name = f"{base.database}_bartack_migrations_{WORKER}_{os.getpid()}"
    engine = create_engine(base, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
        yield base.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture
def empty(empty_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on that database, in its context."""
    settings = load(tmp_path / "no.env", data_dir=tmp_path, database_url=empty_url, secret_key="k" * 40)
    application = create_app(settings)
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


def _differences(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, Model.metadata))


def _described(engine: Engine) -> dict[str, Any]:
    """All that the database knows of its tables."""
    # All tables of one kind of fact at once, for PostgreSQL answers each question late.
    seen = inspect(engine)
    facts = {
        "columns": seen.get_multi_columns(),
        "primary key": seen.get_multi_pk_constraint(),
        "foreign keys": seen.get_multi_foreign_keys(),
        "unique": seen.get_multi_unique_constraints(),
        "checks": seen.get_multi_check_constraints(),
        "indexes": seen.get_multi_indexes(),
    }
    return {
        table: {kind: _sorted(found[None, table]) for kind, found in facts.items()}
        for table in sorted(seen.get_table_names())
        if table != "alembic_version"
    }


def _sorted(found: Any) -> Any:
    """In no order: a column that came later stands last."""
    return sorted(map(_plain, found)) if isinstance(found, list) else _plain(found)


def _plain(fact: Any) -> str:
    """Repeatable: conditions of indexes come as objects."""
    if isinstance(fact, dict):
        return repr(sorted((name, _plain(value)) for name, value in fact.items()))
    return str(fact)


def test_they_make_what_the_models_make(empty: Flask) -> None:
    """By Alembic's own comparison, and by asking the database, which also knows checks and conditions of indexes."""
    flask_migrate.upgrade()
    assert _differences(db.engine) == []
    migrated = _described(db.engine)
    assert len(migrated) == len(Model.metadata.tables)
    flask_migrate.downgrade(revision="base")
    Model.metadata.create_all(db.engine)
    assert migrated == _described(db.engine)


def test_the_comparison_sees_what_is_missing(empty: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE tag ADD COLUMN colour VARCHAR(7)"))
        connection.execute(text("DROP INDEX uq_post_opening"))
    assert {change[0] for change in _differences(db.engine)} == {"remove_column", "add_index"}


def test_down_leaves_nothing_and_up_again_is_the_same(empty: Flask) -> None:
    flask_migrate.upgrade()
    first = _described(db.engine), _beginnings()
    flask_migrate.downgrade(revision="base")
    assert _described(db.engine) == {}
    assert _left_over() == []
    flask_migrate.upgrade()
    assert (_described(db.engine), _beginnings()) == first


def test_each_step_goes_back_and_forth(empty: Flask) -> None:
    steps = list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions())
    assert len(steps) >= 2
    for step in reversed(steps):
        flask_migrate.upgrade(revision=step.revision)
        before = _described(db.engine), _left_over()
        flask_migrate.downgrade(revision=step.down_revision or "base")
        flask_migrate.upgrade(revision=step.revision)
        assert (_described(db.engine), _left_over()) == before, step.revision


def test_the_log_stays_also_after_down_and_up(empty: Flask) -> None:
    for _time in range(2):
        flask_migrate.upgrade()
        with db.engine.begin() as connection:
            connection.execute(text(ENTRY))
        for change in ("UPDATE audit_entry SET verb = 'give'", "DELETE FROM audit_entry"):
            with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
                connection.execute(text(change))
        flask_migrate.downgrade(revision="base")


def test_they_import_no_models() -> None:
    """A migration says what was true on its day; the models move on."""
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    assert len(files) >= 2
    ours = re.compile(r"^\s*(from|import) app\b", re.MULTILINE)
    assert [file.name for file in files if ours.search(file.read_text(encoding="utf-8"))] == []


def _beginnings() -> list[str]:
    with db.engine.connect() as connection:
        return [row.name for row in connection.execute(text("SELECT name FROM space ORDER BY position"))]


def _left_over() -> list[str]:
    """What a database holds beside tables: triggers, functions and types."""
    where = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')",
        "postgresql": "SELECT proname AS name FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        " UNION SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'"
        " UNION SELECT sequencename FROM pg_sequences WHERE sequencename NOT LIKE '%_id_seq'",
    }[db.engine.dialect.name]
    with db.engine.connect() as connection:
        return sorted(row.name for row in connection.execute(text(where)))
