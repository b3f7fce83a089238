"""Searches that found nothing."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from app.core.db import db
from app.search.models import EmptySearch

MOST_SHOWN = 20


class Miss(NamedTuple):
    """Words that were looked for, how often, and the last day."""

    words: str
    times: int
    last: date


def misses() -> list[Miss]:
    """As long as they are kept, the commonest first."""
    times = func.sum(EmptySearch.times)
    rows = (
        select(EmptySearch.words, times, func.max(EmptySearch.day))
        .group_by(EmptySearch.words)
        .order_by(times.desc(), EmptySearch.words)
        .limit(MOST_SHOWN)
    )
    return [Miss(words, int(number), last) for words, number, last in db.session.execute(rows)]


def days_of(words: str) -> Sequence[tuple[date, int]]:
    """On which days and how often, the latest first."""
    rows = select(EmptySearch.day, EmptySearch.times).where(EmptySearch.words == words)
    return [(day, times) for day, times in db.session.execute(rows.order_by(EmptySearch.day.desc()))]
