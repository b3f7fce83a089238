"""Towns that are filled once for all tests, and copied: filling the demo town takes ten seconds."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner, Result
from filelock import FileLock

from app.cli.seeding import demo
from app.config import Settings
from app.core.db import db
from app.core.parts import part

DATABASE = "bartack.db"

_kept_in: list[Path] = []


def keep_in(folder: Path) -> None:
    """Where every process of this run finds the towns that are filled."""
    _kept_in[:] = [folder]


def fill() -> Result:
    """`flask demo`, on the database there is."""
    result = CliRunner().invoke(demo, catch_exceptions=False)
    if result.exit_code:
        raise RuntimeError(result.output)
    return result


def demo_town() -> None:
    """What `flask demo` makes of an empty town, in the present application."""
    copied("demo", fill)


def copied(name: str, furnish: Callable[[], object]) -> None:
    """Let the present application's empty town be as `furnish` makes it; on SQLite only the first is made by it."""
    settings = part(Settings)
    if db.engine.dialect.name != "sqlite":
        furnish()
        return
    here, kept = settings.data_dir, _kept_in[0] / f"{name}-{settings.mode}"
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            furnish()
            _copy(here, kept)
            return
    db.session.remove()
    db.engine.dispose()
    _copy(kept, here)


def _copy(source: Path, target: Path) -> None:
    target.mkdir(exist_ok=True)
    with (
        closing(sqlite3.connect(source / DATABASE)) as town,
        closing(sqlite3.connect(target / DATABASE)) as copy,
    ):
        town.backup(copy)
    for folder in ("files", "index"):
        if (source / folder).exists():
            shutil.copytree(source / folder, target / folder, dirs_exist_ok=True)
