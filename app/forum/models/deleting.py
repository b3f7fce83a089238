"""What authors took back themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Deletion(Model):
    """A post that its author deleted, and what it was before: they may bring it back for a while."""

    __tablename__ = "deletion"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    was: Mapped[str] = mapped_column(String(10))
    deleted_at: Mapped[datetime]
