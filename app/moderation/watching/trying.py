"""Trying a word on recent posts before it is saved, and the seal that says that somebody did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import thread_time

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound
from app.forum.models import Post, Thread, Visibility
from app.moderation.watching import matching, policy
from app.moderation.watching.matching import Matcher
from app.moderation.watching.models import Action, Kind
from app.moderation.watching.watch import text_of

MOST_POSTS = 2_000
LONGEST_AGO = timedelta(days=90)
MOST_EXAMPLES = 20
MOST_SECONDS = 3.0
"""Of processor time; what is left of the posts then is not tried, and the page says how many were."""
GOOD_FOR = timedelta(hours=12)
_AROUND = 60


@dataclass(frozen=True, slots=True)
class Example:
    """A post that it would have touched: the words before, the passage, the words after."""

    post_id: int
    title: str
    before: str
    passage: str
    after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """How many of the `tried` posts it is in, and how long one post took on average. `seal` is saved with."""

    tried: int
    touched: int
    examples: Sequence[Example]
    microseconds: int
    seal: str


def try_out(actor: Actor, *, kind: Kind, pattern: str, action: Action) -> Trial:
    """Look for a word in the latest public posts, at most MOST_POSTS of LONGEST_AGO; their authors' roles make no difference.

    Raises NotFound for who is no moderator, and Problem beside `pattern` for what cannot be looked for.
    """
    if not policy.keep(actor):
        raise NotFound
    matching.check(kind, pattern)
    matcher = Matcher([(1, kind, pattern)])
    rows = db.session.execute(
        select(Post.id, Post.parent_id, Post.html, Post.unmasked_html, Thread.title, Thread.unmasked_title)
        .join(Thread)
        .where(
            Post.visibility == Visibility.PUBLIC,
            Thread.visibility == Visibility.PUBLIC,
            Post.created_at > now() - LONGEST_AGO,
        )
        .order_by(Post.id.desc())
        .limit(MOST_POSTS)
    ).all()
    began = thread_time()
    looking = 0.0
    tried = touched = 0
    examples: list[Example] = []
    for row in rows:
        if thread_time() - began > MOST_SECONDS:
            break
        title = row.unmasked_title or row.title
        text = text_of(row.unmasked_html or row.html)
        texts = [title, text] if row.parent_id is None else [text]
        started = thread_time()
        met = [text for text in texts if matcher.ids(text)[0]]
        looking += thread_time() - started
        tried += 1
        touched += bool(met)
        if met and len(examples) < MOST_EXAMPLES:
            examples.append(_example(row.id, title, met[0], matcher))
    microseconds = int(looking / tried * 1_000_000) if tried else 0
    return Trial(tried, touched, examples, microseconds, _seal(actor, kind, pattern, action))


def was_tried(actor: Actor, seal: str, *, kind: Kind, pattern: str, action: Action) -> bool:
    """Whether `actor` tried exactly this, within GOOD_FOR."""
    try:
        *what, at = _serializer().loads(seal)
        same = what == [actor.id, kind, pattern, action]
        return same and bool(now().timestamp() - at < GOOD_FOR.total_seconds())
    except (BadData, ValueError, TypeError):
        return False


def _seal(actor: Actor, kind: Kind, pattern: str, action: Action) -> str:
    return str(_serializer().dumps([actor.id, kind, pattern, action, int(now().timestamp())]))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="bartack.watched-trial")


def _example(post_id: int, title: str, text: str, matcher: Matcher) -> Example:
    _key, start, end = next(iter(matcher.spans(text)), (0, 0, 0))
    return Example(
        post_id,
        title,
        text[max(0, start - _AROUND) : start],
        text[start : min(end, start + 4 * _AROUND)],
        text[end : end + _AROUND],
    )
