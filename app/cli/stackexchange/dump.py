"""The files of a dump: XML, a row an element, everything in attributes.

What the attributes mean is told in the README of every dump and at
https://meta.stackexchange.com/questions/2677/database-schema-documentation-for-the-public-data-dump-and-sede.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

FIRST_YEAR, LAST_YEAR = 1900, 9000
LARGEST_ID = 2**62

QUESTION, ANSWER, EXCERPT, WIKI = 1, 2, 4, 5
UP, DOWN = 2, 3
DUPLICATE = 3

BETWEEN_TAGS = re.compile(r"[<>|]+")

Row = Mapping[str, str]
Progress = Callable[[int], None]
"""Told how many more bytes were read."""


LONGEST_ROW = 2 * 1024 * 1024
"""Bytes. A post has 30,000 characters at most, six bytes each where all are escaped. The parser begins an unfinished row
anew with each piece it is given, so that one without an end would keep it for hours."""


class BrokenDump(Exception):
    """A file that is no dump, or ends midway; the sentence names it."""


class Unfit(ValueError):
    """A row that cannot be kept, and why."""


def rows(file: Path, progress: Progress = lambda _bytes: None) -> Iterator[Row]:
    """The attributes of every row, one in memory at a time. Raises BrokenDump."""
    with file.open("rb") as opened:
        stream, told = _Pieces(opened), 0
        try:
            events = iter(iterparse(stream, events=("start", "end")))
            _event, root = next(events)
            for event, element in events:
                stream.since = 0
                if event == "start" or element is root:
                    continue
                if element.tag == "row":
                    yield element.attrib
                # Read elements hang on the root until it lets them go.
                root.clear()
                progress(stream.tell() - told)
                told = stream.tell()
        except ParseError as error:
            line, _column = error.position
            raise BrokenDump(f"{file.name} is broken off or no XML: line {line}.") from None
        except DefusedXmlException:
            raise BrokenDump(f"{file.name} defines entities of its own, which no dump does.") from None
        except _EndlessRow:
            most = LONGEST_ROW // 1024**2
            raise BrokenDump(f"{file.name} has a row of more than {most} MB, which no dump has.") from None


class _EndlessRow(Exception):
    pass


class _Pieces:
    """A file as the parser reads it, until it has read LONGEST_ROW bytes `since` the last row it has told of."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.since = 0

    def read(self, size: int = -1) -> bytes:
        if self.since > LONGEST_ROW:
            raise _EndlessRow
        piece = self._stream.read(size)
        self.since += len(piece)
        return piece

    def tell(self) -> int:
        return self._stream.tell()


def number(row: Row, name: str) -> int:
    """Raises Unfit without a whole number of that name."""
    value = optional_number(row, name)
    if value is None:
        raise Unfit(f"has no {name}")
    return value


def optional_number(row: Row, name: str) -> int | None:
    """Raises Unfit for what is there and no whole number."""
    written = row.get(name)
    if not written:
        return None
    digits = written.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or abs(int(digits[:20])) > LARGEST_ID:
        raise Unfit(f"has a {name} that is no number")
    return int(written)


def moment(row: Row, name: str) -> str:
    """A time in UTC, as ISO 8601. Raises Unfit without one."""
    found = optional_moment(row, name)
    if found is None:
        raise Unfit(f"has no {name}")
    return found


def optional_moment(row: Row, name: str) -> str | None:
    """Raises Unfit for what is there and no time of a century with forums."""
    written = row.get(name)
    if not written:
        return None
    try:
        parsed = datetime.fromisoformat(written)
        if not FIRST_YEAR <= parsed.year <= LAST_YEAR:
            raise ValueError(written)
    except ValueError:
        raise Unfit(f"has a {name} that is no time") from None
    return (parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)).isoformat()


def tags(row: Row) -> str:
    """The names of tags, with spaces between; older dumps write `<a><b>`, newer ones `|a|b|`."""
    return " ".join(part for part in BETWEEN_TAGS.split(row.get("Tags", "")) if part.strip())
