"""Where what was written elsewhere, or in a thread that is no more, stands now."""

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


class MergedThread(Model):
    """A thread without posts, since they stand in another one; `post_id`, once its opening post, is where it leads.

    Wherever that post goes, the address of the thread follows in one step.
    """

    __tablename__ = "merged_thread"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
