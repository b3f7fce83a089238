"""Searches that found nothing: counted in memory, and from there into the table once a minute.

Reading changes nothing, so it is done as readings are counted. Kept are words, a day and a number; whose words they
were is known nowhere.
"""

import re
import threading
from collections import Counter
from datetime import date, timedelta

from sqlalchemy import delete, update

from app.core.clock import now
from app.core.db import insert_ignoring
from app.core.text.personal import masked
from app.core.transaction import transaction
from app.search.models import LONGEST_WORDS, EmptySearch

KEPT = timedelta(days=90)
MOST_REMEMBERED = 500
"""Different searches a process remembers between two writes; what comes after is not counted."""

# Reference numbers of every sort: no kind of personal data by themselves, but somebody's all the same.
_NUMBER = re.compile(r"\S*\d{4,}\S*|\S*\d\S*\d\S*\d\S*\d\S*")
_WORD = re.compile(r"[\w•'’-]+")


def normalised(text: str) -> str:
    """What is kept of a search: its words in small letters, personal data and long numbers masked.

    At most LONGEST_WORDS characters; empty when there is nothing to keep.
    """
    hidden = _NUMBER.sub("•••", masked(text))
    words = " ".join(_WORD.findall(hidden.casefold()))
    return words[:LONGEST_WORDS].strip() if re.search(r"[^\W\d_]", words) else ""


class Misses:
    """What one process has counted and not written yet. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: Counter[tuple[date, str]] = Counter()

    def note(self, text: str) -> None:
        """Somebody looked for `text` and nothing was found."""
        key = now().date(), normalised(text)
        with self._lock:
            if key[1] and (key in self._times or len(self._times) < MOST_REMEMBERED):
                self._times[key] += 1

    def write(self) -> None:
        """Add what was counted to the table; what could not be written is counted on."""
        with self._lock:
            times, self._times = self._times, Counter()
        if not times:
            return
        try:
            with transaction() as session:
                # In one order, so that two processes do not wait for each other.
                for (day, words), more in sorted(times.items()):
                    session.connection().execute(
                        insert_ignoring(EmptySearch).values(day=day, words=words, times=0)
                    )
                    row = (EmptySearch.day == day, EmptySearch.words == words)
                    session.execute(update(EmptySearch).where(*row).values(times=EmptySearch.times + more))
        except BaseException:
            with self._lock:
                self._times.update(times)
            raise


def sweep_misses() -> None:
    """Forget what was looked for longer ago than KEPT."""
    with transaction() as session:
        session.execute(delete(EmptySearch).where(EmptySearch.day < now().date() - KEPT))
