"""Tables of numbers: drawn on a page and written as CSV from the same cells."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import NamedTuple

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Cell(NamedTuple):
    """What a cell says, where the rows behind it are, and in CSV its bare `value` when that says it better."""

    text: str
    url: str | None = None
    value: float | int | str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is that of its CSV; the first column names a row, the others are figures unless `words` lists them."""

    name: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    words: frozenset[int] = frozenset({0})


def count(number: int, url: str) -> Cell:
    """A number with the rows behind it; nought has none."""
    return Cell(str(number), url if number else None, number)


def as_csv(table: Table) -> str:
    """The table as RFC 4180 has it. What a spreadsheet would take for a formula is quoted."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([_plain(words) for words in table.head])
    for row in table.rows:
        writer.writerow([_plain(cell.text if cell.value is None else cell.value) for cell in row])
    return out.getvalue()


def _plain(value: float | str) -> float | str:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
