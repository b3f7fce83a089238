"""What people wrote does not get into logs."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core.db import db

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("production", [True, False])
def test_a_failing_statement_repeats_what_was_written_to_developers_only(
    make_app: Callable[..., Flask], production: bool
) -> None:
    application = make_app(production=production, limits=production, base_url="https://help.example.org")
    with application.app_context(), pytest.raises(DBAPIError) as failure:
        db.session.execute(text("INSERT INTO no_such_table VALUES (:words)"), {"words": "my bank says no"})
    assert ("my bank says no" in str(failure.value)) is not production
