"""How Alembic reaches the database: through the application."""

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import text

from app.core.db import Model, UtcDateTime

database = current_app.extensions["migrate"].db


def render_item(kind: str, item: object, autogen: AutogenContext) -> str | bool:
    """Migrations name types of SQLAlchemy, never ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Bring the database to where it is asked to be, in one transaction a revision."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            # A table is rebuilt under another name; the foreign keys that point at it must bear that.
            connection.execute(text("PRAGMA foreign_keys=OFF"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            render_item=render_item,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
