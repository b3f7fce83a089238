"""What posts said before, and what changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import Person
from app.core.db import db
from app.core.text import Passages, Piece, difference
from app.core.web.pages import Page, cut
from app.forum.masking import public, public_source
from app.forum.models import Post, Revision, Thread
from app.forum.queries.people import person_columns
from app.forum.queries.tags import tags_of
from app.forum.redacted import put_away

REVISIONS_A_PAGE = 10


@dataclass(frozen=True, slots=True)
class Version:
    """What a post said at one time; `title` and `tags` are None where there are none."""

    source: str
    title: str | None
    tags: str | None

    def read_by(self, actor: Actor, hidden: Passages | None) -> "Version":
        """As `actor` reads it: personal data, and what is `hidden` of its post, are for staff."""
        if actor.is_staff:
            return self
        title = public(self.title, hidden) if self.title else None
        return Version(public_source(self.source, hidden), title, self.tags)


@dataclass(frozen=True, slots=True)
class Changes:
    """From one version to another; each empty where nothing changed."""

    title: list[Piece]
    tags: list[Piece]
    text: list[Piece]


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One edit: who, when, why and what. `editor` is None for moderators, whose names only staff read."""

    version: int
    editor: Person | None
    at: datetime
    reason: str
    changes: Changes


def revisions(actor: Actor, post: Post, thread: Thread, number: int) -> Page[RevisionRow]:
    """A page of the edits of a post that `actor` may see, the latest first."""
    size = REVISIONS_A_PAGE
    rows = db.session.execute(
        select(Revision, *person_columns())
        .join(Account, Account.id == Revision.editor_id)
        .where(Revision.post_id == post.id)
        .order_by(Revision.version.desc())
        .offset(max(0, (number - 1) * size - 1))
        # One more on either side: what an edit led to is what the next one began with.
        .limit(size + 1 + (number > 1))
    ).all()
    hidden = None if actor.is_staff else put_away(post.id)
    after = present(post, thread).read_by(actor, hidden)
    if number > 1 and rows:
        after = _of(rows[0].Revision).read_by(actor, hidden)
        rows = rows[1:]
    shown = []
    for revision, *person in rows:
        before = _of(revision).read_by(actor, hidden)
        shown.append(
            RevisionRow(
                version=revision.version + 1,
                editor=None if revision.decided and not actor.is_staff else Person(*person),
                at=revision.replaced_at,
                reason=public(revision.reason, hidden) if hidden else revision.reason,
                changes=changes(before, after),
            )
        )
        after = before
    return cut(shown, number, size)


def present(post: Post, thread: Thread) -> Version:
    """What a post says now, unmasked."""
    if post.parent_id is not None:
        return Version(post.source, None, None)
    title = thread.unmasked_title or thread.title
    return Version(post.source, title, ", ".join(tags_of([thread.id])[thread.id]))


def changes(before: Version, after: Version) -> Changes:
    """From `before` to `after`, as far as both know."""
    return Changes(
        title=_between(before.title, after.title),
        tags=_between(before.tags, after.tags),
        text=difference(before.source, after.source),
    )


def _of(revision: Revision) -> Version:
    tags = None if revision.tags is None else ", ".join(revision.tags)
    return Version(revision.source, revision.title, tags)


def _between(before: str | None, after: str | None) -> list[Piece]:
    return [] if before is None or after is None else difference(before, after)
