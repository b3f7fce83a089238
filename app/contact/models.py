"""Real channels."""

from datetime import date
from enum import StrEnum

from sqlalchemy import Enum, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_MARKETPLACE = 120
LONGEST_VALUE = 200
LONGEST_PLACE = 60


class Kind(StrEnum):
    PAGE = "page"
    MAIL = "mail"
    PHONE = "phone"
    APP = "app"
    HANDLE = "handle"


class Channel(Model):
    """One way to reach a marketplace that is really its own, as found on `checked_on`.

    `place` says what it is for or, of a handle, where it is somebody's name. `matched` is what a pasted address is
    compared with (`matching`).
    """

    __tablename__ = "channel"
    __table_args__ = (UniqueConstraint("marketplace", "kind", "matched", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    marketplace: Mapped[str] = mapped_column(String(LONGEST_MARKETPLACE))
    kind: Mapped[Kind] = mapped_column(
        Enum(Kind, native_enum=False, length=16, values_callable=lambda kinds: [kind.value for kind in kinds])
    )
    value: Mapped[str] = mapped_column(String(LONGEST_VALUE))
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE), default="")
    matched: Mapped[str] = mapped_column(String(LONGEST_VALUE + 20), index=True)
    checked_on: Mapped[date]
