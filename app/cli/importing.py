"""`flask import`: threads from elsewhere."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.accounts.operations.people import unclaimed_people
from app.cli.threads_jsonl import Record, Row, read
from app.core.problems import Problem
from app.core.text import clean_line, excerpt
from app.core.text.importing import Format, as_markdown
from app.forum import operations as forum
from app.forum.forms import tag_names
from app.forum.models import LONGEST_IMPORTED_TITLE, LONGEST_SPACE, LONGEST_TAG, MOST_TAGS
from app.questions import importing as questions

BATCH = 50


def _space(_context: click.Context, _option: click.Parameter, name: str) -> str:
    if not 0 < len(name) <= LONGEST_SPACE or clean_line(name) != name:
        raise click.BadParameter(f"needs one line of 1 to {LONGEST_SPACE} characters")
    return name


@click.group("import")
def import_() -> None:
    """Bring threads in; what was brought in before is left alone."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--space",
    default="Imported",
    show_default=True,
    callback=_space,
    help="Topic of the threads; made when missing.",
)
@with_appcontext
def jsonl(file: Path, space: str) -> None:
    """Import threads from FILE, JSON lines. Bad rows are said, with line and reason, and skipped."""
    space_id = forum.space_named(space)
    told = Counter[str]()
    with file.open("rb") as lines, click.progressbar(length=file.stat().st_size, label=file.name) as bar:
        for rows in _batches(read(lines)):
            for line, reason in _bring_in(rows, space_id, told):
                told["bad"] += 1
                click.echo(f"line {line}: {reason}; skipped", err=True)
            bar.update(sum(row.size for row in rows))
    click.echo(
        f"{told['threads']} threads with {told['replies']} replies imported, {told['solved']} of them solved; "
        f"{told['known']} were here already; {told['bad']} bad rows skipped."
    )


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _bring_in(rows: Sequence[Row], space_id: int, told: Counter[str]) -> Iterator[tuple[int, str]]:
    """Write one batch; yields the line and reason of each bad row."""
    yield from ((row.number, row.reason) for row in rows if row.record is None)
    fresh: dict[tuple[str, str], tuple[int, Record]] = {}
    by_source: defaultdict[str, list[tuple[int, Record]]] = defaultdict(list)
    for row in rows:
        if row.record:
            by_source[row.record.source].append((row.number, row.record))
    for source, records in by_source.items():
        here = questions.known(source, [record.id for _, record in records])
        for number, record in records:
            if record.id in here or (source, record.id) in fresh:
                told["known"] += 1
            else:
                fresh[source, record.id] = (number, record)
    accounts = {source: _accounts(source, records) for source, records in by_source.items()}
    ready = []
    for number, record in fresh.values():
        try:
            ready.append(_question(record, space_id, accounts[record.source]))
        except Problem as problem:
            yield number, str(problem.message)
    questions.write(ready)
    told["threads"] += len(ready)
    told["replies"] += sum(len(question.replies) for question in ready)
    told["solved"] += sum(question.accepted is not None for question in ready)


def _accounts(source: str, records: Sequence[tuple[int, Record]]) -> dict[str, int]:
    names = {
        name for _, record in records for name in (record.author, *(reply.author for reply in record.replies))
    }
    return unclaimed_people(source, {name: name for name in sorted(names)})


def _question(record: Record, space_id: int, accounts: dict[str, int]) -> questions.ImportedQuestion:
    return questions.ImportedQuestion(
        source=record.source,
        external_id=record.id,
        title=excerpt(record.title, LONGEST_IMPORTED_TITLE),
        space_id=space_id,
        author_id=accounts[record.author],
        words=_words(record.body, record.format),
        tags=[name[:LONGEST_TAG] for tag in record.tags for name in tag_names("-".join(tag.split()))][
            :MOST_TAGS
        ],
        created_at=record.created_at,
        accepted=record.accepted,
        replies=[
            questions.ImportedPost(
                external_id=reply.id,
                parent=reply.parent,
                author_id=accounts[reply.author],
                words=_words(reply.body, reply.format),
                created_at=reply.created_at or record.created_at,
            )
            for reply in record.replies
        ],
    )


def _words(body: str, written_as: Format) -> forum.Words:
    return forum.prepared(as_markdown(body, written_as))
