"""`flask people`: people an operator vouches for."""

import click
from flask.cli import with_appcontext

from app.accounts.actor import Role
from app.accounts.operations import people as operations
from app.accounts.queries import person_named
from app.core.problems import Problem

ROLES = [role.value for role in Role if role is not Role.VISITOR]


@click.group()
def people() -> None:
    """Add people and their roles."""


@people.command()
@click.argument("name")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), default="member")
@with_appcontext
def add(name: str, email: str, role: str) -> None:
    """Add NAME with EMAIL; prints a link with which they choose a password."""
    try:
        added = operations.add_person(name=name, email=email, role=Role(role))
    except Problem as problem:
        raise click.ClickException(str(problem.message)) from None
    click.echo(f"{name} is here as {role}.")
    click.echo(f"Password link, good for three days: {added.link}")


@people.command()
@click.argument("name")
@click.argument("new_role", type=click.Choice(ROLES), metavar="ROLE")
@with_appcontext
def role(name: str, new_role: str) -> None:
    """Give NAME another ROLE; they sign in anew with it."""
    person = person_named(name)
    if person is None:
        raise click.ClickException(f"nobody here is called {name}")
    operations.change_role(account_id=person.id, role=Role(new_role))
    click.echo(f"{name} is {new_role} now.")
