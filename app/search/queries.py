"""Finding threads: the index proposes, the database says what may be seen, until a page is full."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.core.parts import part
from app.core.web.pages import Page, cut
from app.forum.documents import KindsOfDocument, Seen
from app.forum.models import Thread
from app.forum.queries import ThreadRow
from app.search import reduced
from app.search.facets import Facet, facets
from app.search.operators import asked
from app.search.passages import Shown, Wanted, marked
from app.search.ports import Hit, Index, Query, Ref, Unavailable
from app.search.query import plain, read, without
from app.search.ranking import MOST_HOPS, RERANKED, folded, reranked
from app.search.widening import did_you_mean, widened

PAGE_SIZE = 20
MOST_PAGES = 50
# What is counted, and put in another order, is not all there is: that would be every thread with a word of them.
PROPOSALS = 100
# Proposals beyond those that are needed, for the few that may not be seen.
SPARE = 10
ENOUGH, FLOOR = 0.5, 4.0
"""What covers ENOUGH of the words is an answer to them, or what covers less and scores so much that both multiplied are
FLOOR. Measured in docs/search.md: 99 % of what paraphrases mean pass, and for a quarter of what is about something else
anything does."""
# Whoever asks for the newest wants the newest answers, not the newest thread with one of the words.
NEARLY = 0.5


class Order(StrEnum):
    BEST = "best"
    NEWEST = "newest"
    HELPFUL = "helpful"


@dataclass(frozen=True, slots=True)
class Found(ThreadRow):
    """A thread with the words that were looked for marked, in its title and in the passage that answers best.

    `extra` is what else there is to say of its answers.
    """

    title_html: Markup
    passage_html: Markup
    extra: Sequence[str]


@dataclass(frozen=True, slots=True)
class Proposals:
    """Threads that may be seen, the best first, and what the index keeps of them; `reduced` when there was no index.

    `came_by` is the hit that brought each: its own, or that of one which was asked before and which it answers.
    """

    seen: Sequence[Seen]
    hits: Mapping[Ref, Hit]
    came_by: Mapping[Ref, Hit]
    reduced: bool

    def covered(self, seen: Seen) -> float:
        """How much of what was looked for a thread covers; all of it, where nobody knows."""
        hit = self.came_by.get(ref_of(seen))
        return hit.covered if hit else 1.0

    def answers(self, seen: Seen) -> bool:
        """Whether a thread has enough of what was looked for to be called an answer; so it is, where nobody knows."""
        hit = self.came_by.get(ref_of(seen))
        return hit is None or hit.covered >= ENOUGH or hit.covered * hit.score >= FLOOR


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a search.

    `plain` is the search box without its operators, `wrong` are sentences about those that ask nothing. `corrected` words
    were looked for beside what was typed, `instead` is what else the box may have meant. `weak` says that nothing covers
    much of it. `facets` are counted among the best PROPOSALS. `order` is the present one of the `orders` that make sense.
    """

    query: Query
    plain: str
    page: Page[Found]
    reduced: bool
    order: Order
    orders: Sequence[Order] = ()
    wrong: Sequence[str] = ()
    corrected: Collection[str] = ()
    instead: str | None = None
    weak: bool = False
    facets: Sequence[Facet] = ()

    @property
    def found_nothing(self) -> bool:
        """Whether there is nothing for these words at all, as far as a sound index knows."""
        asked = bool(self.query.words) and not self.query.filters
        return asked and self.page.number == 1 and not self.page.rows and not self.reduced


def find(actor: Actor, text: str, number: int, order: Order = Order.BEST) -> Results:
    """Page `number` of the threads that answer `text` best, as `actor` may see them. Raises Problem for too long a text.

    In another order than the best, these are put in it that are among the best PROPOSALS. Without words the newest come
    first.
    """
    typed = read(text)
    query, wrong = asked(actor, typed)
    wide = widened(query, typed.loose)
    query = wide.query
    bare = without(typed, typed.operators)
    orders = tuple(Order) if query.words else (Order.NEWEST, Order.HELPFUL)
    order = order if order in orders else orders[0]
    if number > MOST_PAGES:
        return Results(query, bare, Page([], number, more=False), reduced=False, order=order, orders=orders)
    proposals = propose(actor, query, number * PAGE_SIZE + 1, at_once=PROPOSALS)
    seen = _ordered(proposals, order) if query.words else _by_order(proposals.seen, order)
    page = cut(seen[(number - 1) * PAGE_SIZE :], number, PAGE_SIZE)
    more = page.more and number < MOST_PAGES
    return Results(
        query=query,
        plain=bare,
        page=Page(found(query, page.rows, proposals.hits), number, more),
        reduced=proposals.reduced,
        order=order,
        orders=orders,
        wrong=wrong,
        corrected=list(wide.corrected.values()),
        instead=None if seen else did_you_mean(typed),
        weak=bool(seen and query.words) and not any(map(proposals.answers, seen[:PROPOSALS])),
        facets=facets(typed, query, proposals.seen[:PROPOSALS]),
    )


def look_for(actor: Actor, text: str, wanted: int) -> Proposals:
    """`propose` for words of any kind and number, in which nothing but words means anything."""
    return propose(actor, widened(plain(text), text).query, wanted)


def propose(actor: Actor, query: Query, wanted: int, at_once: int = RERANKED) -> Proposals:
    """At least `wanted` threads that `actor` may see, the best first, while there are as many; `at_once` to begin with.

    Those asked before are in the place of what answers them, unless only they are what was asked for.
    """
    limit = max(wanted + SPARE, at_once)
    while True:
        try:
            hits = part(Index).search(query, limit)
        except Unavailable:
            refs = reduced.search(actor, query, wanted)
            seen = _seen(actor, refs)
            found_at = folded([ref for ref in refs if ref in seen], seen, among=frozenset(refs))
            return Proposals([seen[ref] for ref in found_at], {}, {}, reduced=True)
        seen = _seen(actor, [hit.ref for hit in hits])
        visible = [hit for hit in hits if hit.ref in seen]
        if query.words or query.unfinished:
            visible = reranked(visible, seen, {*query.words, *query.related})
        refs = [hit.ref for hit in visible]
        narrow = query.filters or query.phrases or query.excluded
        if not narrow:
            seen |= _earlier(actor, seen)
        brought_by = folded(refs, seen, among=frozenset(refs) if narrow else None)
        if len(brought_by) >= wanted or len(hits) < limit:
            by_ref = {hit.ref: hit for hit in hits}
            came_by = {ref: by_ref[by] for ref, by in brought_by.items()}
            return Proposals([seen[ref] for ref in brought_by], by_ref, came_by, reduced=False)
        limit *= 2


def found(query: Query, threads: Sequence[Seen], hits: Mapping[Ref, Hit]) -> list[Found]:
    """These threads with what was looked for marked."""
    wanted = Wanted.by(query)
    shown = Shown.of(_texts(threads, hits), wanted)
    return [
        Found(
            **{field.name: getattr(seen.row, field.name) for field in fields(seen.row)},
            title_html=marked(seen.row.title, wanted),
            passage_html=shown.passage(ref_of(seen)),
            extra=_extra(seen),
        )
        for seen in threads
    ]


def ref_of(seen: Seen) -> Ref:
    return Ref(seen.row.kind, seen.row.id)


def _extra(seen: Seen) -> list[str]:
    return [
        *([_("With an official answer")] if seen.official else []),
        *([_("Perhaps out of date")] if seen.stale else []),
    ]


def _ordered(proposals: Proposals, order: Order) -> Sequence[Seen]:
    """The best PROPOSALS in another order: those of them that cover nearly as much as the best does."""
    if order is Order.BEST:
        return proposals.seen
    among = proposals.seen[:PROPOSALS]
    least = NEARLY * max(map(proposals.covered, among), default=0.0)
    return _by_order([seen for seen in among if proposals.covered(seen) >= least], order)


def _by_order(threads: Sequence[Seen], order: Order) -> Sequence[Seen]:
    if order is Order.HELPFUL:
        return sorted(threads[:PROPOSALS], key=lambda seen: seen.score, reverse=True)
    return sorted(threads, key=lambda seen: (seen.row.created_at, seen.row.id), reverse=True)


def _seen(actor: Actor, refs: Collection[Ref]) -> dict[Ref, Seen]:
    """Those of `refs` that `actor` may see, in statements that do not grow with them."""
    ids: dict[str, list[int]] = {}
    for ref in refs:
        ids.setdefault(ref.kind, []).append(ref.id)
    kinds = part(KindsOfDocument)()
    return {
        Ref(kind, number): seen
        for kind, numbers in ids.items()
        if kind in kinds
        for number, seen in kinds[kind].seen(actor, numbers).items()
    }


def _earlier(actor: Actor, seen: Mapping[Ref, Seen]) -> dict[Ref, Seen]:
    """What was asked before as some of these, and is not among them."""
    found: dict[Ref, Seen] = {}
    tried = set(seen)
    latest = seen
    for _hop in range(MOST_HOPS):
        wanted = {Ref(ref.kind, each.instead) for ref, each in latest.items() if each.instead is not None}
        latest = _seen(actor, wanted - tried)
        tried |= wanted
        found |= latest
        if not latest:
            break
    return found


def _texts(threads: Sequence[Seen], hits: Mapping[Ref, Hit]) -> dict[Ref, str]:
    """The best answer's text, else the question's; what the index keeps only counts while its thread is unchanged."""
    wanted = select(Thread.id, Thread.version).where(Thread.id.in_([seen.row.id for seen in threads]))
    versions = dict(db.session.execute(wanted).all())
    texts = {}
    others: dict[str, list[int]] = {}
    for ref in map(ref_of, threads):
        hit = hits.get(ref)
        if hit and hit.version == versions.get(ref.id):
            texts[ref] = hit.answer or hit.body
        else:
            others.setdefault(ref.kind, []).append(ref.id)
    kinds = part(KindsOfDocument)()
    for kind, numbers in others.items():
        documents = kinds[kind].documents(numbers)
        texts |= {Ref(kind, number): each.answer or each.body for number, each in documents.items()}
    return {ref: texts.get(ref, "") for ref in map(ref_of, threads)}
