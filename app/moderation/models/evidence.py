"""Files that go with appeals."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

MOST_FILES = 5
LONGEST_FILE_NAME = 100


class FileKind(StrEnum):
    PICTURE = "picture"
    PDF = "pdf"


class AppealFile(Model):
    """A file that somebody adds to an appeal against a decision; until that is made it waits, with no `appeal_id`.

    It is somebody's, or whoever's who sent a report without an account. `name` is what its address calls it, `called` what its owner did, `key` where it lies. `bytes` and `sha256` are of
    what was given: a picture is kept as it was written anew.
    """

    __tablename__ = "appeal_file"
    __table_args__ = (
        Index("ix_appeal_file_waiting", "appeal_id", "created_at"),
        CheckConstraint("(account_id IS NULL) <> (report_id IS NULL)", name="whose"),
        Index("ix_appeal_file_whose", "account_id", "decision_id"),
        Index("ix_appeal_file_report", "report_id", "decision_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    kind: Mapped[str] = mapped_column(String(10))
    called: Mapped[str] = mapped_column(String(LONGEST_FILE_NAME))
    key: Mapped[str] = mapped_column(String(32))
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
