"""What somebody was told, piece by piece: each with what it is about, if they may see that now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, and_, or_, select

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import Person
from app.core.db import db
from app.core.parts import part
from app.core.problems import NotFound
from app.core.text import excerpt, plain
from app.forum.models import Post, Thread
from app.forum.policy import visible_posts
from app.forum.queries import person_columns
from app.moderation.models import Decision
from app.moderation.words import FINDINGS, Reason
from app.notifications import words
from app.notifications.models import Kind, Notification
from app.notifications.ports import StandingNotice, Subject, TicketNotices
from app.questions.models import Question

EXCERPT_CHARACTERS = 300

_REMOVED = and_(Notification.kind == Kind.YOURS, Notification.what == "removed")
_DECIDED = Notification.decision_id.is_not(None)


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


def notice(actor: Actor, notification_id: int) -> Notice:
    """Raises NotFound when it is missing, somebody else's, or about something `actor` may not see."""
    row = db.session.execute(selected(actor).where(Notification.id == notification_id)).one_or_none()
    found = notices(actor, [row] if row else [])
    if not found:
        raise NotFound
    return found[0]


def of_letter(actor: Actor, letter_id: int) -> Sequence[Notice]:
    """What a letter tells `actor`, the oldest first: what they have not read yet and may see."""
    rows = selected(actor).where(Notification.letter_id == letter_id, Notification.read_at.is_(None))
    return notices(actor, db.session.execute(rows.order_by(Notification.id)).all())


def place(thread_id: int | None, ticket_id: int | None, single: int | None) -> tuple[str, int]:
    """What a notification is about: a thread, a ticket, or nothing but itself."""
    if thread_id is not None:
        return "thread", thread_id
    return ("ticket", ticket_id) if ticket_id is not None else ("single", single or 0)


def joined(statement: Select[Any]) -> Select[Any]:
    """A SELECT from notification, with what decides whether it may be seen."""
    return (
        statement.select_from(Notification)
        .outerjoin(Post, Post.id == Notification.post_id)
        .outerjoin(Thread, Thread.id == Notification.thread_id)
        .outerjoin(Question, Question.thread_id == Notification.thread_id)
    )


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Posts that `actor` may see, and of accepted answers those that still are; the desk is asked about tickets.

    That something of theirs was removed they may know, though not read it any more; so too what was decided, of which
    only its own page says more.
    """
    stands = or_(Notification.kind != Kind.ACCEPTED, Question.accepted_post_id == Notification.post_id)
    about_nothing = Notification.thread_id.is_(None)
    removed = and_(_REMOVED, Post.author_id == actor.id)
    return or_(about_nothing, and_(visible_posts(actor), stands), removed, _DECIDED)


def selected(actor: Actor) -> Select[Any]:
    """All that `notices` needs of what `actor` was told and may see."""
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
        Decision.ref,
        Decision.reason,
        Decision.said,
        *person_columns(),
    )
    return (
        joined(select(*columns))
        .outerjoin(Account, Account.id == Notification.actor_id)
        .outerjoin(Decision, Decision.id == Notification.decision_id)
        .where(Notification.account_id == actor.id, seen_by(actor))
    )


def notices(actor: Actor, rows: Sequence[Row[Any]]) -> list[Notice]:
    """Rows of `selected`, ready to be shown; those whose ticket `actor` may not see are left out."""
    message_ids = [row.message_id for row in rows if row.message_id is not None]
    told = part(TicketNotices)(actor, message_ids) if message_ids else {}
    return [
        Notice(
            id=row[0],
            kind=Kind(row.kind),
            what=row.what,
            subject=subject,
            at=row.created_at,
            unread=row.read_at is None,
            saved=row.saved_at is not None,
            place=place(row.thread_id, row.ticket_id, row[0]),
        )
        for row in rows
        if (subject := _subject(actor, row, told))
    ]


def _subject(actor: Actor, row: Row[Any], told: Mapping[int, Subject]) -> Subject | None:
    if row.ticket_id is not None:
        return told.get(row.message_id)
    if row.kind == Kind.QUEUE:
        return Subject(_("The queue"), url_for("moderation.queue"), "", None)
    if row.ref is not None:
        url = url_for("moderation.decision", ref=row.ref)
        return Subject(
            row.title or "", url, _finding(row.reason, row.said if row.kind == Kind.YOURS else ""), None
        )
    if row.thread_id is None:
        return part(StandingNotice)(actor)
    if row.what == "removed":
        # Nobody but moderators reads it any more, nor perhaps its thread: only the fact is told.
        return Subject(_("Something you wrote"), url_for("notifications.index"), "", None)
    if row.kind == Kind.OUTCOME:
        return Subject(row.title, url_for("desk.outcome", thread_id=row.thread_id), "", None)
    *_facts, author_id, name, display_name, role, state = tuple(row)
    author = Person(author_id, name, display_name, role, state) if author_id is not None else None
    # It knows on which of the thread's pages the post stands by the time somebody follows it.
    url = url_for("forum.post", post_id=row.post_id)
    return Subject(row.title, url, excerpt(plain(row.html), EXCERPT_CHARACTERS), author)


def _finding(reason: str, said: str) -> str:
    """Why something was decided, as far as it was said."""
    found = "" if reason in {"", Reason.OTHER} else str(FINDINGS[Reason(reason)])
    return excerpt(f"{found} {said}".strip(), EXCERPT_CHARACTERS)
