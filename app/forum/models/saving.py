"""Threads that people keep for later."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Saved(Model):
    """Somebody keeps a thread to read it again; nobody else learns of it."""

    __tablename__ = "saved"
    __table_args__ = (Index("ix_saved_latest", "account_id", "created_at"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True, index=True)
    created_at: Mapped[datetime]
