"""Searching while there is no index: words as they stand, in titles and posts. Blunt, but never nothing."""

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.actor import Actor
from app.core.db import db
from app.forum.models import Post, Thread
from app.forum.policy import visible_posts, visible_threads
from app.search.ports import Query

MOST_WORDS = 8
# Every word asked of the posts reads all of them.
MOST_WORDS_IN_POSTS = 2
SHORTEST_WORD = 2


def search(actor: Actor, query: Query, limit: int) -> list[int]:
    """Ids of threads `actor` may see: those with most of the words in their titles, then those with the longest in posts."""
    words = [*query.words, *([query.unfinished] if query.unfinished else [])]
    words = [word for word in words if len(word) >= SHORTEST_WORD][:MOST_WORDS]
    if not words:
        return []
    titles = select(Thread.id).where(visible_threads(actor))
    found = list(db.session.scalars(_holding(titles, Thread.title, words, limit)))
    if len(found) < limit:
        longest = sorted(words, key=len, reverse=True)[:MOST_WORDS_IN_POSTS]
        posts = select(Thread.id).join(Post).where(visible_posts(actor)).group_by(Thread.id)
        found += db.session.scalars(_holding(posts, Post.html, longest, limit))
    return list(dict.fromkeys(found))[:limit]


def _holding(
    threads: Select[int], text: InstrumentedAttribute[str], words: list[str], limit: int
) -> Select[int]:
    matches: list[ColumnElement[bool]] = [text.icontains(_beginning(word), autoescape=True) for word in words]
    count: ColumnElement[int] = sum(
        (case((match, 1), else_=0) for match in matches[1:]), case((matches[0], 1), else_=0)
    )
    if text is Post.html:
        count = func.max(count)
    return threads.where(or_(*matches)).order_by(count.desc(), Thread.last_activity_at.desc()).limit(limit)


def _beginning(stem: str) -> str:
    """What the forms of a word have in common: deliveri is delivery, and deliveries."""
    return stem.removesuffix("i") if len(stem) > SHORTEST_WORD + 1 else stem
