"""`flask doctor`: what is wrong with this installation, in words, and what to do about it."""

import shutil
import smtplib
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app.accounts.actor import Role
from app.accounts.models import Account, AccountState
from app.audit import operations as audit
from app.community import recounting as reputations
from app.config import Mode, Settings
from app.config.settings import UNNAMED_MARKETPLACE
from app.core.clock import now
from app.core.db import db
from app.core.parts import part
from app.core.text import render
from app.forum import recounting
from app.forum.models import Space
from app.jobs import queries as jobs
from app.jobs.models import Job, Lane
from app.mail.adapters import SMTPS_PORT, SUBMISSION_PORT
from app.questions import recounting as questions
from app.search.ports import Index, Unavailable
from app.search.synonyms import Synonyms

LEAST_FREE_BYTES = 1024**3
LONGEST_WAIT = timedelta(minutes=2)
MAIL_SECONDS = 5

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}

Look = Callable[[Settings], Iterator[str]]


@click.command()
@click.option(
    "--recount",
    is_flag=True,
    help="Count answers, replies, votes, tags and reputation anew and mend what is wrong.",
)
@with_appcontext
def doctor(recount: bool) -> None:
    """Say in words what is wrong with this installation, and what to do.

    Nothing is changed, except by --recount. Exit code 1 when something is wrong.
    """
    settings = part(Settings)
    wrong = _told(ALONE, settings)
    if unreachable := _told(DATABASE, settings):
        wrong += unreachable
        click.echo("Everything else needs the database and was not looked at.")
    else:
        if recount:
            _recount()
            _recount_people()
        wrong += _told(ON_THE_DATABASE, settings)
    if wrong:
        raise click.ClickException("one thing is wrong." if wrong == 1 else f"{wrong} things are wrong.")
    click.echo("All is well.")


def _told(looks: dict[str, Look], settings: Settings) -> int:
    """Print what each look finds; how much it was."""
    found = 0
    for name, look in looks.items():
        complaints = list(look(settings))
        click.echo(f"{'WRONG' if complaints else 'ok':<6} {name}")
        for complaint in complaints:
            click.echo(f"       {complaint}")
        found += len(complaints)
    return found


def _settings(settings: Settings) -> Iterator[str]:
    if settings.mode is Mode.COMMUNITY and settings.marketplace == UNNAMED_MARKETPLACE:
        yield (
            "In community mode every page says which marketplace this site is not affiliated with. "
            "Set BARTACK_MARKETPLACE to its name."
        )
    if not settings.production:
        return
    if not settings.https:
        yield "Passwords and cookies travel unencrypted. Set BARTACK_BASE_URL to the site's https:// address."
    if settings.host in LOCAL_HOSTS:
        yield f"Links in letters lead to {settings.host}. Set BARTACK_BASE_URL to the site's public address."
    if not settings.trusted_proxies:
        yield (
            "Every visitor seems to come from the reverse proxy, so all of them share one limit. "
            "Set BARTACK_TRUSTED_PROXIES to the proxy's address, 127.0.0.1 when it runs on this machine."
        )
    if urlsplit(settings.mail_url).scheme == "file":
        yield "Letters are only written into a folder and reach nobody. Set BARTACK_MAIL_URL to smtp:// or smtps://."
    if settings.mail_from.rstrip(">").endswith("@localhost"):
        yield f"Letters come from {settings.mail_from}. Set BARTACK_MAIL_FROM to an address of your domain."


def _data_folder(settings: Settings) -> Iterator[str]:
    folder = settings.data_dir
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield f"{folder} cannot be written to ({error.strerror}). Let the account Bartack runs as own it."
        return
    owner = folder.stat().st_uid
    strangers = sorted(entry.name for entry in folder.iterdir() if entry.stat().st_uid != owner)
    if strangers:
        yield (
            f"In {folder}, {', '.join(strangers)} belong to another account than the folder. Run commands as the "
            f"account that runs Bartack, and give them back: chown -R --reference={folder} {folder}"
        )
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        yield f"Only {free / 1024**2:.0f} MB are free where {folder} lies. Make room: Bartack wants 1 GB at least."


def _text(_settings: Settings) -> Iterator[str]:
    rendered = render("**bold**")
    if rendered.fallback or "<strong>" not in rendered.html:
        yield (
            "The process that renders text does not, so posts are stored as plain text. "
            "Install anew from requirements.lock; what it says is in the log of the web process."
        )


def _mail(settings: Settings) -> Iterator[str]:
    parts = urlsplit(settings.mail_url)
    if parts.scheme == "file":
        folder = Path(url2pathname(parts.path))
        there = next(place for place in (folder, *folder.parents) if place.exists())
        try:
            with tempfile.TemporaryFile(dir=there):
                pass
        except OSError as error:
            yield f"Letters cannot be written to {folder} ({error.strerror}). Make it writable, or set BARTACK_MAIL_URL."
        return
    connect, usual_port = (
        (smtplib.SMTP_SSL, SMTPS_PORT) if parts.scheme == "smtps" else (smtplib.SMTP, SUBMISSION_PORT)
    )
    host, port = parts.hostname or "localhost", parts.port or usual_port
    try:
        with connect(host, port, timeout=MAIL_SECONDS) as connection:
            connection.ehlo()
    except OSError as error:
        yield f"The mail server {host}:{port} does not answer ({error}). See BARTACK_MAIL_URL."


def _database(_settings: Settings) -> Iterator[str]:
    address = db.engine.url
    if address.drivername == "sqlite" and not Path(address.database or "").is_file():
        yield f"There is no database at {address} yet. Make it: flask db upgrade"
        return
    try:
        with db.engine.connect() as connection:
            at = set(MigrationContext.configure(connection).get_current_heads())
    except DBAPIError as error:
        yield f"The database {address} cannot be used: {str(error.orig).splitlines()[0]} See BARTACK_DATABASE_URL."
        return
    scripts = ScriptDirectory(current_app.extensions["migrate"].directory)
    newest = set(scripts.get_heads())
    if at == newest:
        return
    if at <= {script.revision for script in scripts.walk_revisions()}:
        yield (
            f"The database is at migration {', '.join(at) or 'none'}, the newest is {', '.join(newest)}. "
            "Make a backup, then run: flask db upgrade"
        )
    else:
        yield f"The database is at migration {', '.join(at)}, which this version of Bartack does not know. Install a newer one."


def _worker(_settings: Settings) -> Iterator[str]:
    if overdue := _overdue(Lane.QUEUE):
        yield f"Nobody carries out jobs; overdue by more than two minutes: {overdue}. Start the worker: flask worker"


def _search(_settings: Settings) -> Iterator[str]:
    try:
        part(Index).position()
    except Unavailable as reason:
        yield (
            f"There is no sound search index ({reason}), so the database answers, and less well. "
            "The worker makes it anew; so does: flask search rebuild"
        )
    if overdue := _overdue(Lane.INDEX):
        yield f"The index lags; changes it has not seen for two minutes: {overdue}. Start the worker: flask worker"


def _synonyms(_settings: Settings) -> Iterator[str]:
    for complaint in part(Synonyms).complaints:
        yield f"{complaint} It is skipped; mend it and start the site anew."


def _overdue(lane: Lane) -> int:
    waiting = (Job.lane == lane, Job.done_at.is_(None), Job.dead_at.is_(None))
    overdue = select(func.count()).where(*waiting, Job.due_at < now() - LONGEST_WAIT)
    return db.session.scalar(overdue) or 0


def _dead_letters(_settings: Settings) -> Iterator[str]:
    _waiting, dead = jobs.counts()
    if dead:
        yield (
            f"Jobs that failed for good: {dead}. Read why: flask jobs list. "
            "Once the cause is mended, try them again: flask jobs retry"
        )


def _audit_log(_settings: Settings) -> Iterator[str]:
    broken = audit.verify()
    if broken is not None:
        yield (
            f"Entry {broken} of the audit log does not hold: it, or the one before it, was changed. "
            "Keep this database as evidence and compare it with a backup."
        )


def _spaces(_settings: Settings) -> Iterator[str]:
    if not db.session.scalar(select(func.count()).select_from(Space)):
        yield "There is no topic, so nobody can ask. Bring one with: flask import jsonl FILE --space NAME"


def _admin(settings: Settings) -> Iterator[str]:
    admins = select(Account.id).where(Account.role == Role.ADMIN, Account.state == AccountState.ACTIVE)
    if settings.production and db.session.scalar(admins.limit(1)) is None:
        yield "Nobody is admin. Add one: flask people add NAME EMAIL --role admin"


def _recount() -> None:
    mended = 0
    with click.progressbar(length=recounting.thread_count(), label="Recounting") as bar:
        for looked_at, differences in recounting.recount():
            for thread in differences:
                before, after = thread.before, thread.after
                click.echo(
                    f"\nthread {thread.thread_id} has {after.answers} answers and {after.replies} replies, "
                    f"not {before.answers} and {before.replies}: mended"
                )
            mended += len(differences)
            bar.update(looked_at)
    for post in recounting.recount_votes():
        click.echo(
            f"post {post.post_id} has {post.after[0]} votes for it and {post.after[1]} against, "
            f"not {post.before[0]} and {post.before[1]}: mended"
        )
    for tag in recounting.recount_tags():
        click.echo(f"tag {tag.name} is on {tag.after} threads, not {tag.before}: mended")
    for question in questions.recount_too():
        click.echo(
            f"thread {question.thread_id} is had by {question.after} others too, not {question.before}: mended"
        )
    click.echo(f"Recounted; {mended} threads mended.")


def _recount_people() -> None:
    mended = 0
    with click.progressbar(length=reputations.people_count(), label="Ledgers") as bar:
        for looked_at, differences in reputations.recount():
            for person in differences:
                click.echo(
                    f"\nperson {person.account_id} has a reputation of {person.after}, not {person.before}: mended"
                )
            mended += len(differences)
            bar.update(looked_at)
    click.echo(f"Ledgers added up; {mended} people mended.")


ALONE: dict[str, Look] = {
    "settings": _settings,
    "data folder": _data_folder,
    "text": _text,
    "synonyms": _synonyms,
    "mail": _mail,
}
DATABASE: dict[str, Look] = {"database": _database}
ON_THE_DATABASE: dict[str, Look] = {
    "worker": _worker,
    "search": _search,
    "dead letters": _dead_letters,
    "audit log": _audit_log,
    "topics": _spaces,
    "admin": _admin,
}
