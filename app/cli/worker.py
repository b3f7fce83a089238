"""`flask worker`: the process that carries out what follows from changes."""

import logging
from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext

from app.accounts.operations import people
from app.audit import heads
from app.community import operations as community
from app.desk import operations as desk
from app.forum import operations as forum
from app.forum.readings import sweep_readings
from app.jobs import worker as process
from app.jobs.ports import Loop
from app.mail import stopping
from app.moderation import operations as moderation
from app.moderation.spam import operations as spam
from app.notifications import handlers as notices
from app.notifications.mailing import LETTERS_LOOP, SWEEP_LOOP
from app.search import helping
from app.search.indexing import INDEX_LOOP
from app.search.misses import sweep_misses

REGULARLY = (
    Loop("forget photos", timedelta(hours=1), forum.sweep_photos),
    Loop("ask how it went", timedelta(hours=1), desk.ask_for_outcomes),
    Loop("forget sign-ups", timedelta(days=1), people.sweep),
    Loop("forget drafts", timedelta(days=1), forum.sweep_drafts),
    Loop("forget readings", timedelta(days=1), sweep_readings),
    Loop("forget days", timedelta(days=1), community.forget_days),
    Loop("trust", timedelta(days=1), community.review),
    Loop("show again what hid by itself", timedelta(hours=1), moderation.restore_unlooked),
    Loop("forget files of no appeal", timedelta(hours=1), moderation.sweep_files),
    Loop("forget who reported", timedelta(days=1), moderation.forget_reporters),
    Loop("tell of the queue", timedelta(hours=1), notices.tell_of_queue),
    Loop("route questions", timedelta(hours=1), community.route),
    Loop("forget whose help sessions were", timedelta(days=1), helping.sweep),
    Loop("forget searches", timedelta(days=1), sweep_misses),
    Loop("forget bounces", timedelta(days=1), stopping.sweep),
    Loop("write the head of the log down", timedelta(hours=1), heads.write_head),
    Loop("forget traces of posts", timedelta(days=1), spam.sweep),
    SWEEP_LOOP,
)


@click.command()
@with_appcontext
def worker() -> None:
    """Send mail, feed the index, sweep. Runs until it is stopped."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    process.work(current_app._get_current_object(), loops=(INDEX_LOOP, LETTERS_LOOP, *REGULARLY))  # type: ignore[attr-defined]  # noqa: SLF001
