"""How much is read: telemetry, written seldom and by the way. No page shows it."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model


class ThreadReading(Model):
    """How many people opened a thread on one day (UTC), each counted once as far as one process can know."""

    __tablename__ = "thread_reading"

    thread_id: Mapped[int] = mapped_column(ForeignKey("thread.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    readers: Mapped[int] = mapped_column(default=0)


class AccountDay(Model):
    """A day (UTC) on which somebody was here signed in, and how many threads they opened."""

    __tablename__ = "account_day"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    threads_read: Mapped[int] = mapped_column(default=0)
