"""What somebody was told, by thread and ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from app.accounts.actor import Actor
from app.core.db import db
from app.core.web.pages import Page, cut
from app.forum.models import Follow
from app.notifications import words
from app.notifications.models import Kind, Notification
from app.notifications.queries.notices import Notice, joined, notices, place, seen_by, selected

PAGE_SIZE = 20
MOST_IN_A_GROUP = 10
MOST_COUNTED = 100

_PLACE = (
    Notification.thread_id,
    Notification.ticket_id,
    case((and_(Notification.thread_id.is_(None), Notification.ticket_id.is_(None)), Notification.id)),
)


class View(StrEnum):
    """The parts of the list."""

    UNREAD = "unread"
    SAVED = "saved"
    ALL = "all"


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
        joined(
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
            if (told := found.get(place(*row[:3])))
        ],
        page.number,
        page.more,
    )


def unread(actor: Actor) -> int:
    """How many notifications wait for `actor`; MOST_COUNTED stands for that many or more."""
    if not actor.signed_in:
        return 0
    waiting = joined(select(Notification.id)).where(_in_view(actor, View.UNREAD)).limit(MOST_COUNTED)
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def told_anything(actor: Actor) -> bool:
    """Whether there ever was something for `actor`."""
    return (
        db.session.scalar(select(Notification.id).where(Notification.account_id == actor.id).limit(1))
        is not None
    )


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
        joined(
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
    latest = selected(actor).where(Notification.id.in_(wanted)).order_by(Notification.id.desc())
    for one in notices(actor, db.session.execute(latest).all()):
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
    return and_(Notification.account_id == actor.id, part_of[view], seen_by(actor))
