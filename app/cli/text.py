"""`flask text`: what the text pipeline made of posts."""

import click
from flask.cli import with_appcontext

from app.forum import rebuilding


@click.group()
def text() -> None:
    """Posts as they are read: rendered and with personal data masked."""


@text.command()
@click.option(
    "--all", "everything", is_flag=True, help="Also those of this version, after another country was set."
)
@with_appcontext
def rebuild(everything: bool) -> None:
    """Render and mask posts anew that an older version wrote. May be stopped, and goes on where it was."""
    with click.progressbar(length=rebuilding.outdated(everything=everything), label="Posts") as bar:
        changed = 0
        for done, differing in rebuilding.rebuild(everything=everything):
            changed += differing
            bar.update(done)
    click.echo(f"{changed} posts read differently now.")
