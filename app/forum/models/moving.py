"""Where what was written elsewhere lives now."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_SOURCE = 60
LONGEST_EXTERNAL_ID = 120


class OldAddress(Model):
    """The post that a name at another place stands for; kept only where an import was asked to."""

    __tablename__ = "old_address"

    source: Mapped[str] = mapped_column(String(LONGEST_SOURCE), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(LONGEST_EXTERNAL_ID), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
