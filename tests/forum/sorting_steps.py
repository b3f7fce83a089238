"""What people do with tags and topics, in one line each."""

import secrets
from typing import Any

from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.core.db import db
from app.forum.models import Space, Tag, TagAlias, Thread, ThreadTag, Visibility
from app.questions import operations as questions

TITLE = "Buyer says not as described but the hole was listed"


def ask(who: Any, *tags: str, space_id: int | None = None, source: str = "What now?") -> int:
    space = space_id or db.session.scalar(select(Space.id).order_by(Space.id)) or 0
    token = secrets.token_urlsafe(18)
    return questions.ask(who.actor, title=TITLE, source=source, space_id=space, tags=tags, token=token)


def names_of(thread_id: int) -> set[str]:
    """The tags a thread carries."""
    db.session.rollback()
    rows = select(Tag.name).join(ThreadTag).where(ThreadTag.thread_id == thread_id)
    return set(db.session.scalars(rows))


def counts() -> dict[str, int]:
    """Every tag with its counter."""
    db.session.rollback()
    return dict(db.session.execute(select(Tag.name, Tag.thread_count)).all())


def counted() -> dict[str, int]:
    """Every tag, with its public threads counted."""
    db.session.rollback()
    public = select(ThreadTag.tag_id).join(Thread).where(Thread.visibility == Visibility.PUBLIC).subquery()
    rows = select(Tag.name, func.count(public.c.tag_id)).outerjoin(public, public.c.tag_id == Tag.id)
    return dict(db.session.execute(rows.group_by(Tag.name)).all())


def aliases() -> dict[str, str]:
    """Every alias and the tag it means."""
    db.session.rollback()
    return dict(db.session.execute(select(TagAlias.name, Tag.name).join(Tag)).all())


def verbs() -> list[str]:
    """What the log says was done, in order."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))
