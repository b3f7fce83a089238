"""The queue: what waits, the worst first, one row a target."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    and_,
    case,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.accounts.actor import Actor
from app.accounts.models import Account, AccountState
from app.accounts.queries import PERSON_COLUMNS, Person, people
from app.core.clock import now
from app.core.db import db
from app.core.text import excerpt, plain
from app.core.web.pages import Page, cut
from app.forum import queries as forum
from app.forum.models import Post, Thread
from app.forum.policy import visible_posts
from app.moderation import weights
from app.moderation.models import Flag, Report, Review
from app.moderation.targets import Target, of_review
from app.moderation.words import Reason

PAGE_SIZE = 25
MOST_SHOWN = 99
EXCERPT_CHARACTERS = 160
READ_CHARACTERS = 2_000
"""Of a post's HTML, for its excerpt."""

AGES: Mapping[str, timedelta | None] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "days": timedelta(days=3),
    "older": None,
}
"""How long something has waited: less than this, and no less than the one before."""

_OPENING = aliased(Post)
"""Made once: making an alias takes longer than asking with it."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which of what waits is shown; empty is everything.

    `why` is held, flagged, hidden or severe; `hand` mine or free; `age` one of AGES.
    """

    kind: str = ""
    why: str = ""
    reason: str = ""
    hand: str = ""
    by: int | None = None
    age: str = ""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A target that waits. `priority` is the product of its four parts, each shown.

    Of the `flag_count` who say that something is wrong, `reports` have no account.
    """

    id: int
    target: Target
    title: str
    excerpt: str
    url: str
    author: Person
    opened_at: datetime | None
    severity: int
    reach: float
    age: float
    accuracy: float
    flag_count: int
    reports: int
    held: bool
    noticed: bool
    hidden: bool
    reasons: Sequence[tuple[Reason, int]]
    claimed_by: Person | None
    claimed_until: datetime | None
    version: int
    post_version: int | None

    @property
    def priority(self) -> float:
        return self.severity * self.reach * self.age * self.accuracy

    @property
    def seen(self) -> str:
        """What a form says of what its reader saw: the versions of the review and of the words."""
        return f"{self.id}:{self.version}:{self.post_version or ''}"


def waiting(actor: Actor) -> int:
    """How many targets wait, as the rail says it, in one statement; MOST_SHOWN + 1 is more. Nobody else is told."""
    if not actor.is_moderator:
        return 0
    some = select(Review.id).where(Review.opened_at.is_not(None)).limit(MOST_SHOWN + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def queue(actor: Actor, sieve: Sieve, number: int, *, oldest: bool = False) -> Page[QueueRow]:
    """What waits, the worst first or the oldest; in a bounded number of statements however many flags there are."""
    order = [Review.opened_at] if oldest else [_priority().desc(), Review.opened_at]
    rows = db.session.execute(
        _selected(actor)
        .where(Review.opened_at.is_not(None), *_sifted(actor, sieve))
        .order_by(*order, Review.id)
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    return cut(_shown(rows), number, PAGE_SIZE)


def waiting_by_age(actor: Actor) -> dict[str, int]:
    """How many of what the queue shows has waited how long, by AGES, in one statement."""
    moment = now()
    bounds = [(name, moment - least) for name, least in AGES.items() if least is not None]
    band = case(*((Review.opened_at > since, name) for name, since in bounds), else_="older").label("band")
    rows = _selected(actor).where(Review.opened_at.is_not(None)).with_only_columns(band, func.count())
    found = {str(name): int(number) for name, number in db.session.execute(rows.group_by("band"))}
    return {name: found.get(name, 0) for name in AGES}


def rows_of(actor: Actor, *where: ColumnElement[bool]) -> Sequence[QueueRow]:
    """Such reviews, whether they wait or not, the worst first; those whose target `actor` may not see are left out."""
    rows = _selected(actor).where(*where).order_by(_priority().desc(), Review.id)
    return _shown(db.session.execute(rows).all())


def _selected(actor: Actor) -> Select[Any]:
    thread_id = func.coalesce(Post.thread_id, Review.thread_id)
    return (
        select(
            Review,
            Thread.id.label("thread_id"),
            Thread.kind,
            func.coalesce(Thread.unmasked_title, Thread.title).label("title"),
            Post.version.label("post_version"),
            func.substr(
                func.coalesce(Post.unmasked_html, Post.html, _OPENING.unmasked_html, _OPENING.html),
                1,
                READ_CHARACTERS,
            ).label("html"),
            Account.bio,
            _age().label("age"),
            _accuracy().label("accuracy"),
            *PERSON_COLUMNS,
        )
        .select_from(Review)
        .join(Account, Account.id == Review.author_id)
        .outerjoin(Post, Post.id == Review.post_id)
        .outerjoin(Thread, Thread.id == thread_id)
        .outerjoin(_OPENING, and_(_OPENING.thread_id == Review.thread_id, _OPENING.parent_id.is_(None)))
        .where(
            or_(
                and_(Review.account_id.is_not(None), Account.state != AccountState.GHOST),
                and_(Review.thread_id.is_not(None), Thread.id.is_not(None)),
                visible_posts(actor),
            )
        )
    )


def _sifted(actor: Actor, sieve: Sieve) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if sieve.kind in {"post", "thread"}:
        conditions.append((Review.post_id if sieve.kind == "post" else Review.thread_id).is_not(None))
    elif sieve.kind == "person":
        conditions.append(Review.account_id.is_not(None))
    why: dict[str, ColumnElement[bool]] = {
        "held": Review.held.is_(True),
        "flagged": Review.flag_count > 0,
        "hidden": Review.hidden_at.is_not(None),
        "severe": Review.severity >= weights.SEVERE,
    }
    if sieve.why in why:
        conditions.append(why[sieve.why])
    if sieve.reason:
        flags = select(Flag.review_id).where(Flag.decision_id.is_(None), Flag.reason == sieve.reason)
        reports = select(Report.review_id).where(Report.decision_id.is_(None), Report.reason == sieve.reason)
        conditions.append(or_(Review.id.in_(flags), Review.id.in_(reports)))
    taken = and_(Review.claimed_until.is_not(None), Review.claimed_until > now())
    if sieve.hand == "mine":
        conditions.append(and_(taken, Review.claimed_by_id == actor.id))
    elif sieve.hand == "free":
        conditions.append(
            or_(
                Review.claimed_until.is_(None),
                Review.claimed_until <= now(),
                Review.claimed_by_id == actor.id,
            )
        )
    if sieve.by is not None:
        conditions.append(Review.author_id == sieve.by)
    if sieve.age in AGES:
        conditions += _waited(sieve.age)
    return conditions


def _waited(age: str) -> list[ColumnElement[bool]]:
    moment, names = now(), list(AGES)
    least, before = AGES[age], names[: names.index(age)]
    conditions = [Review.opened_at > moment - least] if least else []
    if before:
        conditions.append(Review.opened_at <= moment - (AGES[before[-1]] or timedelta()))
    return conditions


def _age() -> ColumnElement[Any]:
    """1 at first, twofold after a day, fourfold from OLDEST_HOURS on."""
    seconds = literal(int(now().timestamp())) - extract("epoch", Review.opened_at)
    hours = cast(func.coalesce(seconds, 0), Float) / 3600.0
    return (
        1.0 + case((hours > weights.OLDEST_HOURS, weights.OLDEST_HOURS), (hours < 0, 0.0), else_=hours) / 24.0
    )


def _accuracy() -> ColumnElement[Any]:
    """The mean weight of the open flags: how far their authors are trusted, and how often they were right."""
    return case((Review.flag_count > 0, Review.flag_weight / Review.flag_count), else_=1.0)


def _priority() -> ColumnElement[Any]:
    return Review.severity * Review.reach * _age() * _accuracy()


def _shown(rows: Sequence[Any]) -> list[QueueRow]:
    reviews = [row.Review for row in rows]
    ids = [review.id for review in reviews]
    said = _said(ids) if ids else {}
    claimants = people(review.claimed_by_id for review in reviews if _is_claimed(review))
    return [_row(row, *said.get(row.Review.id, ((), 0)), claimants) for row in rows]


def _row(
    row: Any, reasons: Sequence[tuple[Reason, int]], reports: int, claimants: dict[int, Person]
) -> QueueRow:
    review: Review = row.Review
    author = Person(*row[9:])
    target = of_review(review)
    if review.account_id is not None:
        title, url, said = author.display_name, url_for("community.person", name=author.name), row.bio
    else:
        title, said = row.title, plain(row.html or "")
        anchor = f"p-{review.post_id}" if review.post_id is not None else None
        url = forum.thread_url(row.kind, row.thread_id, row.title, _anchor=anchor)
    return QueueRow(
        id=review.id,
        target=target,
        title=title,
        excerpt=excerpt(said, EXCERPT_CHARACTERS),
        url=url,
        author=author,
        opened_at=review.opened_at,
        severity=review.severity,
        reach=review.reach,
        age=float(row.age),
        accuracy=float(row.accuracy),
        flag_count=review.flag_count,
        reports=reports,
        held=review.held,
        noticed=review.noticed > 0,
        hidden=review.hidden_at is not None,
        reasons=reasons,
        claimed_by=claimants.get(review.claimed_by_id or 0) if _is_claimed(review) else None,
        claimed_until=review.claimed_until,
        version=review.version,
        post_version=row.post_version,
    )


def _is_claimed(review: Review) -> bool:
    return review.claimed_until is not None and review.claimed_until > now()


def _said(review_ids: Collection[int]) -> dict[int, tuple[Sequence[tuple[Reason, int]], int]]:
    """By review what the open flags and reports say, the commonest first, and how many of them are reports."""
    each = union_all(
        *(
            select(table.review_id, table.reason, literal(is_report).label("is_report")).where(
                table.review_id.in_(review_ids), table.decision_id.is_(None)
            )
            for table, is_report in ((Flag, 0), (Report, 1))
        )
    ).subquery()
    rows = db.session.execute(
        select(each.c.review_id, each.c.reason, func.count(), func.sum(each.c.is_report))
        .group_by(each.c.review_id, each.c.reason)
        .order_by(func.count().desc(), each.c.reason)
    )
    found: dict[int, tuple[Sequence[tuple[Reason, int]], int]] = {}
    for review_id, reason, number, of_reports in rows:
        reasons, reports = found.get(review_id, ((), 0))
        found[review_id] = ([*reasons, (Reason(reason), number)], reports + of_reports)
    return found
