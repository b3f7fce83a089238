"""Writing down that somebody is told: once a person and event, by the most specific kind, if they may see it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select, update

from app.accounts.actor import Actor
from app.accounts.models import Account, AccountState
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.forum.models import Follow, Post, Thread
from app.forum.policy import can_see_post
from app.notifications import timing
from app.notifications.models import Cadence, Kind, MailChoice, MailHours, Notification
from app.notifications.timing import Hours

EVEN_MUTED = frozenset(
    {Kind.MENTION, Kind.YOURS, Kind.SUPPORT, Kind.STANDING, Kind.TICKET, Kind.OUTCOME, Kind.FLAG}
)
"""What is told of a thread that a person muted: their name, and what moderators and support say."""

RANKS = (Kind.FOLLOWED, Kind.MENTION, Kind.REPLY, Kind.ANSWER, Kind.SUPPORT)
"""Kinds that may tell of one post, the most specific last."""


@dataclass(frozen=True, slots=True)
class News:
    """What is told, to whomever."""

    kind: Kind
    key: str
    actor_id: int | None = None
    what: str = ""
    post: Post | None = None
    thread: Thread | None = None
    ticket_id: int | None = None
    message_id: int | None = None
    decision_id: int | None = None
    even_unseen: bool = False
    """Told to people who may not see the post any more: that it was taken away from them."""


def tell(news: News, to: Collection[int | None]) -> None:
    """Tell these people, but never who did it, in the open transaction; in a bounded number of statements.

    Left out are those who are gone, who may not see it, and who muted the thread, unless the kind is told even then.
    """
    wanted = {account_id for account_id in to if account_id is not None} - {news.actor_id}
    rows = [row for row in _recipients(wanted, news) if _hears(row, news)]
    if not rows:
        return
    told = insert_ignoring(Notification).values([_values(row, news) for row in rows])
    written = db.session().connection().execute(told.returning(Notification.account_id)).scalars()
    known = {row.id for row in rows} - set(written)
    if known and news.kind in RANKS:
        _specify([row for row in rows if row.id in known], news)


def _recipients(ids: Collection[int], news: News) -> list[Any]:
    """The people with all that decides about them, in one statement."""
    if not ids:
        return []
    thread_id = news.thread.id if news.thread else None
    statement = (
        select(
            Account.id,
            Account.role,
            Account.trust,
            Account.locale,
            Account.tz,
            Account.email,
            Follow.muted,
            MailChoice.cadence,
            MailHours.digest_hour,
            MailHours.digest_weekday,
            MailHours.quiet_from,
            MailHours.quiet_until,
        )
        .outerjoin(Follow, and_(Follow.account_id == Account.id, Follow.thread_id == thread_id))
        .outerjoin(MailChoice, and_(MailChoice.account_id == Account.id, MailChoice.kind == news.kind))
        .outerjoin(MailHours, MailHours.account_id == Account.id)
        .where(Account.id.in_(ids), Account.state == AccountState.ACTIVE)
        .order_by(Account.id)
    )
    return list(db.session.execute(statement))


def _hears(row: Any, news: News) -> bool:
    if row.muted and news.kind not in EVEN_MUTED:
        return False
    if news.post is None or news.thread is None or news.even_unseen:
        return True
    return can_see_post(Actor(*row[:5]), news.post, news.thread)


def _values(row: Any, news: News) -> dict[str, Any]:
    return {
        "account_id": row.id,
        "kind": news.kind,
        "what": news.what,
        "key": news.key,
        "actor_id": news.actor_id,
        "thread_id": news.thread.id if news.thread else None,
        "post_id": news.post.id if news.post else None,
        "ticket_id": news.ticket_id,
        "message_id": news.message_id,
        "decision_id": news.decision_id,
        "created_at": now(),
        "mail_at": _mail_at(row, news),
    }


def _mail_at(row: Any, news: News) -> Any:
    if row.email is None:
        return None
    hours = Hours() if row.digest_hour is None else Hours(*row[8:])
    return timing.due(now(), row.tz, hours, Cadence(row.cadence or timing.DEFAULTS[news.kind]))


def _specify(rows: Collection[Any], news: News) -> None:
    """Who was told of this already by a less specific kind, and not by letter yet, is told by this one."""
    less = RANKS[: RANKS.index(news.kind)]
    for row in rows:
        db.session().connection().execute(
            update(Notification)
            .where(
                Notification.account_id == row.id,
                Notification.key == news.key,
                Notification.kind.in_(less),
                Notification.mailed_at.is_(None),
            )
            .values(kind=news.kind, what=news.what, mail_at=_mail_at(row, news))
        )
