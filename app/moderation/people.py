"""What moderators know of a person: who it is, what holds for them, and what happened, in one list by time."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from app.accounts.actor import Actor
from app.accounts.models import Account, AccountState
from app.accounts.operations.sanctioning import Imposed, Sanction, imposed
from app.accounts.queries import Neighbour, Person, neighbours, people
from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound
from app.core.web.pages import Page, cut
from app.forum.models import Post, Thread, Visibility, Vote
from app.moderation import log, policy
from app.moderation.acts import ACTS, Verb
from app.moderation.models import Decision, Flag, Review
from app.moderation.words import FINDINGS, Reason

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Known:
    """A person as moderators see them; `sanctions` are those that hold now, `unfit` why nothing is theirs to decide."""

    person: Person
    joined: datetime
    trust: int
    reputation: int
    source: str | None
    sanctions: Sequence[Imposed]
    unfit: LazyString | None

    @property
    def unclaimed(self) -> bool:
        return self.person.state is AccountState.UNCLAIMED


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of each sort there is, as long as the list is that it leads to."""

    posts: int
    waiting: int
    decisions: int
    made: int
    against: int
    log: int


@dataclass(frozen=True, slots=True)
class Belongings:
    """What a merge would give away, or anonymising leave without a name."""

    threads: int
    posts: int
    votes: int
    flags: int
    reputation: int


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing in a person's history. `url` leads to what it is about, called `title`; `by` is None for nobody here."""

    at: datetime
    what: LazyString | str
    because: str
    url: str | None
    title: str
    by: Person | None


def known(actor: Actor, name: str) -> Known:
    """Raises NotFound for unknown names, those who have left, and sign-ups that nobody confirmed."""
    here = or_(
        and_(Account.state == AccountState.ACTIVE, Account.email_confirmed_at.is_not(None)),
        Account.state == AccountState.UNCLAIMED,
    )
    row = db.session.scalar(select(Account).where(Account.name == name.lower(), here))
    if row is None:
        raise NotFound
    return Known(
        person=Person(row.id, row.name, row.display_name, row.role, row.state),
        joined=row.created_at,
        trust=row.trust,
        reputation=row.reputation,
        source=row.source,
        sanctions=[
            said for said in (imposed(row, kind) for kind in Sanction) if said.until and now() < said.until
        ],
        unfit=policy.act_on(actor, row.id, row.role),
    )


def sharing(actor: Actor, whom: Known) -> Sequence[Neighbour]:
    """Who shares an address with them; of staff only admins are told, and nobody of themselves."""
    return (
        neighbours(whom.person.id) if policy.act_on(actor, whom.person.id, whom.person.role) is None else []
    )


def belongings(account_id: int) -> Belongings:
    """In one statement."""
    of = (Thread.author_id, Post.author_id, Vote.account_id, Flag.account_id)
    facts = [
        select(func.count()).select_from(column.class_).where(column == account_id).scalar_subquery()
        for column in of
    ]
    facts.append(select(Account.reputation).where(Account.id == account_id).scalar_subquery())
    return Belongings(*db.session.execute(select(*facts)).one())


def counts(actor: Actor, account_id: int) -> Counts:
    """In one statement."""
    public = (Post.visibility == Visibility.PUBLIC, Thread.visibility == Visibility.PUBLIC)
    posts = select(Post.id).join(Thread).where(Post.author_id == account_id, *public)
    lists = (posts, *(source.of(actor, account_id) for source in SOURCES.values()))
    numbers = [select(func.count()).select_from(rows.subquery()).scalar_subquery() for rows in lists]
    return Counts(*db.session.execute(select(*numbers)).one())


def history(actor: Actor, account_id: int, number: int, show: str = "") -> Page[Happened]:
    """Page `number` of what happened, the latest first; with `show`, a key of SOURCES, of one sort only."""
    wanted = [SOURCES[show]] if show in SOURCES else list(SOURCES.values())
    parts = union_all(*(source.of(actor, account_id) for source in wanted)).subquery()
    rows = db.session.execute(
        select(parts.c.at, parts.c.sort, parts.c.id)
        .order_by(parts.c.at.desc(), parts.c.sort, parts.c.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    told = {
        source: SOURCES[source].told([row.id for row in rows if row.sort == source])
        for source in {row.sort for row in rows}
    }
    return cut([told[row.sort][row.id] for row in rows], number, PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class Source:
    """One sort of thing that happens to people: `of` selects when and its id, `told` says what each of some ids is."""

    words: LazyString
    of: Callable[[Actor, int], Select[*tuple[Any, ...]]]
    told: Callable[[Collection[int]], Mapping[int, Happened]]


def _waiting(_actor: Actor, account_id: int) -> Select[*tuple[Any, ...]]:
    rows = select(Review.opened_at.label("at"), literal("waiting").label("sort"), Review.id.label("id"))
    return rows.where(Review.author_id == account_id, Review.opened_at.is_not(None))


def _told_waiting(ids: Collection[int]) -> Mapping[int, Happened]:
    return {
        review.id: Happened(
            review.opened_at, _("Waits for moderators"), "", _review_url(review.id), title, None
        )
        for review, title, _by in _with_titles(Review, Review.id, Review.author_id, Review.id.in_(ids))
        if review.opened_at is not None
    }


def _decisions(_actor: Actor, account_id: int) -> Select[*tuple[Any, ...]]:
    rows = select(Decision.made_at.label("at"), literal("decisions").label("sort"), Decision.id.label("id"))
    return rows.where(Decision.subject_id == account_id)


def _told_decisions(ids: Collection[int]) -> Mapping[int, Happened]:
    return {
        row.id: Happened(
            row.made_at,
            ACTS[Verb(row.act)].label,
            " ".join(part for part in (_finding(row.reason), row.said) if part),
            url_for("moderation.decision", ref=row.ref),
            title,
            by,
        )
        for row, title, by in _with_titles(Decision, Decision.review_id, Decision.by_id, Decision.id.in_(ids))
    }


def _made(_actor: Actor, account_id: int) -> Select[*tuple[Any, ...]]:
    rows = select(Flag.created_at.label("at"), literal("made").label("sort"), Flag.id.label("id"))
    return rows.where(Flag.account_id == account_id)


def _against(actor: Actor, account_id: int) -> Select[*tuple[Any, ...]]:
    rows = select(Flag.created_at.label("at"), literal("against").label("sort"), Flag.id.label("id"))
    # Nobody reads who flagged them.
    theirs = (Review.author_id == account_id, Review.author_id != (actor.id or 0))
    return rows.join(Review, Review.id == Flag.review_id).where(*theirs)


def _told_flags(what: LazyString) -> Callable[[Collection[int]], Mapping[int, Happened]]:
    def told(ids: Collection[int]) -> Mapping[int, Happened]:
        return {
            row.id: Happened(
                row.created_at,
                what,
                " ".join(part for part in (_finding(row.reason), row.note) if part),
                _review_url(row.review_id),
                title,
                by,
            )
            for row, title, by in _with_titles(Flag, Flag.review_id, Flag.account_id, Flag.id.in_(ids))
        }

    return told


def _log(_actor: Actor, account_id: int) -> Select[*tuple[Any, ...]]:
    rows = select(AuditEntry.at.label("at"), literal("log").label("sort"), AuditEntry.id.label("id"))
    return rows.where(AuditEntry.target == "account", AuditEntry.target_id == account_id)


def _told_log(ids: Collection[int]) -> Mapping[int, Happened]:
    return {
        row.number: Happened(
            row.at, row.what, "; ".join(f"{name}: {value}" for name, value in row.facts), None, "", row.by
        )
        for row in log.numbered(ids)
    }


SOURCES: Mapping[str, Source] = {
    "waiting": Source(_("Waiting"), _waiting, _told_waiting),
    "decisions": Source(_("Decided on"), _decisions, _told_decisions),
    "made": Source(_("Flags they made"), _made, _told_flags(_("Flagged something"))),
    "against": Source(_("Flags against them"), _against, _told_flags(_("Something of theirs was flagged"))),
    "log": Source(_("From the log"), _log, _told_log),
}
"""All that a history is made of. Another sort is another line here, a field of Counts and a number on the page."""


def _with_titles(
    table: type[Any], review_id: Any, by_id: Any, where: ColumnElement[bool]
) -> Sequence[tuple[Any, str, Person | None]]:
    """Rows with the title of what their review is about, and who `by_id` is."""
    reviewed = aliased(Review)
    found = db.session.execute(
        select(table, func.coalesce(Thread.title, Account.display_name), by_id)
        .join(reviewed, reviewed.id == review_id)
        .join(Account, Account.id == reviewed.author_id)
        .outerjoin(Post, Post.id == reviewed.post_id)
        .outerjoin(Thread, Thread.id == func.coalesce(Post.thread_id, reviewed.thread_id))
        .where(where)
    ).all()
    who = people([by for _row, _title, by in found])
    return [(row, title, who.get(by)) for row, title, by in found]


def _finding(reason: str) -> str:
    return str(FINDINGS[Reason(reason)]) if reason else ""


def _review_url(review_id: int) -> str:
    return url_for("moderation.review", review_id=review_id)
