"""What was typed and not posted."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Draft(Model):
    """What a person typed and has not posted, by form. A visitor's hangs on a key in their session."""

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("account_id", "form"),
        UniqueConstraint("visitor", "form"),
        CheckConstraint("(account_id IS NULL) <> (visitor IS NULL)", name="owner"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    visitor: Mapped[str | None] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(String(40))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    updated_at: Mapped[datetime] = mapped_column(index=True)
