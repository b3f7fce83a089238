"""Entries and their payloads. Triggers in the migration refuse UPDATE and DELETE on entries."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class AuditEntry(Model):
    """One act. `hash` covers the entry before it, so that a changed byte shows."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_actor_id", "actor_id", "id"),
        Index("ix_audit_entry_target", "target", "target_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    verb: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(60))
    target_id: Mapped[int | None]
    digest: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class AuditPayload(Model):
    """The facts of one act; erasing it leaves the chain whole."""

    __tablename__ = "audit_payload"

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
