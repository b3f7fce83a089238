"""Writing and verifying the log."""

import hashlib
import json
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text

from app.audit.models import AuditEntry, AuditPayload
from app.core.clock import now
from app.core.db import db
from app.core.transaction import at_last

GENESIS = "0" * 64
_POSTGRES_LOCK = 0x626172746163
# Made once: json.dumps makes one for every call that wants the keys in order, and a walk of the log calls it often.
_in_order = json.JSONEncoder(sort_keys=True).encode


def record(
    verb: str,
    *,
    actor_id: int | None,
    target: str,
    target_id: int | None,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Add an entry at the end of the open transaction. Entries are numbered without gaps, one writer at a time.

    The log is locked last: who holds it while waiting for a row would block who holds that row and has to write here.
    """
    details = json.loads(json.dumps(dict(facts or {})))
    at_last(lambda: _write(verb, actor_id, target, target_id, details))


def _write(
    verb: str, actor_id: int | None, target: str, target_id: int | None, details: dict[str, object]
) -> None:
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    session.flush()
    last = session.execute(
        select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
    ).one_or_none()
    salt = secrets.token_hex(16)
    entry = AuditEntry(
        id=last.id + 1 if last else 1,
        at=now(),
        actor_id=actor_id,
        verb=verb,
        target=target,
        target_id=target_id,
        digest=_digest(salt, details),
        previous=last.hash if last else GENESIS,
    )
    entry.hash = _hash(entry)
    session.add(entry)
    session.flush()
    session.add(AuditPayload(entry_id=entry.id, salt=salt, facts=details))
    session.flush()


def erase(target: str, target_id: int, *, verbs: Collection[str]) -> None:
    """Forget, in the open transaction, the facts of these acts; the entries stay, and the chain holds."""
    which = select(AuditEntry.id).where(
        AuditEntry.target == target, AuditEntry.target_id == target_id, AuditEntry.verb.in_(verbs)
    )
    db.session().connection().execute(delete(AuditPayload).where(AuditPayload.entry_id.in_(which)))


def verify(*, since: int = 1) -> int | None:
    """Walk the chain from entry `since` to the newest; the id of the first that does not hold, None when all do.

    That the newest entries are there at all only a head tells that was written down before (`heads`). From a later
    entry on, the seal of the one before it is taken as it stands.
    """
    previous = _seal_before(since)
    if previous is None:
        return since - 1
    rows = (
        select(*_SEALED, AuditPayload.salt, AuditPayload.facts)
        .outerjoin(AuditPayload, AuditPayload.entry_id == AuditEntry.id)
        .where(AuditEntry.id >= since)
        .order_by(AuditEntry.id)
        .execution_options(yield_per=2_000)
    )
    with db.session.execute(rows) as found:
        for number, row in enumerate(found, start=since):
            if row.id != number or row.previous != previous or row.hash != _hash(row) or not _agrees(row):
                return number
            previous = row.hash
    return None


def _seal_before(number: int) -> str | None:
    if number == 1:
        return GENESIS
    return db.session.scalar(select(AuditEntry.hash).where(AuditEntry.id == number - 1))


_SEALED = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.verb,
    AuditEntry.target,
    AuditEntry.target_id,
    AuditEntry.digest,
    AuditEntry.previous,
    AuditEntry.hash,
)


def _agrees(row: Any) -> bool:
    """Whether the facts are those that were sealed; erased ones are nobody's business any more."""
    return row.salt is None or _digest(row.salt, row.facts) == row.digest


def _digest(salt: str, facts: Mapping[str, object]) -> str:
    return hashlib.sha256((salt + _in_order(facts)).encode()).hexdigest()


def _hash(entry: Any) -> str:
    parts = (
        entry.id,
        _second(entry.at),
        entry.actor_id,
        entry.verb,
        entry.target,
        entry.target_id,
        entry.digest,
    )
    return hashlib.sha256(json.dumps([entry.previous, *parts]).encode()).hexdigest()


def _second(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
