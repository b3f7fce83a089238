"""Finding threads: the index proposes, the database says what may be seen, until a page is full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from markupsafe import Markup
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.parts import part
from app.core.web.pages import Page, cut
from app.forum import queries as forum
from app.forum.documents import KindsOfDocument
from app.forum.models import Thread
from app.forum.queries import ThreadRow
from app.search import reduced
from app.search.passages import Wanted, marked, passage
from app.search.ports import Hit, Index, Query, Unavailable
from app.search.query import parse

PAGE_SIZE = 20
MOST_PAGES = 50
# Proposals beyond those that are needed, for the few that may not be seen.
SPARE = 10


@dataclass(frozen=True, slots=True)
class Found(ThreadRow):
    """A thread with the words that were looked for marked, in its title and in the passage that answers best."""

    title_html: Markup
    passage_html: Markup


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a search; `reduced` when the index was not there and the database was asked instead."""

    query: Query
    page: Page[Found]
    reduced: bool


def find(actor: Actor, text: str, number: int) -> Results:
    """Page `number` of the threads that answer `text` best, as `actor` may see them. Raises Problem for too long a text."""
    query = parse(text)
    if number > MOST_PAGES:
        return Results(query, Page([], number, more=False), reduced=False)
    rows, hits, is_reduced = propose(actor, query, number * PAGE_SIZE + 1)
    page = cut(rows[(number - 1) * PAGE_SIZE :], number, PAGE_SIZE)
    more = page.more and number < MOST_PAGES
    return Results(query, Page(found(query, page.rows, hits), number, more), is_reduced)


def propose(actor: Actor, query: Query, wanted: int) -> tuple[list[ThreadRow], Mapping[int, Hit], bool]:
    """At least `wanted` threads that `actor` may see, the best first, while there are as many.

    With them what the index keeps of each, and whether it was the database that was searched.
    """
    limit = wanted + SPARE
    while True:
        try:
            hits = part(Index).search(query, limit)
        except Unavailable:
            ids = reduced.search(actor, query, wanted)
            rows = forum.threads_by_id(actor, ids)
            return [rows[thread_id] for thread_id in ids if thread_id in rows], {}, True
        seen = forum.threads_by_id(actor, [hit.id for hit in hits])
        if len(seen) >= wanted or len(hits) < limit:
            return [seen[hit.id] for hit in hits if hit.id in seen], {hit.id: hit for hit in hits}, False
        limit *= 2


def found(query: Query, rows: Sequence[ThreadRow], hits: Mapping[int, Hit]) -> list[Found]:
    """These threads with what was looked for marked."""
    wanted = Wanted.by(query)
    texts = _texts(rows, hits)
    return [
        Found(
            **{field.name: getattr(row, field.name) for field in fields(row)},
            title_html=marked(row.title, wanted),
            passage_html=passage(texts[row.id], wanted),
        )
        for row in rows
    ]


def _texts(rows: Sequence[ThreadRow], hits: Mapping[int, Hit]) -> dict[int, str]:
    """The best answer's text, else the question's; what the index keeps only counts while its thread is unchanged."""
    wanted = select(Thread.id, Thread.version).where(Thread.id.in_([row.id for row in rows]))
    versions = dict(db.session.execute(wanted).all())
    texts = {}
    others: dict[str, list[int]] = {}
    for row in rows:
        hit = hits.get(row.id)
        if hit and hit.version == versions.get(row.id):
            texts[row.id] = hit.answer or hit.body
        else:
            others.setdefault(row.kind, []).append(row.id)
    kinds = part(KindsOfDocument)()
    for kind, thread_ids in others.items():
        documents = kinds[kind].documents(thread_ids)
        texts |= {number: found.answer or found.body for number, found in documents.items()}
    return {row.id: texts.get(row.id, "") for row in rows}
