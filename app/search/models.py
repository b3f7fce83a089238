"""What search remembers: what came of its suggestions, and of nobody whose they were."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Outcome(StrEnum):
    SOLVED = "solved"
    NONE = "none"


class SuggestionOutcome(Model):
    """Somebody was shown matches in a form: this thread answered them, or none did."""

    __tablename__ = "suggestion_outcome"

    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(10))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
