"""Photos of posts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

MOST_PHOTOS = 10
LONGEST_CAPTION = 200


class Photo(Model):
    """A photo: its uploader's alone while it waits in a form (`form` is its draft's name), then as visible as its post.

    `name` is what addresses call it; `key` and `small_key` are where the files lie. With neither form nor post it is
    orphaned, and swept; sooner than one that moderators took away, which hung on `taken_from_id` and may come back.
    """

    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint("form IS NULL OR post_id IS NULL", name="place"),
        CheckConstraint("taken_from_id IS NULL OR post_id IS NULL", name="taken"),
        Index("ix_photo_form", "account_id", "form"),
        Index("ix_photo_unposted", "post_id", "created_at"),
        Index("ix_photo_taken_from", "taken_from_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(32), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    form: Mapped[str | None] = mapped_column(String(40))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    taken_from_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    position: Mapped[int]
    description: Mapped[str] = mapped_column(String(LONGEST_CAPTION), default="")
    key: Mapped[str] = mapped_column(String(32))
    small_key: Mapped[str] = mapped_column(String(32))
    width: Mapped[int]
    height: Mapped[int]
    small_width: Mapped[int]
    small_height: Mapped[int]
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
