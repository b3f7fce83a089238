"""Long lists, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote, urlencode

from flask import request

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows; `more` says that at least one more page exists. Pages count from 1."""

    rows: Sequence[Row]
    number: int
    more: bool

    def url(self, number: int) -> str:
        """This page's address with another number."""
        asked = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
        query = urlencode([*asked, ("page", number)] if number > 1 else asked)
        return f"{quote(request.path)}?{query}" if query else quote(request.path)


def page_number() -> int:
    """The page asked for; 1 when the address says nothing sensible."""
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def cut(rows: Sequence[Row], number: int, size: int) -> Page[Row]:
    """A page from `size + 1` fetched rows: the extra one only tells that there is more."""
    return Page(rows[:size], number, len(rows) > size)
