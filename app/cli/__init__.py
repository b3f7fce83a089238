"""Commands: what an operator types after `flask`. Each is loaded when it is called."""

import click
from flask import Flask
from flask.cli import AppGroup
from werkzeug.utils import import_string

COMMANDS = {
    "audit": "app.cli.audit:audit",
    "demo": "app.cli.seeding:demo",
    "doctor": "app.cli.doctor:doctor",
    "import": "app.cli.importing:import_",
    "jobs": "app.cli.jobs:jobs",
    "mail": "app.cli.mail:mail",
    "people": "app.cli.people:people",
    "search": "app.cli.search:search",
    "text": "app.cli.text:text",
    "start": "app.cli.starting:start",
    "worker": "app.cli.worker:worker",
}


class Commands(AppGroup):
    """The commands above, imported by name, so that serving pages does not load them."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *COMMANDS})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in COMMANDS:
            command: click.Command = import_string(COMMANDS[name])
            return command
        return super().get_command(context, name)


def init_app(app: Flask) -> None:
    """Add the commands to those that extensions brought (`flask db`)."""
    app.cli = Commands(app.name, commands=app.cli.commands)
