"""The first part: settings, asked together and written at once."""

import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

from app.cli.starting import env_file
from app.cli.starting.asking import Asker
from app.config import Mode, Settings
from app.config.settings import CHECKS, UNNAMED_MARKETPLACE

SECRET = "BARTACK_SECRET_KEY"  # noqa: S105 - the name of it


@dataclass(frozen=True, slots=True)
class Question:
    """One setting: its variable, what is asked, and a line that explains it."""

    name: str
    asks: str
    explains: str = ""


MODE = Question(
    "BARTACK_MODE",
    "Mode",
    "support: the marketplace runs this, people file tickets, agents answer. community: people run it for a marketplace "
    "that is not theirs, and the site prepares messages for that marketplace's own form.",
)
MARKETPLACE = Question("BARTACK_MARKETPLACE", "Name of the marketplace")
SITE_NAME = Question("BARTACK_SITE_NAME", "Name of this site")
BASE_URL = Question("BARTACK_BASE_URL", "Its public address", "https://help.example.org, without a path.")
HELP_FORM = Question(
    "BARTACK_HELP_FORM_URL", "Address of the marketplace's own help form", "https://…, or empty for none."
)
TIMEZONE = Question("BARTACK_TIMEZONE", "Time zone")
DATA_DIR = Question("BARTACK_DATA_DIR", "Folder for database, files and index", "A whole path.")
MAIL_URL = Question(
    "BARTACK_MAIL_URL",
    "Mail server",
    "smtp://NAME:PASSWORD@HOST, smtps://…, or empty: letters are then only written into a folder.",
)
MAIL_FROM = Question(
    "BARTACK_MAIL_FROM", "Letters come from", "A name and an address: Help <help@example.org>"
)


def ask(
    asker: Asker, current: Settings, given: Mapping[str, str | None], set_there: set[str]
) -> dict[str, str]:
    """All settings of the first part, by variable."""
    answers: dict[str, str] = {}

    def put(question: Question, now: str, choices: tuple[str, ...] = ()) -> str:
        if question.explains and given.get(question.name) is None:
            _explain(asker, question)
        answers[question.name] = asker.value(
            question.asks, given.get(question.name), now, CHECKS[question.name], choices
        )
        return answers[question.name]

    mode = put(MODE, current.mode.value, tuple(Mode))
    marketplace = put(MARKETPLACE, "" if current.marketplace == UNNAMED_MARKETPLACE else current.marketplace)
    named = current.site_name if SITE_NAME.name in set_there else f"{marketplace} Help"
    put(SITE_NAME, named)
    base_url = put(BASE_URL, current.base_url)
    if mode == Mode.COMMUNITY:
        put(HELP_FORM, current.help_form_url)
    put(TIMEZONE, current.timezone)
    put(DATA_DIR, str(current.data_dir))
    unsaid = (current.data_dir / "mail").as_uri()
    mail_url = put(MAIL_URL, "" if current.mail_url == unsaid else current.mail_url)
    if mail_url or given.get(MAIL_FROM.name):
        sender = f"{answers[SITE_NAME.name]} <help@{urlsplit(base_url).hostname}>"
        put(MAIL_FROM, current.mail_from if MAIL_FROM.name in set_there else sender)
    real = base_url.startswith("https://") and not _on_this_machine(base_url)
    answers["BARTACK_ENV"] = "production" if real or current.production else "development"
    if real and not current.trusted_proxies:
        answers["BARTACK_TRUSTED_PROXIES"] = "127.0.0.1"
    return answers


def keep(asker: Asker, path: Path, answers: Mapping[str, str], set_there: set[str]) -> None:
    """Show what will be written and write it, with a secret key if there is none. Aborts when told not to."""
    changes = dict(answers)
    if SECRET not in set_there:
        changes[SECRET] = secrets.token_urlsafe(48)
    click.echo(f"\n{path}:")
    for name, value in changes.items():
        click.echo(f"  {name}={_shown(name, value)}")
    there = path.exists()
    question = f"{path} is there already. Set these lines in it?" if there else "Write this file?"
    if not asker.sure(question, default=not there):
        raise click.Abort
    try:
        env_file.write(path, changes)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written ({error.strerror})") from None
    click.echo("Written." if there else "Written, readable by this account alone.")


def _explain(asker: Asker, question: Question) -> None:
    if not asker.silent:
        click.echo(f"\n{question.explains}")


def _shown(name: str, value: str) -> str:
    """Without what nobody should read over a shoulder."""
    if name == SECRET:
        return "(made now, not shown)"
    password = urlsplit(value).password if name == MAIL_URL.name else None
    return value.replace(f":{password}@", ":…@") if password else value


def _on_this_machine(base_url: str) -> bool:
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
