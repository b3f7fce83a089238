"""The second part: tables, channels, the first admin, a letter, an import, helpers. Each is kept as soon as it is done."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname
from uuid import uuid4

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import select

from app.accounts import addresses
from app.accounts.actor import Role
from app.accounts.models import Account, AccountState
from app.accounts.operations import people
from app.cli.importing import jsonl, stackexchange
from app.cli.starting.asking import Asker
from app.config import Settings
from app.contact import operations as contact
from app.contact.models import Kind
from app.contact.queries import channels
from app.contact.words import KINDS
from app.core.clock import now
from app.core.db import db
from app.core.parts import part
from app.core.problems import Problem
from app.mail.operations import post

NOT_IN_NAME = re.compile(r"[^a-z0-9._-]+")


def tables(asker: Asker) -> None:
    """Make the tables; those that are there already are brought up to date only when told to."""
    with db.engine.connect() as connection:
        at = set(MigrationContext.configure(connection).get_current_heads())
    newest = set(ScriptDirectory(current_app.extensions["migrate"].directory).get_heads())
    if at == newest:
        click.echo("Tables: there, and up to date.")
        return
    if at and not asker.sure(
        "The tables are of an older version. Is there a backup, and shall they be changed now?"
    ):
        raise click.Abort
    upgrade()
    click.echo("Tables: made." if not at else "Tables: up to date now.")


def real_channels(asker: Asker, given: Iterable[tuple[str, str, str]], checked_on: str | None) -> None:
    """Where the marketplace can really be reached; shown to everybody at /contact."""
    marketplace = part(Settings).marketplace
    click.echo(f"\nReal channels of {marketplace}, shown at /contact:")
    for kind, value, place in given:
        _add(Asker(silent=True), marketplace, kind, value, place, checked_on)
    known = channels()
    for row in known:
        where = f" ({row.place})" if row.place else ""
        click.echo(f"  {KINDS[row.kind]}: {row.value}{where}, checked on {row.checked_on.isoformat()}")
    if not known:
        click.echo("  none yet")
    while asker.more("Add one?"):
        kind = asker.value("What is it", None, Kind.PAGE.value, str, tuple(Kind))
        value = asker.text(f"The {kind}'s address, number or name")
        place = asker.text("What it is for, or of a handle where (empty: nothing)")
        today = now().date().isoformat()
        looked = asker.value("Checked on", None, checked_on or today, date.fromisoformat)
        _add(asker, marketplace, kind, value, place, looked)


def _add(asker: Asker, marketplace: str, kind: str, value: str, place: str, checked_on: str | None) -> None:
    try:
        day = date.fromisoformat(checked_on) if checked_on else None
        contact.add_channel(
            None, marketplace=marketplace, kind=Kind(kind), value=value, place=place, checked_on=day
        )
    except ValueError:
        raise click.ClickException(f"{kind} {checked_on or ''}: no such kind, or no such day") from None
    except Problem as problem:
        asker.again(problem)


def admin(asker: Asker, given: tuple[str, str] | None) -> None:
    """Somebody who may do everything."""
    there = db.session.scalars(
        select(Account.name).where(Account.role == Role.ADMIN, Account.state == AccountState.ACTIVE)
    ).all()
    if there:
        click.echo(f"\nAdmin: {', '.join(there)}.")
        return
    click.echo("\nThe first admin: gives roles, changes channels.")
    while True:
        name, email = given or (asker.text("Name, a-z, 0-9 and . _ -"), asker.text("E-mail address"))
        if not name and not email:
            click.echo("  Nobody yet. Later: flask people add NAME EMAIL --role admin")
            return
        try:
            added = people.add_person(name=name, email=email, role=Role.ADMIN)
        except Problem as problem:
            (Asker(silent=True) if given else asker).again(problem)
        else:
            click.echo(f"  {name} is admin. Choose a password within three days: {added.link}")
            return


def letter(asker: Asker, to: str | None) -> None:
    """A letter to see whether letters arrive, sent at once."""
    email = to or asker.text("\nSend a test letter to (empty: not now)")
    if not email:
        return
    if addresses.canonical(email) is None:
        raise click.ClickException(f"{email} is no e-mail address")
    settings = part(Settings)
    try:
        post("test", to=email, locale="en", context={}, key=f"test:{uuid4()}")
    except OSError as error:
        click.echo(
            f"  It could not be sent: {error}. Look at BARTACK_MAIL_URL; run flask start again to change it."
        )
        return
    parts = urlsplit(settings.mail_url)
    if parts.scheme == "file":
        click.echo(f"  Written into {url2pathname(parts.path)}. It reaches nobody: no mail server is set.")
    else:
        click.echo(
            f"  Handed to {parts.hostname} for {email}, from {settings.mail_from}. See whether it arrives."
        )


def bring_in(asker: Asker, given: Path | None) -> None:
    """Threads from elsewhere, if there are any."""
    typed = (
        "" if given else asker.text("\nImport threads from (a .jsonl, a Stack Exchange dump, empty: nothing)")
    )
    path = given or (Path(typed).expanduser() if typed else None)
    if path is None:
        return
    if not path.exists():
        raise click.ClickException(f"{path} is not there")
    context = click.get_current_context()
    if path.is_dir() or path.suffix == ".xml":
        context.invoke(stackexchange, path=path, space="Imported", source=None, old_base="", redirects=False)
    else:
        context.invoke(jsonl, file=path, space="Imported")


def invite(asker: Asker, given: Sequence[tuple[str, str]]) -> None:
    """Helpers who are trusted at once; each gets a letter with a link."""
    for name, email in given:
        _invite(Asker(silent=True), name, email)
    while email := asker.text("\nInvite a helper, trusted at once: their address (empty: nobody more)"):
        plain = NOT_IN_NAME.sub("-", email.partition("@")[0].lower()).strip("._-")
        _invite(asker, asker.value("Their name here", None, plain[:20], str), email)


def _invite(asker: Asker, name: str, email: str) -> None:
    try:
        address = addresses.checked(email)
        if db.session.scalar(select(Account.id).where(Account.email == address)):
            again = people.invite_again(email=address)
            click.echo(f"  {address}: " + ("another letter is on its way." if again else "is here already."))
            return
        people.add_person(name=name, email=address, role=Role.TRUSTED, invited=True)
    except Problem as problem:
        asker.again(problem)
    else:
        click.echo(f"  {name} is trusted; a letter to {address} goes out as soon as the worker runs.")
