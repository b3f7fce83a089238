"""The database itself refuses to change or delete what was written."""

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from app.audit.models import AuditEntry, AuditPayload
from app.audit.operations import verify
from app.core.db import db
from app.core.transaction import transaction


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    "statement",
    [
        update(AuditEntry).where(AuditEntry.id == 2).values(verb="forged"),
        update(AuditEntry).values(actor_id=None),
        delete(AuditEntry).where(AuditEntry.id == 3),
        delete(AuditEntry),
    ],
    ids=["change one", "change all", "delete one", "delete all"],
)
def test_entries_stay_as_they_were_written(app: Flask, statement: object) -> None:
    with transaction() as session:
        session.connection().execute(delete(AuditPayload))
    with pytest.raises(DBAPIError, match="append-only"), transaction() as session:
        session.connection().execute(statement)  # type: ignore[call-overload]  # any of the above
    assert db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all() == [
        "act-1",
        "act-2",
        "act-3",
    ]
    assert verify() is None


@pytest.mark.usefixtures("written")
def test_facts_can_be_erased_all_the_same(app: Flask) -> None:
    with transaction() as session:
        session.connection().execute(delete(AuditPayload).where(AuditPayload.entry_id == 1))
    assert db.session.scalar(select(func.count()).select_from(AuditPayload)) == 2
    assert verify() is None
