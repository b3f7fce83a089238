"""`flask demo` itself."""

import click
from flask.cli import with_appcontext

from app.accounts.queries import person_named
from app.cli.demo import Person, load
from app.cli.seeding.life import Life
from app.config import Mode, Settings
from app.core.parts import part

PASSWORD = "seams-and-buttons"  # noqa: S105 - printed for everybody; production refuses the demo town


@click.command()
@with_appcontext
def demo() -> None:
    """Fill this installation with a demo town, once, and print how to sign in."""
    settings = part(Settings)
    if settings.production:
        raise click.ClickException("the demo town has known passwords; production refuses it")
    town = load()
    with_support = settings.mode is Mode.SUPPORT
    if person_named(town.people[0].name) is None:
        Life(town, with_support=with_support, password=PASSWORD, address=address).happen()
    click.echo(f"Demo sign-ins, all with the password {PASSWORD}")
    for plays, person in town.cast.items():
        if plays != "agent" or with_support:
            click.echo(f"  {plays:<10} {address(person)}")


def address(person: Person) -> str:
    """The demo person's mail address."""
    return f"{person.name}@demo.example"
