"""Where new words probably belong, judged by threads that are like them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import or_, select

from app.accounts.actor import Actor
from app.core.db import db
from app.forum.models import Tag, TagAlias, Thread
from app.forum.policy import visible_threads
from app.forum.queries.tags import tags_of

MOST_GUESSED = 3
SHARED_BY = 2
"""How many similar threads have to carry a tag for it to be guessed."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A topic, if any, and at most MOST_GUESSED tags."""

    space_id: int | None = None
    tags: tuple[str, ...] = ()


def guess(actor: Actor, similar: Sequence[int], words: Sequence[str]) -> Guess:
    """The topic most threads of `similar` are in, the most similar one's among equals, and tags that are used.

    First those that `words`, written as tags are, name one by one or by two with a hyphen, aliases included; then
    those that several of the similar threads carry. At most three statements.
    """
    rows = db.session.execute(
        select(Thread.id, Thread.space_id).where(Thread.id.in_(similar), visible_threads(actor))
    )
    spaces = {row.id: row.space_id for row in rows}
    ranked = [thread_id for thread_id in similar if thread_id in spaces]
    topics = Counter(spaces[thread_id] for thread_id in ranked).most_common(1)
    carried = tags_of(ranked) if ranked else {}
    shared = Counter(name for thread_id in ranked for name in carried.get(thread_id, ()))
    tags = [*_named(words), *(name for name, count in shared.most_common() if count >= SHARED_BY)]
    return Guess(topics[0][0] if topics else None, tuple(dict.fromkeys(tags))[:MOST_GUESSED])


def _named(words: Sequence[str]) -> Sequence[str]:
    names = [*words, *(f"{first}-{second}" for first, second in pairwise(words))]
    meant = select(TagAlias.tag_id).where(TagAlias.name.in_(names))
    return db.session.scalars(
        select(Tag.name)
        .where(Tag.thread_count > 0, or_(Tag.name.in_(names), Tag.id.in_(meant)))
        .order_by(Tag.thread_count.desc(), Tag.name)
        .limit(MOST_GUESSED)
    ).all()
