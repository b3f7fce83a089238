"""Addresses that take no mail. They are kept as keyed hashes: whoever reads these tables learns no address."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class Why(StrEnum):
    """What stopped the mail to an address."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"


class MailStop(Model):
    """No mail goes to this address until it is proven again."""

    __tablename__ = "mail_stop"

    address_key: Mapped[str] = mapped_column(String(20), primary_key=True)
    why: Mapped[str] = mapped_column(String(12))
    since: Mapped[datetime]


class MailBounce(Model):
    """A letter that came back for a reason that may pass, once a letter; several stop the mail."""

    __tablename__ = "mail_bounce"
    __table_args__ = (UniqueConstraint("address_key", "letter_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address_key: Mapped[str] = mapped_column(String(20))
    letter_key: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(index=True)
