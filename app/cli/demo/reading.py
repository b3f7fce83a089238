"""From the TOML files to a town."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

from app.cli.demo.faults import faults
from app.cli.demo.things import (
    Answer,
    Deed,
    Message,
    Person,
    Photo,
    Reply,
    Report,
    Space,
    Tag,
    Thread,
    Ticket,
    Town,
)

_HERE = resources.files("app.cli.demo")
_TABLES = ("person", "space", "tag", "thread", "ticket", "deed", "report")


class BrokenTown(Exception):
    """The demo files contradict themselves; `faults` holds one sentence for each contradiction."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            "The demo town does not hold together:\n" + "\n".join(f"- {fault}" for fault in faults)
        )
        self.faults = faults


def load() -> Town:
    """The whole town, checked; raises BrokenTown."""
    try:
        town = _town(_tables())
    except (TypeError, KeyError) as error:
        raise BrokenTown([f"A missing or unknown table or field: {error}."]) from error
    if found := list(faults(town)):
        raise BrokenTown(found)
    return town


def picture(photo: Photo) -> bytes:
    """What lies in its file."""
    return _HERE.joinpath("photos", photo.file).read_bytes()


def _tables() -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {table: [] for table in _TABLES}
    for entry in sorted(_HERE.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            for table, rows in tomllib.loads(entry.read_text(encoding="utf-8")).items():
                tables[table].extend(rows)
    return tables


def _town(tables: dict[str, list[dict[str, Any]]]) -> Town:
    threads = [_thread(row) for row in tables["thread"]]
    tickets = [_ticket(row) for row in tables["ticket"]]
    deeds = [Deed(**row) for row in tables["deed"]]
    return Town(
        people=tuple(Person(**row) for row in tables["person"]),
        spaces=tuple(Space(**row) for row in tables["space"]),
        tags=tuple(Tag(**{**row, "aliases": tuple(row.get("aliases", ()))}) for row in tables["tag"]),
        threads=tuple(sorted(threads, key=lambda thread: -thread.asked_hours_ago)),
        tickets=tuple(sorted(tickets, key=lambda ticket: -ticket.opened_hours_ago)),
        deeds=tuple(sorted(deeds, key=lambda deed: -deed.hours_ago)),
        reports=tuple(Report(**_trimmed(row)) for row in tables["report"]),
    )


def _thread(row: dict[str, Any]) -> Thread:
    fields = _trimmed(row)
    answers = [_answer(answer) for answer in fields.pop("answer", [])]
    fields["tags"] = tuple(fields["tags"])
    fields["photos"] = _photos(fields)
    fields["comments"] = _replies(fields.pop("comment", []), f"{fields['key']}-comment", fields["key"])
    return Thread(**fields, answers=tuple(sorted(answers, key=lambda answer: answer.after_minutes)))


def _answer(row: dict[str, Any]) -> Answer:
    fields = _trimmed(row)
    fields["photos"] = _photos(fields)
    fields["replies"] = _replies(fields.pop("reply", []), fields["key"], fields["key"])
    return Answer(**fields)


def _replies(rows: list[dict[str, Any]], begin: str, to: str) -> tuple[Reply, ...]:
    """Earliest first; those without a key are numbered, those that say nothing else reply to what all stand under."""
    in_time = sorted(rows, key=lambda row: int(row["after_minutes"]))
    return tuple(
        Reply(**{"key": f"{begin}-{number}", "to": to, **_trimmed(row)}) for number, row in enumerate(in_time)
    )


def _photos(fields: dict[str, Any]) -> tuple[Photo, ...]:
    return tuple(Photo(**photo) for photo in fields.get("photos", ()))


def _ticket(row: dict[str, Any]) -> Ticket:
    fields = dict(row)
    messages = [Message(**_trimmed(message)) for message in fields.pop("message")]
    return Ticket(**fields, messages=tuple(sorted(messages, key=lambda message: message.after_minutes)))


def _trimmed(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "body": row["body"].strip()}
