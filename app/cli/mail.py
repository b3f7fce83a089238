"""`flask mail`: what mail servers send back."""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from app.mail import reports, stopping
from app.mail.reports import Verdict

TEMPORARY_FAILURE = 75
"""EX_TEMPFAIL of sysexits.h: the mail server keeps the message and tries again."""


@click.group()
def mail() -> None:
    """What mail servers send back."""


@mail.command()
@with_appcontext
def bounced() -> None:
    """Read one report of a letter that came back, or of a complaint, from standard input.

    Mail to its address stops when it came back for good, several times in a week, or when somebody complained. What
    is no such report, or not about a letter of this site, is left alone. Ends with 75 when the database is out of
    reach, so that the mail server tries again.
    """
    raw = sys.stdin.buffer.read(reports.MOST_BYTES)
    while sys.stdin.buffer.read(reports.MOST_BYTES):
        """The rest is taken in, so that whoever writes is not cut off, and left alone."""
    report = reports.parse(raw)
    if report is None:
        click.echo("This is no report about a letter of this site. Nothing was changed.")
        return
    try:
        if report.verdict is Verdict.COMPLAINT:
            count = stopping.complained(report.names)
        else:
            count = stopping.bounced(report.names, for_good=report.verdict is Verdict.FOR_GOOD)
    except SQLAlchemyError as error:
        click.echo(f"The database is out of reach: {type(error).__name__}", err=True)
        raise SystemExit(TEMPORARY_FAILURE) from None
    click.echo(
        "Mail to that address has stopped."
        if count
        else "Noted. Mail to that address goes on, or had stopped before."
    )
