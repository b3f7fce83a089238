"""What moderators look at, and how they work through it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model

LONGEST_VIEW_NAME = 40
LONGEST_VIEW_QUERY = 300
WAITING = text("opened_at IS NOT NULL")


class Review(Model):
    """One target for good: a post, a thread or a person, whatever was said and decided about it so far.

    It waits while it has `opened_at`. `author_id` is whose words it is about, or the person. Of the flags and reports
    that no decision has answered, `flag_count` is the number, `flag_weight` their weight, `independent` how many count towards
    hiding by itself, and `severity` the worst (`weights.SEVERITY`). `reach` is how far it is read (`weights.reach`).
    `noticed` is how severe
    what is looked for by itself makes it (watched words, signs of spam), 0 for nothing. `held` says that others do not see it yet and wait for this look; `hidden_at` since when it is hidden by itself.
    One moderator has it in hand until `claimed_until`. `version` counts decisions and holdings: whoever decides says
    which one they saw.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN post_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN thread_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN account_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="target",
        ),
        Index("ix_review_waiting", "opened_at", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_review_author", "author_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), unique=True)
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("thread.id"), unique=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime | None]
    severity: Mapped[int] = mapped_column(default=0)
    reach: Mapped[float] = mapped_column(default=1.0)
    flag_count: Mapped[int] = mapped_column(default=0)
    flag_weight: Mapped[float] = mapped_column(default=0.0)
    independent: Mapped[int] = mapped_column(default=0)
    noticed: Mapped[int] = mapped_column(default=0, server_default="0")
    held: Mapped[bool] = mapped_column(default=False, server_default=false())
    hidden_at: Mapped[datetime | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    claimed_until: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class LeaseEnd(Model):
    """A moderator had a target in hand and nothing came of it: they let it go at this moment, or it ran out then."""

    __tablename__ = "lease_end"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    let_go: Mapped[bool]


class StaffNote(Model):
    """What moderators tell each other about a target; nobody else reads it."""

    __tablename__ = "staff_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    source: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]


class Shift(Model):
    """A moderator's spell of work; `left` is how many waited when it ended, `note` what the next one should know."""

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_account", "account_id", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    left: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")


class QueueView(Model):
    """A way to look at the queue that a moderator keeps: its filters as they stand in the address."""

    __tablename__ = "queue_view"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(LONGEST_VIEW_NAME), primary_key=True)
    query: Mapped[str] = mapped_column(String(LONGEST_VIEW_QUERY))
