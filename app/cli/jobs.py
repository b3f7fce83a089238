"""`flask jobs`: the outbox, for an operator."""

import click
from flask.cli import with_appcontext

from app.jobs import operations, queries


@click.group()
def jobs() -> None:
    """What waits to be carried out, and what failed for good."""


@jobs.command("list")
@with_appcontext
def list_() -> None:
    """Show waiting jobs and dead letters."""
    waiting, dead = queries.counts()
    click.echo(f"{waiting} waiting, {dead} dead letters")
    for job in (*queries.waiting(), *queries.dead()):
        state = "dead" if job.dead_at else f"due {job.due_at:%Y-%m-%d %H:%M:%S}Z"
        click.echo(
            f"{job.id:>8}  {job.name:<28}  {state}  attempts {job.attempts}  {job.error or ''}".rstrip()
        )


@jobs.command()
@click.argument("job_id", type=int, required=False)
@with_appcontext
def retry(job_id: int | None) -> None:
    """Wake dead letter JOB_ID, or all of them."""
    woken = operations.retry(job_id)
    click.echo(f"{woken} woken. The worker takes them up within half a minute.")
    if job_id is not None and not woken:
        raise SystemExit(1)
