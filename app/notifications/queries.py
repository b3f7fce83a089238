"""What a person has been told, always through what they may see now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import Person
from app.core.db import db
from app.core.parts import part
from app.core.problems import NotFound
from app.core.text import excerpt, plain
from app.core.web.pages import Page, cut
from app.forum.models import Post, Thread
from app.forum.policy import visible_posts
from app.forum.queries import person_columns
from app.notifications.models import Kind, MailChoice, Notification
from app.notifications.ports import Subject, TicketNotices
from app.questions.models import Question

PAGE_SIZE = 20
EXCERPT_CHARACTERS = 300
MOST_COUNTED = 100


_HAPPENED = {
    Kind.ANSWER: _("%(name)s answered your question"),
    Kind.REPLY: _("%(name)s replied to you"),
    Kind.ACCEPTED: _("%(name)s accepted your answer"),
    Kind.TICKET: _("%(name)s wrote in a ticket"),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notification, ready to be shown or mailed."""

    id: int
    kind: Kind
    subject: Subject
    at: datetime
    unread: bool

    @property
    def happened(self) -> str:
        """What happened, without saying where, in the reader's language."""
        return str(_HAPPENED[self.kind]) % {"name": self.subject.author.display_name}


def notices(actor: Actor, number: int) -> Page[Notice]:
    """What `actor` was told, the latest first. What they may no longer see is left out."""
    rows = db.session.execute(
        _select(actor).order_by(Notification.id.desc()).offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE + 1)
    ).all()
    page = cut(rows, number, PAGE_SIZE)
    return Page(_notices(actor, page.rows), page.number, page.more)


def notice(actor: Actor, notification_id: int) -> Notice:
    """Raises NotFound when it is missing, somebody else's, or about something `actor` may not see."""
    row = db.session.execute(_select(actor).where(Notification.id == notification_id)).one_or_none()
    found = _notices(actor, [row] if row else [])
    if not found:
        raise NotFound
    return found[0]


def unread(actor: Actor) -> int:
    """How many notifications wait for `actor`; MOST_COUNTED stands for that many or more."""
    if not actor.signed_in:
        return 0
    waiting = (
        _from(select(Notification.id))
        .where(Notification.account_id == actor.id, Notification.read_at.is_(None), _seen_by(actor))
        .limit(MOST_COUNTED)
    )
    return db.session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def mail_choices(account_id: int) -> Mapping[Kind, bool]:
    """Which kinds the person wants by mail."""
    rows = db.session.execute(
        select(MailChoice.kind, MailChoice.on).where(MailChoice.account_id == account_id)
    )
    return dict.fromkeys(Kind, True) | {Kind(kind): on for kind, on in rows}


def _select(actor: Actor) -> Select[Any]:
    columns = (
        Notification.id,
        Notification.kind,
        Notification.post_id,
        Notification.ticket_id,
        Notification.message_id,
        Notification.created_at,
        Notification.read_at,
        Thread.title,
        Post.html,
        *person_columns(),
    )
    return (
        _from(select(*columns))
        .join(Account, Account.id == Notification.actor_id)
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
    """Posts that `actor` may see, and of accepted answers those that still are; the desk is asked about tickets."""
    stands = or_(Notification.kind != Kind.ACCEPTED, Question.accepted_post_id == Notification.post_id)
    return or_(Notification.ticket_id.is_not(None), and_(visible_posts(actor), stands))


def _notices(actor: Actor, rows: Sequence[Row[Any]]) -> list[Notice]:
    """Rows of `_select`, ready to be shown; those whose ticket `actor` may not see are left out."""
    message_ids = [row.message_id for row in rows if row.message_id is not None]
    told = part(TicketNotices)(actor, message_ids) if message_ids else {}
    found = []
    for row in rows:
        (
            id_,
            kind,
            post_id,
            ticket_id,
            message_id,
            at,
            read_at,
            title,
            html,
            *person,
        ) = tuple(row)
        if ticket_id is not None:
            subject = told.get(message_id)
        else:
            # It knows on which of the thread's pages the post stands by the time somebody follows it.
            url = url_for("forum.post", post_id=post_id)
            subject = Subject(title, url, excerpt(plain(html), EXCERPT_CHARACTERS), Person(*person))
        if subject:
            found.append(Notice(id_, Kind(kind), subject, at, read_at is None))
    return found
