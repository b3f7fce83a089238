"""`flask search`: the index, for an operator, and the ranking, for whoever measures it."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
from flask.cli import with_appcontext
from sqlalchemy import ColumnElement, select

from app.accounts.actor import ANONYMOUS
from app.core.db import db
from app.core.parts import part
from app.core.problems import Problem
from app.forum.models import Thread
from app.search import indexing
from app.search.operators import asked
from app.search.ports import Busy, Hit, Index, Query, Unavailable
from app.search.queries import look_for
from app.search.query import read
from app.search.widening import widened

NO_INDEX = "There is no sound index ({reason}). Make it anew: flask search rebuild"
BUSY = "Another process is writing to the index. Try again when it is done."
TAG = "bartack"
SHOWN = 20


@click.group()
def search() -> None:
    """The search index: make it anew, check it, ask it."""
    logging.getLogger("app.search").setLevel(logging.ERROR)


@search.command()
@with_appcontext
def rebuild() -> None:
    """Make the index anew. The old one answers until the new one is whole."""
    with _told("Indexing") as progress:
        try:
            count = indexing.rebuild(progress)
        except Busy:
            raise click.ClickException(BUSY) from None
    click.echo(f"{count} documents are in the index.")


@search.command()
@click.option("--mend", is_flag=True, help="Index anew what differs.")
@with_appcontext
def check(mend: bool) -> None:
    """Compare the index with the database and say what differs. Exit code 1 when something does."""
    try:
        with _told("Comparing") as progress:
            differences = indexing.check(progress)
    except Unavailable as reason:
        raise click.ClickException(NO_INDEX.format(reason=reason)) from None
    if not differences:
        click.echo("Index and database agree.")
        return
    for difference in differences:
        click.echo(f"{difference.wrong:<8} {difference.ref.kind} {difference.ref.id}")
    told = Counter(difference.wrong for difference in differences)
    click.echo(", ".join(f"{told[wrong]} {wrong}" for wrong in indexing.Wrong))
    if not mend:
        raise SystemExit(1)
    indexing.mend(differences)
    while indexing.drain():
        pass
    if left := indexing.check():
        raise click.ClickException(f"{len(left)} still differ; a worker that is busy may be mending them.")
    click.echo("Mended.")


@search.command()
@click.argument("words")
@with_appcontext
def query(words: str) -> None:
    """Print what the index proposes for WORDS, typed as in the search box; visibility is not asked."""
    try:
        typed = read(words)
    except Problem as problem:
        raise click.ClickException(str(problem.message)) from None
    asks, wrong = asked(ANONYMOUS, typed)
    for sentence in wrong:
        click.echo(sentence, err=True)
    hits = _hits(widened(asks, typed.loose).query, SHOWN)
    titles = dict(db.session.execute(select(Thread.id, Thread.title).where(_thread_ids(hits))).all())
    for rank, hit in enumerate(hits, 1):
        click.echo(f"{rank:>3}  {hit.score:8.3f}  {hit.kind} {hit.id:<8} {titles.get(hit.id, '')}")
    if not hits:
        click.echo("Nothing.")


@search.command()
@click.option("--queries", type=click.File(encoding="utf-8"), required=True, help="Lines of id, tab, words.")
@click.option(
    "--k", default=20, show_default=True, type=click.IntRange(1, 1000), help="Results for each query."
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write there instead of printing."
)
@with_appcontext
def run(queries: TextIO, k: int, out: Path | None) -> None:
    """Answer every query as the site answers visitors, and write a TREC run: qid Q0 docid rank score tag.

    Queries are just words, of any length. A docid is the id an imported thread had where it came from, else 'thread-'
    and its id here. A score says no more than the rank.
    """
    lines = list(_run(queries, k))
    if out:
        out.write_text("".join(f"{line}\n" for line in lines))
        click.echo(f"{len(lines)} lines written to {out}.")
    else:
        for line in lines:
            click.echo(line)


def _run(queries: TextIO, k: int) -> Iterator[str]:
    for number, row in enumerate(queries, 1):
        if not row.strip():
            continue
        query_id, tab, text = row.rstrip("\n").partition("\t")
        if not tab:
            raise click.ClickException(f"line {number}: no tab between id and words")
        proposals = look_for(ANONYMOUS, text, k)
        if proposals.reduced:
            raise click.ClickException(NO_INDEX.format(reason="none can be read"))
        ids = [seen.row.id for seen in proposals.seen[:k]]
        names = dict(
            db.session.execute(select(Thread.id, Thread.external_id).where(Thread.id.in_(ids))).all()
        )
        for rank, thread_id in enumerate(ids, 1):
            name = names.get(thread_id) or f"thread-{thread_id}"
            yield f"{query_id} Q0 {name} {rank} {1 / rank:.6f} {TAG}"


def _hits(wanted: Query, most: int) -> list[Hit]:
    try:
        return part(Index).search(wanted, most)
    except Unavailable as reason:
        raise click.ClickException(NO_INDEX.format(reason=reason)) from None


def _thread_ids(hits: list[Hit]) -> ColumnElement[bool]:
    return Thread.id.in_([hit.id for hit in hits])


@contextmanager
def _told(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that moves as work is told of."""
    with click.progressbar(length=1, label=label) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = max(1, total)
            bar.update(done - bar.pos)

        yield progress
