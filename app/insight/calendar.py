"""Days and months of the site's zone, and SQL that tells in which of them something happened."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, extract, literal

from app.config import Settings
from app.core.clock import now
from app.core.parts import part


class Stretch(NamedTuple):
    """A day or a month: its first day, and when it begins and ends (UTC), the end not included."""

    begins_on: date
    begin: datetime
    end: datetime


def today() -> date:
    return on_day(now())


def on_day(moment: datetime) -> date:
    return moment.astimezone(_zone()).date()


def day(on: date) -> Stretch:
    return Stretch(on, _midnight(on), _midnight(on + timedelta(days=1)))


def days(number: int) -> list[Stretch]:
    """The last `number` days, today included, the earliest first."""
    last = today()
    return [day(last - timedelta(days=ago)) for ago in reversed(range(number))]


def months(newest: date, number: int) -> list[Stretch]:
    """`number` calendar months up to the one that `newest` lies in, the earliest first."""
    firsts = [_first(newest, ago) for ago in range(number - 1, -2, -1)]
    return [Stretch(first, _midnight(first), _midnight(following)) for first, following in pairwise(firsts)]


def months_between(first: date, last: date) -> int:
    """How many calendar months from one day to another, both included."""
    return 12 * (last.year - first.year) + last.month - first.month + 1


def within(column: Any, stretches: Sequence[Stretch]) -> ColumnElement[bool]:
    """Whether a time lies in stretches that follow each other."""
    return and_(column >= stretches[0].begin, column < stretches[-1].end)


def place(column: Any, stretches: Sequence[Stretch]) -> ColumnElement[int]:
    """The place of the stretch in which a time lies that lies `within` them, counted from 0."""
    return _place(column, [stretch.end for stretch in stretches], 0)


def seconds(column: Any) -> ColumnElement[Any]:
    """A time as seconds since 1970, on every database."""
    return extract("epoch", column)


def second_within(column: Any, stretches: Sequence[Stretch]) -> ColumnElement[bool]:
    """As `within`, of a number of `seconds`."""
    begin, end = (int(moment.timestamp()) for moment in (stretches[0].begin, stretches[-1].end))
    return and_(column >= begin, column < end)


def second_place(column: Any, stretches: Sequence[Stretch]) -> ColumnElement[int]:
    """As `place`, of a number of `seconds`."""
    return _place(column, [int(stretch.end.timestamp()) for stretch in stretches], 0)


def _place(column: Any, ends: Sequence[Any], before: int) -> ColumnElement[int]:
    """Halves the ends again and again: of 24 months five are compared, where one after the other it would be twelve."""
    if len(ends) == 1:
        return literal(before)
    middle = len(ends) // 2
    earlier, later = _place(column, ends[:middle], before), _place(column, ends[middle:], before + middle)
    return case((column < ends[middle - 1], earlier), else_=later)


def _first(newest: date, ago: int) -> date:
    years, month = divmod(newest.month - 1 - ago, 12)
    return date(newest.year + years, month + 1, 1)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), _zone()).astimezone(UTC)


def _zone() -> ZoneInfo:
    return ZoneInfo(part(Settings).timezone)
