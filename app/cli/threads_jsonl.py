"""Threads as JSON lines, one a line; the format is told in docs/import.md."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load
from marshmallow.validate import Length, OneOf

from app.core.text import clean_line
from app.core.text.importing import Format

LONGEST_LINE = 8 * 1024 * 1024
LONGEST_ID = 120
FIRST_YEAR, LAST_YEAR = 1900, 9000
FORMATS: tuple[Format, ...] = ("text", "markdown", "html")
KINDS = ("question",)


@dataclass(frozen=True, slots=True)
class Reply:
    id: str
    parent: str | None
    author: str
    created_at: datetime | None
    format: Format
    body: str


@dataclass(frozen=True, slots=True)
class Record:
    """One thread as it was written elsewhere; replies stand after what they reply to."""

    source: str
    id: str
    kind: str
    title: str
    body: str
    format: Format
    author: str
    created_at: datetime
    tags: list[str]
    accepted: str | None
    replies: list[Reply]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file: the record, or why there is none; `size` in bytes."""

    number: int
    size: int
    record: Record | None
    reason: str = ""


def read(file: BinaryIO) -> Iterator[Row]:
    """Every line that is not blank, one in memory at a time. Nothing is raised for what stands in the file."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        size = len(line)
        if size > LONGEST_LINE:
            while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                size += len(rest)
            yield Row(number, size, None, f"the line is longer than {LONGEST_LINE // 1024 // 1024} MB")
        elif line.strip():
            yield _row(number, line)


def _row(number: int, line: bytes) -> Row:
    try:
        return Row(number, len(line), _RECORD.load(json.loads(line.decode())))
    except UnicodeDecodeError:
        reason = "not UTF-8"
    except json.JSONDecodeError as error:
        reason = f"not JSON: {error.msg} at character {error.pos + 1}"
    except RecursionError:
        reason = "not JSON: nested too deeply"
    except ValidationError as error:
        reason = "; ".join(_flat(error.messages))
    return Row(number, len(line), None, reason)


def _flat(messages: Any, path: str = "") -> Iterator[str]:
    if isinstance(messages, dict):
        for key, below in messages.items():
            yield from _flat(below, path if key == "_schema" else f"{path}.{key}".lstrip("."))
    else:
        yield f"{path}: {' '.join(messages)}" if path else " ".join(messages)


class _Moment(fields.AwareDateTime):
    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=UTC, validate=_after_1900, **options)


def _after_1900(moment: datetime) -> None:
    """Earlier than any forum; and times at the ends of the calendar cannot be turned into UTC."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValidationError(f"is not between {FIRST_YEAR} and {LAST_YEAR}")


def _plain(name: str) -> None:
    """Control characters and halves of characters cannot be stored."""
    if clean_line(name) != name:
        raise ValidationError("holds characters that cannot be kept, or spaces at its ends")


class _ReplySchema(Schema):
    class Meta:
        unknown = EXCLUDE

    id = fields.Str(required=True, validate=[Length(1, LONGEST_ID), _plain])
    parent = fields.Str(load_default=None, allow_none=True)
    author = fields.Str(required=True, validate=[Length(1, LONGEST_ID), _plain])
    created_at = _Moment(load_default=None, allow_none=True)
    format = fields.Str(load_default="text", validate=OneOf(FORMATS))
    body = fields.Str(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_options: object) -> Reply:
        return Reply(**data)


class _RecordSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    source = fields.Str(required=True, validate=[Length(1, 60), _plain])
    id = fields.Str(required=True, validate=[Length(1, LONGEST_ID), _plain])
    kind = fields.Str(load_default="question", validate=OneOf(KINDS))
    title = fields.Str(required=True)
    body = fields.Str(load_default="")
    format = fields.Str(load_default="text", validate=OneOf(FORMATS))
    author = fields.Str(required=True, validate=[Length(1, LONGEST_ID), _plain])
    created_at = _Moment(required=True)
    tags = fields.List(fields.Str(), load_default=list)
    accepted = fields.Str(load_default=None, allow_none=True)
    replies = fields.List(fields.Nested(_ReplySchema), load_default=list)

    @post_load
    def _make(self, data: dict[str, Any], **_options: object) -> Record:
        data["title"] = clean_line(data["title"])
        if not data["title"]:
            raise ValidationError("is empty", "title")
        replies = data["replies"]
        ids = [reply.id for reply in replies]
        if len(set(ids)) != len(ids):
            raise ValidationError("two replies have one id", "replies")
        if data["accepted"] is not None and data["accepted"] not in ids:
            raise ValidationError(f"{data['accepted']} is not among the replies", "accepted")
        data["replies"] = list(_timed(_parents_first(replies), data["created_at"]))
        return Record(**data)


def _timed(replies: Iterator[Reply], asked_at: datetime) -> Iterator[Reply]:
    """A reply without a time has that of what it replies to."""
    times: dict[str | None, datetime] = {None: asked_at}
    for reply in replies:
        times[reply.id] = reply.created_at or times[reply.parent]
        yield replace(reply, created_at=times[reply.id])


def _parents_first(replies: list[Reply]) -> Iterator[Reply]:
    """Raises ValidationError for a reply whose parent is missing, or that is its own ancestor."""
    waiting = list(replies)
    placed: set[str | None] = {None}
    while waiting:
        ready = [reply for reply in waiting if reply.parent in placed]
        if not ready:
            raise ValidationError(
                f"{waiting[0].id} replies to {waiting[0].parent}, which leads nowhere", "replies"
            )
        yield from ready
        placed |= {reply.id for reply in ready}
        waiting = [reply for reply in waiting if reply.id not in placed]


_RECORD = _RecordSchema()
