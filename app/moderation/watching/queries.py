"""The words as moderators read them, and which were met in posts that wait."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import LazyString
from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.accounts.queries import Person, people
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound
from app.core.web.pages import Page, cut
from app.moderation.watching import policy
from app.moderation.watching.models import Action, WatchedHit, WatchedWord
from app.moderation.watching.words import SHORT

PAGE_SIZE = 50
COUNTED = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class WordRow:
    """A watched word; `hits` is in how many posts it was met in COUNTED, None of what masks and blocks: nobody counts those."""

    id: int
    kind: str
    pattern: str
    action: LazyString
    rule: int
    note: str
    active: bool
    by: Person
    created_at: datetime
    hits: int | None


def words(actor: Actor, number: int, action: Action | None = None) -> Page[WordRow]:
    """The words, the latest first, or those of one `action`. Raises NotFound for who is no moderator."""
    if not policy.keep(actor):
        raise NotFound
    where = [WatchedWord.action == action] if action else []
    rows = db.session.scalars(
        select(WatchedWord)
        .where(WatchedWord.deleted_at.is_(None), *where)
        .order_by(WatchedWord.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    known = people([row.by_id for row in rows])
    hits = _hits([row.id for row in rows])
    shown = [
        WordRow(
            id=row.id,
            kind=row.kind,
            pattern=row.pattern,
            action=SHORT[Action(row.action)],
            rule=row.rule,
            note=row.note,
            active=row.active,
            by=known[row.by_id],
            created_at=row.created_at,
            hits=hits.get(row.id, 0) if row.action in {Action.FLAG, Action.HOLD} else None,
        )
        for row in rows
    ]
    return cut(shown, number, PAGE_SIZE)


def met_in(post_ids: Collection[int]) -> dict[int, Sequence[str]]:
    """The words that were met in posts, for moderators, by post; deleted ones too."""
    rows = db.session.execute(
        select(WatchedHit.post_id, WatchedWord.pattern)
        .join(WatchedWord)
        .where(WatchedHit.post_id.in_(post_ids))
        .distinct()
        .order_by(WatchedHit.post_id, WatchedWord.pattern)
    )
    met: dict[int, list[str]] = {}
    for post_id, pattern in rows:
        met.setdefault(post_id, []).append(pattern)
    return dict(met)


def _hits(word_ids: Collection[int]) -> dict[int, int]:
    since = (WatchedHit.word_id.in_(word_ids), WatchedHit.at > now() - COUNTED)
    rows = select(WatchedHit.word_id, func.count(WatchedHit.post_id.distinct())).where(*since)
    return dict(db.session.execute(rows.group_by(WatchedHit.word_id)).all())
