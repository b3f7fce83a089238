"""What posts said before they were edited."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.forum.models.trunk import LONGEST_IMPORTED_TITLE

LONGEST_REASON = 200


class Revision(Model):
    """What a post said before an edit; `reason` is the editor's. Moderators `decided` an edit of what another wrote.

    For an opening post also its title and tags; `tags` is None where they were not kept yet.
    """

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("post_id", "version"),
        Index("ix_revision_editor", "editor_id", "replaced_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    version: Mapped[int]
    title: Mapped[str | None] = mapped_column(String(LONGEST_IMPORTED_TITLE))
    source: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str] | None] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="", server_default=text("''"))
    editor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided: Mapped[bool] = mapped_column(default=False, server_default=false())
    replaced_at: Mapped[datetime]
