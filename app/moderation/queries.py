"""What waits for a look, what was decided, and which flags are open."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, CompoundSelect, bindparam, func, select, union_all

from app.accounts.actor import Actor
from app.accounts.models import Account
from app.accounts.queries import Person
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound
from app.core.text import links
from app.core.web.pages import Page, cut
from app.forum import queries as forum
from app.forum.models import Post, Thread, Visibility
from app.forum.policy import visible_posts, visible_threads
from app.moderation.models import Flag, HeldDecision
from app.moderation.rules import BROKEN, Rule
from app.moderation.spam.queries import Parts, scores
from app.moderation.watching.queries import met_in
from app.moderation.words import REASONS, REFUSALS, Reason, Refusal

PAGE_SIZE = 20
MOST_FLAGS = 50
MOST_SHOWN = 99


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A post that waits, its links spelled out, its photos, the watched words in it, what of it looks like spam, and what is known of its author."""

    id: int
    version: int
    opening: bool
    title: str
    url: str
    html: str
    links: Sequence[str]
    photos: Sequence[forum.PhotoRow]
    words: Sequence[str]
    spam: Parts
    created_at: datetime
    author: Person
    days_here: int
    posts: int
    released: int
    mine: bool


@dataclass(frozen=True, slots=True)
class FlagRow:
    """An open flag; `url` leads to the post."""

    id: int
    post_id: int
    title: str
    reason: str
    note: str
    created_at: datetime
    by: Person
    mine: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a post is not shown, for those who may know."""

    post: Post
    thread: Thread
    reason: str
    rule: Rule
    at: datetime


def waiting(actor: Actor) -> int:
    """How many posts wait for a moderator, as the rail says it, in one statement; nobody else is told."""
    if not actor.is_moderator:
        return 0
    some = _held_ids(actor).limit(MOST_SHOWN + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def held(actor: Actor, number: int, author_id: int | None = None) -> Page[HeldRow]:
    """What waits, the oldest first; with `author_id` only that person's."""
    where = [Post.author_id == author_id] if author_id else []
    rows = db.session.execute(
        select(
            Post.id,
            Post.version,
            Post.parent_id,
            Post.html,
            Post.unmasked_html,
            Post.photo_count,
            Post.created_at,
            Thread.id.label("thread_id"),
            Thread.kind,
            Thread.title,
            Account.created_at.label("joined_at"),
            *forum.person_columns(),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .join(Account, Account.id == Post.author_id)
        .where(Post.id.in_(_held_ids(actor)), visible_posts(actor), *where)
        .order_by(Post.created_at, Post.id)
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    authors = {row[11] for row in rows}
    posts, released = _posts_of(authors), _released_of(authors)
    photos = forum.photos_of([row[0] for row in rows if row.photo_count])
    words, spam = met_in([row[0] for row in rows]), scores([row[0] for row in rows])
    shown = [
        HeldRow(
            id=row[0],
            version=row.version,
            opening=row.parent_id is None,
            title=row.title,
            url=forum.thread_url(row.kind, row.thread_id, row.title, _anchor=f"p-{row[0]}"),
            html=row.unmasked_html or row.html,
            links=links(row.unmasked_html or row.html),
            photos=photos.get(row[0], []),
            words=words.get(row[0], []),
            spam=spam.get(row[0], []),
            created_at=row[6],
            author=Person(*tuple(row)[11:]),
            days_here=(now() - row.joined_at).days,
            posts=posts.get(row[11], 0),
            released=released.get(row[11], 0),
            mine=row[11] == actor.id,
        )
        for row in rows
    ]
    return cut(shown, number, PAGE_SIZE)


def open_flags(actor: Actor) -> Sequence[FlagRow]:
    """The flags nobody has looked at, the oldest first, at most MOST_FLAGS."""
    rows = db.session.execute(
        select(
            Flag.id,
            Flag.post_id,
            Flag.reason,
            Flag.note,
            Flag.created_at,
            Thread.title,
            Post.author_id,
            *forum.person_columns(),
        )
        .join(Post, Post.id == Flag.post_id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Account, Account.id == Flag.account_id)
        .where(Flag.handled_at.is_(None), visible_posts(actor))
        .order_by(Flag.created_at, Flag.id)
        .limit(MOST_FLAGS)
    )
    return [
        FlagRow(
            id=row[0],
            post_id=row.post_id,
            title=row.title,
            reason=str(REASONS[Reason(row.reason)]),
            note=row.note,
            created_at=row[4],
            by=Person(*row[7:]),
            mine=row.author_id == actor.id,
        )
        for row in rows
    ]


def flagged(actor: Actor, post_id: int) -> bool:
    """Whether `actor` has flagged the post."""
    mine = select(Flag.id).where(Flag.post_id == post_id, Flag.account_id == actor.id)
    return db.session.scalar(mine) is not None


def refused(actor: Actor, post_id: int) -> Refused:
    """Why a post is not shown: for its author and moderators. Raises NotFound for others and when it was not refused."""
    post, thread = forum.post(actor, post_id)
    latest = select(HeldDecision).where(HeldDecision.post_id == post_id).order_by(HeldDecision.id.desc())
    decision = db.session.scalar(latest.limit(1))
    theirs = actor.is_moderator or post.author_id == actor.id
    if decision is None or decision.released or not theirs:
        raise NotFound
    reason = Refusal(decision.reason or "")
    return Refused(post, thread, str(REFUSALS[reason]), BROKEN[reason], decision.decided_at)


def _held_ids(actor: Actor) -> CompoundSelect[int]:
    """What waits, found by the small indexes that hold nothing else; planners know them by the plain word."""
    word: BindParameter[str] = bindparam("held", Visibility.HELD.value, literal_execute=True)
    posts = select(Post.id).join(Thread).where(visible_posts(actor), Post.visibility == word)
    # Not a join: SQLite would begin with every opening post there is.
    opening = select(Post.id).where(Post.thread_id == Thread.id, Post.parent_id.is_(None)).scalar_subquery()
    return union_all(posts, select(opening).where(visible_threads(actor), Thread.visibility == word))


def _posts_of(author_ids: Collection[int]) -> dict[int, int]:
    """How many public posts each has."""
    public = (Post.author_id.in_(author_ids), Post.visibility == Visibility.PUBLIC)
    rows = (
        select(Post.author_id, func.count())
        .join(Thread)
        .where(*public, Thread.visibility == Visibility.PUBLIC)
    )
    return dict(db.session.execute(rows.group_by(Post.author_id)).all())


def _released_of(author_ids: Collection[int]) -> dict[int, int]:
    """How many posts of each moderators have let out."""
    let_out = (HeldDecision.author_id.in_(author_ids), HeldDecision.released)
    rows = select(HeldDecision.author_id, func.count()).where(*let_out)
    return dict(db.session.execute(rows.group_by(HeldDecision.author_id)).all())
