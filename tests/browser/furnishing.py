"""What a site is filled with before a browser comes; each runs inside its application context."""

import itertools
from collections.abc import Callable
from pathlib import Path

import click
from click.testing import CliRunner

from app.accounts.actor import Role
from app.accounts.operations.people import add_person
from app.cli import demo
from app.cli.importing import jsonl
from app.cli.seeding import PASSWORD, address
from app.cli.seeding import demo as seed

SOURCES = ("stackfaq", "qatar-living")
IMPORTED_EACH = 60

Furnish = Callable[[], None]


def demo_town() -> None:
    """The demo town, whole."""
    _run(seed)


def demo_cast() -> None:
    """An empty town with the people one can sign in as."""
    for person in demo.load().cast.values():
        add_person(
            name=person.name,
            email=address(person),
            role=Role(person.role),
            display_name=person.display,
            password=PASSWORD,
        )


def real_threads(folder: Path, scratch: Path) -> Furnish:
    """The cast, and IMPORTED_EACH threads of each source in `folder`, brought in by `flask import jsonl`."""

    def furnish() -> None:
        demo_cast()
        for source in SOURCES:
            few = scratch / f"{source}.jsonl"
            with (folder / source / "threads.jsonl").open(encoding="utf-8") as lines:
                few.write_text("".join(itertools.islice(lines, IMPORTED_EACH)), encoding="utf-8")
            _run(jsonl, str(few))

    return furnish


def _run(command: click.Command, *arguments: str) -> None:
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    if result.exit_code:
        raise RuntimeError(result.output)
