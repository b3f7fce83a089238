"""When news goes by mail: grouped, at the hours a person chose, never in their quiet hours. All numbers stand here."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.notifications.models import Cadence, Kind

GATHERING = timedelta(minutes=3)
"""How long a letter waits for company from its thread: people answer an answer within a minute or two, or much later."""

TOO_OLD = {
    Cadence.NOW: timedelta(days=7),
    Cadence.DAILY: timedelta(days=14),
    Cadence.WEEKLY: timedelta(days=14),
}
"""Older news is not mailed any more: after a long outage, or in a demo town, it would only be a flood."""

KEPT = timedelta(days=180)
"""How long notifications that were read, and not saved, are kept."""

DEFAULTS = {
    Kind.ANSWER: Cadence.NOW,
    Kind.REPLY: Cadence.NOW,
    Kind.MENTION: Cadence.NOW,
    Kind.ACCEPTED: Cadence.NOW,
    Kind.FOLLOWED: Cadence.DAILY,
    Kind.ASKED: Cadence.NOW,
    Kind.YOURS: Cadence.NOW,
    Kind.SUPPORT: Cadence.NOW,
    Kind.OUTCOME: Cadence.NOW,
    Kind.STANDING: Cadence.NOW,
    Kind.TICKET: Cadence.NOW,
    Kind.FLAG: Cadence.NOW,
    Kind.QUEUE: Cadence.NOW,
}
"""What comes how soon until a person says otherwise: at once what is meant for them, daily what they only follow."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A person's hours, in their zone; the defaults are those of people who chose none."""

    digest_hour: int = 8
    digest_weekday: int = 0
    quiet_from: int = 22
    quiet_until: int = 7

    def quiet_at(self, hour: int) -> bool:
        """Whether letters wait at this hour of the day."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= hour < self.quiet_until
        return hour >= self.quiet_from or hour < self.quiet_until


def after_quiet(moment: datetime, tz: str, hours: Hours) -> datetime:
    """`moment`, or the end of the quiet hours it falls in."""
    day, free = local_day(moment, tz), moment
    # On the day that an hour is left out, the end of the quiet hours may be left out with it.
    while free < moment or hours.quiet_at(free.astimezone(ZoneInfo(tz)).hour):
        free = _at(day, hours.quiet_until, tz)
        day += timedelta(days=1)
    return free


def next_digest(
    after: datetime, tz: str, hours: Hours, cadence: Cadence, *, beyond: date | None = None
) -> datetime:
    """The first digest later than `after`, and on a later day than `beyond`.

    There is one moment a day whatever the clocks do: an hour that is left out is its successor, of an hour that
    comes twice it is the first.
    """
    day = after.astimezone(ZoneInfo(tz)).date()
    while True:
        moment = _at(day, hours.digest_hour, tz)
        on_day = cadence is Cadence.DAILY or day.weekday() == hours.digest_weekday
        if on_day and moment > after and (beyond is None or day > beyond):
            return moment
        day += timedelta(days=1)


def due(created_at: datetime, tz: str, hours: Hours, cadence: Cadence) -> datetime | None:
    """When news of that moment goes by mail; None when it does not."""
    if cadence is Cadence.OFF:
        return None
    if cadence is Cadence.NOW:
        return after_quiet(created_at + GATHERING, tz, hours)
    return next_digest(created_at, tz, hours, cadence)


def local_day(moment: datetime, tz: str) -> date:
    return moment.astimezone(ZoneInfo(tz)).date()


def _at(day: date, hour: int, tz: str) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=ZoneInfo(tz)).astimezone(UTC)
