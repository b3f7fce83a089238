"""What community asks of whoever counts presence."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Days:
    """On how many days a person was here, and how many threads they read on them."""

    present: int = 0
    threads_read: int = 0


class Presence(Protocol):
    """Tells who was here and read."""

    def __call__(self, account_ids: Collection[int], since: date | None) -> Mapping[int, Days]:
        """By account, from `since` on or ever, in one statement; whoever was never here may be left out."""
        ...
