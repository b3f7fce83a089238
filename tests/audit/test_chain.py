"""The chain holds, and a changed byte shows."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text, update

from app.audit.models import AuditEntry, AuditPayload
from app.audit.operations import GENESIS, record, verify
from app.core.db import db
from app.core.transaction import transaction

THREADS, EACH = 8, 5


class Colour(StrEnum):
    RED = "red"


def _tamper(statement: Any) -> None:
    """What somebody does who owns the database: they put the guards to sleep first."""
    with transaction() as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            for trigger in ("audit_entry_no_update", "audit_entry_no_delete"):
                session.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        session.connection().execute(statement)


def _verify() -> int | None:
    db.session.remove()
    return verify()


def test_an_empty_log_holds(app: Flask) -> None:
    assert verify() is None


def test_entries_are_numbered_without_gaps_and_linked(written: None) -> None:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [row.id for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == [GENESIS, rows[0].hash, rows[1].hash]
    assert _verify() is None


@pytest.mark.parametrize(
    "change",
    [
        {"at": datetime(2024, 2, 29, 12, tzinfo=UTC)},
        {"actor_id": 2},
        {"actor_id": None},
        {"verb": "act-9"},
        {"target": "poster"},
        {"target_id": 8},
        {"digest": "0" * 64},
        {"previous": "0" * 64},
        {"hash": "0" * 64},
    ],
    ids=lambda change: "-".join(f"{name}={str(value)[:10]}" for name, value in change.items()),
)
def test_a_changed_entry_is_found(written: None, change: dict[str, Any]) -> None:
    _tamper(update(AuditEntry).where(AuditEntry.id == 2).values(**change))
    assert _verify() == 2


@pytest.mark.parametrize(
    "change",
    [{"facts": {"number": 2, "words": "Größe 43", "why": ["a", "b"]}}, {"facts": {}}, {"salt": "0" * 32}],
)
def test_changed_facts_are_found(written: None, change: dict[str, Any]) -> None:
    _tamper(update(AuditPayload).where(AuditPayload.entry_id == 2).values(**change))
    assert _verify() == 2


def test_a_missing_entry_is_found(written: None) -> None:
    _tamper(delete(AuditPayload).where(AuditPayload.entry_id == 2))
    _tamper(delete(AuditEntry).where(AuditEntry.id == 2))
    assert _verify() == 2


def test_an_entry_made_up_with_a_fitting_hash_breaks_the_next_one(written: None) -> None:
    """Whoever rewrites one entry must rewrite all that follow, and the head is written down elsewhere."""
    first, second = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id).limit(2)).all()
    forged = {"verb": "forged", "digest": first.digest, "previous": first.hash}
    _tamper(update(AuditEntry).where(AuditEntry.id == second.id).values(**forged, hash="f" * 64))
    assert _verify() == 2


def test_erased_facts_leave_the_chain_whole(written: None) -> None:
    _tamper(delete(AuditPayload).where(AuditPayload.entry_id == 2))
    assert _verify() is None


def test_the_chain_goes_on_after_an_erasure(written: None, write: Callable[..., None]) -> None:
    _tamper(delete(AuditPayload))
    write("act-4")
    assert db.session.scalar(select(func.max(AuditEntry.id))) == 4
    assert _verify() is None


def test_equal_facts_have_unequal_digests(write: Callable[..., None]) -> None:
    """An erased name cannot be guessed back from its digest: each has a salt."""
    write("erase", name="rosa")
    write("erase", name="rosa")
    first, second = db.session.scalars(select(AuditEntry.digest))
    assert first != second


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"words": "Ünïcödé 🧵 \u202e \\ \" '"},
        {"nested": {"b": [1, 2.5, None, True], "a": {"z": {}}}},
        {"tuple": (1, 2), "enum": Colour.RED},
        {"by_id": {10: "ten", 9: "nine"}},
        {"big": 2**60, "small": 1e-9},
    ],
)
def test_facts_of_any_shape_verify_as_they_are_read_back(
    write: Callable[..., None], facts: dict[str, object]
) -> None:
    write("act", **facts)
    assert _verify() is None


def _fail() -> None:
    with transaction():
        record("act", actor_id=1, target="post", target_id=7)
        raise RuntimeError("the act failed")


def test_what_is_rolled_back_leaves_no_gap(written: None, write: Callable[..., None]) -> None:
    with pytest.raises(RuntimeError):
        _fail()
    write()
    assert db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all() == [1, 2, 3, 4]
    assert _verify() is None


def test_an_act_outside_a_transaction_is_refused(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="outside transaction"):
        record("act", actor_id=1, target="post", target_id=7)


def test_many_writers_at_once_make_one_chain(app: Flask) -> None:
    start, failures = threading.Barrier(THREADS), []

    def writer(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                for _ in range(EACH):
                    with transaction():
                        record("act", actor_id=number, target="post", target_id=7, facts={"by": number})
            except Exception as error:  # noqa: BLE001 - shown below
                failures.append(error)

    threads = [threading.Thread(target=writer, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    ids = db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()
    assert list(ids) == list(range(1, THREADS * EACH + 1))
    assert _verify() is None
