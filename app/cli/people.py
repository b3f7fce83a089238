"""`flask people`: people an operator vouches for."""

import click
from flask.cli import with_appcontext

from app.accounts.actor import Role
from app.accounts.operations import people as operations
from app.core.problems import Problem


@click.group()
def people() -> None:
    """Add people and their roles."""


@people.command()
@click.argument("name")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([role.value for role in Role if role is not Role.VISITOR]), default="member"
)
@with_appcontext
def add(name: str, email: str, role: str) -> None:
    """Add NAME with EMAIL; prints a link with which they choose a password."""
    try:
        added = operations.add_person(name=name, email=email, role=Role(role))
    except Problem as problem:
        raise click.ClickException(str(problem.message)) from None
    click.echo(f"{name} is here as {role}.")
    click.echo(f"Password link, good for three days: {added.link}")
