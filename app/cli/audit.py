"""`flask audit`: the log of what was done."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from app.audit import heads, operations
from app.audit.heads import Head, NoHead


@click.group()
def audit() -> None:
    """The append-only log."""


@audit.command()
@click.option(
    "--heads",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare with the heads in this file, a copy kept elsewhere, instead of those in the data folder.",
)
@with_appcontext
def verify(path: Path | None) -> None:
    """Walk the chain, compare it with the heads that were written down, and name the first that does not hold."""
    broken = operations.verify()
    if broken is not None:
        raise click.ClickException(f"entry {broken} does not hold: it, or the one before it, was changed")
    kept = path or heads.heads_file()
    known = _heads_in(kept)
    missing = heads.first_missing(known)
    if missing is not None:
        raise click.ClickException(
            f"the head of {missing.day} is not in the chain: entry {missing.number} with the seal {missing.hash}"
            " was there that day. What came last was cut off, or the log was written anew"
        )
    if known:
        click.echo(f"The chain holds, and with it all {len(known)} heads written since {known[0].day}.")
    else:
        click.echo(
            f"The chain holds. {kept} has no head yet, so entries cut off at its end would not be missed."
        )


@audit.command()
@with_appcontext
def head() -> None:
    """Print the newest entry's day, number and seal, as the worker writes it down daily."""
    newest = heads.head()
    if newest is None:
        raise click.ClickException("nothing was written into the log yet")
    click.echo(str(newest))


def _heads_in(path: Path) -> list[Head]:
    try:
        return list(heads.written(path))
    except NoHead as problem:
        raise click.ClickException(f"line {problem.line} of {path} is no head: day, number, seal") from None
