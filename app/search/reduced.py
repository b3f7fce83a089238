"""Searching while there is no index: words as they stand, in titles and posts. Blunt, but never nothing."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.actor import Actor
from app.core.db import db
from app.core.parts import part
from app.forum.documents import Document, KindsOfDocument
from app.forum.models import Post, Thread
from app.forum.policy import visible_posts, visible_threads
from app.search.ports import Entry, Phrase, Query, Ref
from app.search.words import terms

MOST_WORDS = 8
# Every word asked of the posts reads all of them.
MOST_WORDS_IN_POSTS = 2
SHORTEST_WORD = 2
# Filters, phrases and words to be left out are looked up in the documents, which are read for it: those of so many threads.
FILTERED = 200


def search(actor: Actor, query: Query, limit: int) -> list[Ref]:
    """Threads `actor` may see: those with most of the words in their titles, then those with the longest in posts.

    With filters, phrases or words to be left out, those among the first FILTERED that pass; with filters alone, among
    the newest.
    """
    narrow = query.filters or bool(query.phrases or query.excluded)
    words = [*query.words, *([query.unfinished] if query.unfinished else [])]
    words = [word for word in words if len(word) >= SHORTEST_WORD][:MOST_WORDS]
    wanted = FILTERED if narrow else limit
    threads = select(Thread.kind, Thread.id)
    if words:
        found = _with_words(actor, threads, words, wanted)
    elif query.filters and not query.words:
        newest = threads.where(visible_threads(actor)).order_by(Thread.created_at.desc(), Thread.id.desc())
        found = _refs(newest.limit(wanted))
    else:
        found = []
    return (_passing(query, found) if narrow else found)[:limit]


def _with_words(actor: Actor, threads: Select[str, int], words: list[str], limit: int) -> list[Ref]:
    titles = threads.where(visible_threads(actor))
    found = _refs(_holding(titles, Thread.title, words, limit))
    if len(found) < limit:
        longest = sorted(words, key=len, reverse=True)[:MOST_WORDS_IN_POSTS]
        posts = threads.join(Post).where(visible_posts(actor)).group_by(Thread.kind, Thread.id)
        found += _refs(_holding(posts, Post.html, longest, limit))
    return list(dict.fromkeys(found))[:limit]


def _refs(threads: Select[str, int]) -> list[Ref]:
    return [Ref(kind, number) for kind, number in db.session.execute(threads)]


def _holding(
    threads: Select[str, int], text: InstrumentedAttribute[str], words: list[str], limit: int
) -> Select[str, int]:
    matches: list[ColumnElement[bool]] = [text.icontains(_beginning(word), autoescape=True) for word in words]
    count: ColumnElement[int] = sum(
        (case((match, 1), else_=0) for match in matches[1:]), case((matches[0], 1), else_=0)
    )
    if text is Post.html:
        count = func.max(count)
    return threads.where(or_(*matches)).order_by(count.desc(), Thread.last_activity_at.desc()).limit(limit)


def _beginning(stem: str) -> str:
    """What the forms of a word have in common: deliveri is delivery, and deliveries."""
    return stem.removesuffix("i") if len(stem) > SHORTEST_WORD + 1 else stem


def _passing(query: Query, refs: Sequence[Ref]) -> list[Ref]:
    documents: dict[Ref, Document] = {}
    for kind, known in part(KindsOfDocument)().items():
        read = known.documents([ref.id for ref in refs if ref.kind == kind])
        documents |= {Ref(kind, number): document for number, document in read.items()}
    return [ref for ref in refs if ref in documents and _passes(query, documents[ref])]


def _passes(query: Query, document: Document) -> bool:
    facets = Entry(document, version=0).facets
    return (
        all(facets & wanted for wanted in query.required)
        and not facets & query.refused
        and (query.since is None or document.at >= query.since)
        and (query.until is None or document.at < query.until)
        and _says(query, document)
    )


def _says(query: Query, document: Document) -> bool:
    """Whether all phrases stand in its texts, and nothing that is to be left out."""
    if not query.phrases and not query.excluded:
        return True
    texts = [
        terms(text) for text in (document.title, document.body, f"{document.answer}\n{document.replies}")
    ]

    def stands(phrase: Phrase) -> bool:
        return any(
            tuple(text[start : start + len(phrase)]) == phrase for text in texts for start in range(len(text))
        )

    return all(map(stands, query.phrases)) and not any(map(stands, query.excluded))
