"""`flask audit`: the log of what was done."""

import click
from flask.cli import with_appcontext

from app.audit import operations


@click.group()
def audit() -> None:
    """The append-only log."""


@audit.command()
@with_appcontext
def verify() -> None:
    """Walk the chain and name the first entry that does not hold."""
    broken = operations.verify()
    if broken is not None:
        raise click.ClickException(f"entry {broken} does not hold: it, or the one before it, was changed")
    click.echo("The chain holds.")
