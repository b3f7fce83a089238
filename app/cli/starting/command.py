"""The command and its options."""

from collections.abc import Callable
from pathlib import Path

import click

from app.cli.starting import env_file, settings, steps
from app.cli.starting.asking import Asker
from app.config import SettingsError, load
from app.contact.models import Kind
from app.wiring import create_app
from app.wiring.factory import ROOT

KINDS = "|".join(Kind)


@click.command()
@click.option("--yes", is_flag=True, help="Ask nothing: what is set or given as an option stands.")
@click.option(
    "--env-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=ROOT / ".env",
    help="Where settings are kept.",
)
@click.option("--mode", help="support or community.")
@click.option("--marketplace", help="Its name.")
@click.option("--site-name", help="What this site calls itself.")
@click.option("--base-url", help="Its public address.")
@click.option("--help-form-url", help="Community mode: the marketplace's own help form.")
@click.option("--timezone", help="For instance Europe/London.")
@click.option("--data-dir", help="Folder for database, files and index.")
@click.option("--mail-url", help="smtp://…, smtps://… or file:///….")
@click.option("--mail-from", help="A name and an address.")
@click.option(
    "--channel",
    "channels",
    nargs=3,
    multiple=True,
    metavar=f"{KINDS} VALUE PLACE",
    help="A real channel; PLACE may be ''. Repeatable.",
)
@click.option("--checked", "checked_on", help="The day --channel was checked, YYYY-MM-DD; today.")
@click.option("--admin", nargs=2, metavar="NAME EMAIL", help="The first admin.")
@click.option("--test-mail", metavar="EMAIL", help="Send a test letter there.")
@click.option("--import", "path", type=click.Path(path_type=Path), help="Threads from elsewhere.")
@click.option(
    "--invite",
    "invitations",
    nargs=2,
    multiple=True,
    metavar="NAME EMAIL",
    help="A helper, trusted at once. Repeatable.",
)
def start(
    *,
    yes: bool,
    env_file: Path,
    channels: tuple[tuple[str, str, str], ...],
    checked_on: str | None,
    admin: tuple[str, str] | None,
    test_mail: str | None,
    path: Path | None,
    invitations: tuple[tuple[str, str], ...],
    **values: str | None,
) -> None:
    """Set up a real town, step by step. Run again, it shows what is set and lets you change it.

    Settings are written together, after all of them were asked; each later step is kept as soon as it is done. Ctrl+C
    at any moment is safe: the next run goes on.
    """
    asker = Asker(silent=yes)
    try:
        _settle(asker, env_file, {f"BARTACK_{name.upper()}": value for name, value in values.items()})
        _open(
            env_file,
            lambda: steps.tables(asker),
            lambda: steps.real_channels(asker, channels, checked_on),
            lambda: steps.admin(asker, admin),
            lambda: steps.letter(asker, test_mail),
            lambda: steps.bring_in(asker, path),
            lambda: steps.invite(asker, invitations),
        )
    except click.Abort:
        click.echo("\nStopped. What was done so far stays; flask start goes on from there.")
        raise


def _settle(asker: Asker, path: Path, given: dict[str, str | None]) -> None:
    try:
        current = load(path, anew=True)
    except SettingsError as error:
        raise click.ClickException(f"{error} Mend it in {path}, then run flask start again.") from None
    there = env_file.names(path)
    answers = settings.ask(asker, current, given, there)
    settings.keep(asker, path, answers, there)


def _open(path: Path, *parts: Callable[[], None]) -> None:
    """Do the rest on the application that these settings make."""
    try:
        application = create_app(load(path, anew=True))
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    with application.app_context():
        for part in parts:
            part()
    click.echo(
        "\nThe town is open as soon as its two processes run: web and worker, see docs/operate.md. "
        "Then: flask doctor says what is still missing."
    )
