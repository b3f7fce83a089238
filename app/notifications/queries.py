"""What a person has been told, always through what they may see now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, true

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import Person
from app.core.db import db
from app.core.parts import part
from app.core.problems import NotFound
from app.core.text import excerpt, plain
from app.core.web.pages import Page, cut
from app.forum.models import Follow, Post, Thread
from app.forum.policy import visible_posts
from app.forum.queries import person_columns
from app.notifications import timing, words
from app.notifications.models import Cadence, Kind, MailChoice, MailHours, Notification
from app.notifications.ports import StandingNotice, Subject, TicketNotices
from app.notifications.timing import Hours
from app.questions.models import Question

PAGE_SIZE = 20
MOST_IN_A_GROUP = 10
EXCERPT_CHARACTERS = 300
MOST_COUNTED = 100


class View(StrEnum):
    """The parts of the list."""

    UNREAD = "unread"
    SAVED = "saved"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification, ready to be shown or mailed."""

    id: int
    kind: Kind
    what: str
    subject: Subject
    at: datetime
    unread: bool
    saved: bool
    place: tuple[str, int]
    """The thread, ticket or single notification that it belongs to."""

    @property
    def name(self) -> str:
        return self.subject.author.display_name if self.subject.author else ""

    @property
    def happened(self) -> str:
        """What happened, without saying where, in the reader's language."""
        return words.happened(self.kind, self.what, self.name)

    @property
    def mail_subject(self) -> str:
        return words.subject(self.kind, self.what, self.name, self.subject.title)


@dataclass(frozen=True, slots=True)
class Group:
    """What a person was told of one thread or ticket: the latest first, at most MOST_IN_A_GROUP of `total`."""

    notices: Sequence[Notice]
    total: int
    unread: int
    news: str
    first: Notice
    """What opening the group leads to: the first unread, else the latest."""
    muted: bool | None
    """None where there is nothing to mute."""

    @property
    def latest(self) -> Notice:
        return self.notices[0]


def groups(actor: Actor, view: View, number: int) -> Page[Group]:
    """What `actor` was told, by thread, the latest first. What they may no longer see is left out."""
    among = _in_view(actor, view)
    newest = func.max(Notification.id)
    unread_only = case((Notification.read_at.is_(None), Notification.id))
    rows = db.session.execute(
        _from(
            select(
                *_PLACE,
                newest,
                func.count(),
                func.count(unread_only),
                func.min(unread_only),
                func.min(case((Notification.read_at.is_(None), Notification.kind))),
                func.max(case((Notification.read_at.is_(None), Notification.kind))),
            )
        )
        .where(among)
        .group_by(*_PLACE)
        .order_by(newest.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    page = cut(rows, number, PAGE_SIZE)
    found = _of_groups(actor, among, page.rows)
    muted = _muted(actor, [row[0] for row in page.rows if row[0] is not None])
    return Page(
        [
            _group(row, told, muted.get(row[0], False) if row[0] is not None else None)
            for row in page.rows
            if (told := found.get(_place(*row[:3])))
        ],
        page.number,
        page.more,
    )


def notice(actor: Actor, notification_id: int) -> Notice:
    """Raises NotFound when it is missing, somebody else's, or about something `actor` may not see."""
    row = db.session.execute(_select(actor).where(Notification.id == notification_id)).one_or_none()
    found = _notices(actor, [row] if row else [])
    if not found:
        raise NotFound
    return found[0]


def of_letter(actor: Actor, letter_id: int) -> Sequence[Notice]:
    """What a letter tells `actor`, the oldest first: what they have not read yet and may see."""
    rows = _select(actor).where(Notification.letter_id == letter_id, Notification.read_at.is_(None))
    return _notices(actor, db.session.execute(rows.order_by(Notification.id)).all())


def unread(actor: Actor) -> int:
    """How many notifications wait for `actor`; MOST_COUNTED stands for that many or more."""
    if not actor.signed_in:
        return 0
    waiting = _from(select(Notification.id)).where(_in_view(actor, View.UNREAD)).limit(MOST_COUNTED)
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def told_anything(actor: Actor) -> bool:
    """Whether there ever was something for `actor`."""
    return (
        db.session.scalar(select(Notification.id).where(Notification.account_id == actor.id).limit(1))
        is not None
    )


def mail_choices(account_id: int) -> Mapping[Kind, Cadence]:
    """How soon the person wants each kind by mail."""
    rows = db.session.execute(
        select(MailChoice.kind, MailChoice.cadence).where(MailChoice.account_id == account_id)
    )
    return timing.DEFAULTS | {Kind(kind): Cadence(cadence) for kind, cadence in rows}


def mail_hours(account_id: int) -> Hours:
    """When the person's digests come and when letters wait."""
    row = db.session.execute(
        select(
            MailHours.digest_hour, MailHours.digest_weekday, MailHours.quiet_from, MailHours.quiet_until
        ).where(MailHours.account_id == account_id)
    ).one_or_none()
    return Hours(*row) if row else Hours()


_PLACE = (
    Notification.thread_id,
    Notification.ticket_id,
    case((and_(Notification.thread_id.is_(None), Notification.ticket_id.is_(None)), Notification.id)),
)
_REMOVED = and_(Notification.kind == Kind.YOURS, Notification.what == "removed")


def _place(thread_id: int | None, ticket_id: int | None, single: int | None) -> tuple[str, int]:
    if thread_id is not None:
        return "thread", thread_id
    return ("ticket", ticket_id) if ticket_id is not None else ("single", single or 0)


def _group(row: Any, told: Sequence[Notice], muted: bool | None) -> Group:
    *_place_columns, _newest, total, fresh, first_unread, one_kind, other_kind = tuple(row)
    kinds = {Kind(kind) for kind in (one_kind, other_kind) if kind}
    first = next((notice for notice in told if notice.id == first_unread), told[0])
    return Group(told, total, fresh, words.counted(kinds, fresh) if fresh else "", first, muted)


def _of_groups(
    actor: Actor, among: ColumnElement[bool], rows: Sequence[Any]
) -> dict[tuple[str, int], list[Notice]]:
    """By place, the latest notices of each group and its first unread one, the latest first."""
    if not rows:
        return {}
    ranked = (
        _from(
            select(
                Notification.id,
                func.row_number().over(partition_by=_PLACE, order_by=Notification.id.desc()).label("nth"),
            )
        )
        .where(
            among,
            or_(
                Notification.thread_id.in_([row[0] for row in rows if row[0] is not None]),
                Notification.ticket_id.in_([row[1] for row in rows if row[1] is not None]),
                Notification.id.in_([row[2] for row in rows if row[2] is not None]),
            ),
        )
        .subquery()
    )
    firsts = [row[6] for row in rows if row[6] is not None]
    wanted = select(ranked.c.id).where(or_(ranked.c.nth <= MOST_IN_A_GROUP, ranked.c.id.in_(firsts)))
    found: dict[tuple[str, int], list[Notice]] = {}
    selected = _select(actor).where(Notification.id.in_(wanted)).order_by(Notification.id.desc())
    for one in _notices(actor, db.session.execute(selected).all()):
        found.setdefault(one.place, []).append(one)
    return found


def _muted(actor: Actor, thread_ids: Sequence[int]) -> dict[int, bool]:
    rows = select(Follow.thread_id, Follow.muted).where(
        Follow.account_id == actor.id, Follow.thread_id.in_(thread_ids)
    )
    return {row.thread_id: row.muted for row in db.session.execute(rows)}


def _in_view(actor: Actor, view: View) -> ColumnElement[bool]:
    part_of = {
        View.UNREAD: Notification.read_at.is_(None),
        View.SAVED: Notification.saved_at.is_not(None),
        View.ALL: true(),
    }
    return and_(Notification.account_id == actor.id, part_of[view], _seen_by(actor))


def _select(actor: Actor) -> Select[Any]:
    columns = (
        Notification.id,
        Notification.kind,
        Notification.what,
        Notification.post_id,
        Notification.ticket_id,
        Notification.message_id,
        Notification.created_at,
        Notification.read_at,
        Notification.saved_at,
        Notification.thread_id,
        Thread.title,
        Post.html,
        *person_columns(),
    )
    return (
        _from(select(*columns))
        .outerjoin(Account, Account.id == Notification.actor_id)
        .where(Notification.account_id == actor.id, _seen_by(actor))
    )


def _from(statement: Select[Any]) -> Select[Any]:
    return (
        statement.select_from(Notification)
        .outerjoin(Post, Post.id == Notification.post_id)
        .outerjoin(Thread, Thread.id == Notification.thread_id)
        .outerjoin(Question, Question.thread_id == Notification.thread_id)
    )


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """Posts that `actor` may see, and of accepted answers those that still are; the desk is asked about tickets.

    That something of theirs was removed they may know, though not read it any more.
    """
    stands = or_(Notification.kind != Kind.ACCEPTED, Question.accepted_post_id == Notification.post_id)
    about_nothing = Notification.thread_id.is_(None)
    return or_(about_nothing, and_(visible_posts(actor), stands), and_(_REMOVED, Post.author_id == actor.id))


def _notices(actor: Actor, rows: Sequence[Row[Any]]) -> list[Notice]:
    """Rows of `_select`, ready to be shown; those whose ticket `actor` may not see are left out."""
    message_ids = [row.message_id for row in rows if row.message_id is not None]
    told = part(TicketNotices)(actor, message_ids) if message_ids else {}
    found = []
    for row in rows:
        (
            id_,
            kind,
            what,
            post_id,
            ticket_id,
            message_id,
            at,
            read_at,
            saved_at,
            thread_id,
            title,
            html,
            *person,
        ) = tuple(row)
        author = Person(*person) if person[0] is not None else None
        if ticket_id is not None:
            subject = told.get(message_id)
        elif thread_id is None:
            subject = part(StandingNotice)(actor) or Subject(
                _("Your standing"), url_for("home.latest"), "", None
            )
        elif what == "removed":
            # Nobody but moderators reads it any more, nor perhaps its thread: only the fact is told.
            subject = Subject(_("Something you wrote"), url_for("notifications.index"), "", None)
        else:
            # It knows on which of the thread's pages the post stands by the time somebody follows it.
            url = url_for("forum.post", post_id=post_id)
            subject = Subject(title, url, excerpt(plain(html), EXCERPT_CHARACTERS), author)
        if subject:
            place = _place(thread_id, ticket_id, id_)
            found.append(
                Notice(id_, Kind(kind), what, subject, at, read_at is None, saved_at is not None, place)
            )
    return found
