"""`flask import`: threads from elsewhere."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import url_for
from flask.cli import with_appcontext

from app.accounts.operations.people import unclaimed_people
from app.cli.redirects import nginx_rules
from app.cli.stackexchange import Bringing, BrokenDump, Site, dump_files, kept_tags, laid_out
from app.cli.threads_jsonl import Record, Row, read
from app.config import Settings
from app.core.parts import part
from app.core.problems import Problem
from app.core.text import clean_line, excerpt
from app.core.text.importing import Format, as_markdown
from app.forum import operations as forum
from app.forum import queries as trunk
from app.forum.models import LONGEST_IMPORTED_TITLE, LONGEST_SOURCE, LONGEST_SPACE
from app.questions import importing as questions

BATCH = 50
# What else a dump's import says, in this order, when there is something to say.
ALSO = {
    "tags": "tags were given their description",
    "duplicates": "questions are known to have been asked before",
    "shortened": "texts were longer or fuller than a post can be; they were shortened and say so",
    "lost accepted": "accepted answers are not in the dump",
    "lost answers": "answers belong to no question of the dump; left out",
    "lost comments": "comments belong to nothing that came; left out",
    "lost descriptions": "descriptions belong to no tag, for want of Tags.xml; left out",
    "lost duplicates": "marks 'asked before' lead to a question that is not here; left out",
    "empty": "comments say nothing; left out",
    "other": "posts are neither questions, answers nor descriptions of tags; left out",
    "unread": "rows could not be read; skipped",
    "refused": "threads were refused; left out",
}


def _space(_context: click.Context, _option: click.Parameter, name: str) -> str:
    if not 0 < len(name) <= LONGEST_SPACE or clean_line(name) != name:
        raise click.BadParameter(f"needs one line of 1 to {LONGEST_SPACE} characters")
    return name


def _source(_context: click.Context, _option: click.Parameter, name: str | None) -> str | None:
    if name is not None and (not 0 < len(name) <= LONGEST_SOURCE or clean_line(name) != name or "/" in name):
        raise click.BadParameter(f"needs one line of 1 to {LONGEST_SOURCE} characters, without /")
    return name


def _old_base(_context: click.Context, _option: click.Parameter, address: str) -> str:
    parts = urlsplit(address.rstrip("/"))
    if address and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.path):
        raise click.BadParameter("needs an address like https://cooking.stackexchange.com")
    return address.rstrip("/").lower()


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


@import_.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--space",
    default="Imported",
    show_default=True,
    callback=_space,
    help="Topic of the threads; made when missing.",
)
@click.option(
    "--source",
    callback=_source,
    help="Names the site for ever; its old address's host, else the folder's name.",
)
@click.option(
    "--old-base",
    default="",
    callback=_old_base,
    help="Where the site stood, https://cooking.stackexchange.com; its links are read with it.",
)
@click.option(
    "--redirects", is_flag=True, help="Keep where each question and answer lives now, for its old address."
)
@with_appcontext
def stackexchange(path: Path, space: str, source: str | None, old_base: str, redirects: bool) -> None:
    """Import a Stack Exchange dump: PATH is its folder or its Posts.xml. Broken off, run it again."""
    folder = path.resolve() if path.is_dir() else path.resolve().parent
    site = Site(source or urlsplit(old_base).netloc or folder.name[:LONGEST_SOURCE], old_base, redirects)
    try:
        _dump(path, site, space)
    except BrokenDump as error:
        raise click.ClickException(str(error)) from None


def _dump(path: Path, site: Site, space: str) -> None:
    say = partial(click.echo, err=True)
    size = sum(file.stat().st_size for file in dump_files(path))
    with ExitStack() as stack:
        with click.progressbar(length=size, label="Reading") as bar:
            side = stack.enter_context(laid_out(path, part(Settings).data_dir, bar.update, say))
        bringing = Bringing(side, site, space_id=forum.space_named(space), say=say)
        with click.progressbar(length=side.told["questions"], label="Writing") as bar:
            bringing.threads(bar.update)
        bringing.duplicates()
        bringing.tags()
    told = bringing.told + side.told
    click.echo(
        f"{told['threads']} threads with {told['answers']} answers and {told['replies']} replies imported from "
        f"{site.source}, {told['solved']} of them solved; {told['known']} were here already."
    )
    for what, words in ALSO.items():
        if told[what]:
            click.echo(f"  {told[what]} {words}")
    if site.keep_addresses and site.base:
        click.echo(f"Old addresses: flask import redirects {site.source} --old-base {site.base}")


@import_.command()
@click.argument("source")
@click.option("--old-base", default="", callback=_old_base, help="Where the site stood.")
@click.option(
    "--format", "written_as", type=click.Choice(["nginx", "json"]), default="nginx", show_default=True
)
@with_appcontext
def redirects(source: str, old_base: str, written_as: str) -> None:
    """Print what the old site's web server needs to lead people here; for imports made with --redirects."""
    if not trunk.moved_from(source):
        raise click.ClickException(f"nothing was imported from {source} with --redirects")
    if written_as == "nginx":
        host = urlsplit(old_base).netloc or "OLD.EXAMPLE.ORG"
        click.echo(nginx_rules(host, source, part(Settings).base_url))
        return
    for external_id, post_id in trunk.old_addresses(source):
        addresses = [f"{old_base}/{kind}/{external_id}" for kind in ("questions", "q", "a")]
        here = part(Settings).base_url + url_for("forum.post", post_id=post_id, _external=False)
        for address in addresses:
            click.echo(json.dumps({"from": address, "to": here}))


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
        tags=kept_tags(record.tags),
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
