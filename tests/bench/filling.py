"""A town of many threads, written in bulk."""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from html import escape
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select

from app.accounts.models import Account
from app.core.clock import now
from app.core.db import Model, db
from app.core.transaction import transaction
from app.forum.models import Post, Space, Tag, Thread, ThreadTag, Visibility
from app.questions.models import KIND, Question, State
from tests.bench.speech import Made

PEOPLE = 500
TAGS = 300
PIECE = 2_000
PER_PARAGRAPH = 60


def fill(threads: Iterable[Made]) -> int:
    """Write the threads behind those that are there; how many they were."""
    dice = random.Random(7)
    people, tags = _people(), _tags()
    spaces = list(db.session.scalars(select(Space.id).order_by(Space.id)))
    thread_id, post_id = _last(Thread), _last(Post)
    begin = now() - timedelta(days=1_500)
    rest = iter(threads)
    written = 0
    while some := list(islice(rest, PIECE)):
        rows: dict[type[Model], list[dict[str, Any]]] = {Thread: [], Post: [], Question: [], ThreadTag: []}
        for made in some:
            thread_id += 1
            moment = begin + timedelta(minutes=15 * thread_id)
            posts = list(_posts(made, thread_id, post_id, people, moment, dice))
            solved = len(posts) > 1 and dice.random() < 0.6
            accepted = posts[1]["id"] if solved else None
            post_id += len(posts)
            rows[Thread].append(_thread(made, thread_id, posts, spaces, solved=solved))
            rows[Post] += posts
            rows[Question].append({"thread_id": thread_id, "accepted_post_id": accepted})
            chosen = {tags[int(len(tags) * dice.random() ** 2)] for _ in range(dice.randint(0, 3))}
            rows[ThreadTag] += [{"thread_id": thread_id, "tag_id": tag_id} for tag_id in sorted(chosen)]
        with transaction() as session:
            for table, values in rows.items():
                if values:
                    session.connection().execute(insert(table), values)
        written += len(some)
    return written


def _thread(
    made: Made, thread_id: int, posts: list[dict[str, Any]], spaces: list[int], *, solved: bool
) -> dict[str, Any]:
    state = State.SOLVED if solved else State.ANSWERED if len(posts) > 1 else State.OPEN
    return {
        "id": thread_id,
        "kind": KIND,
        "state": state,
        "space_id": spaces[made.about % len(spaces)],
        "author_id": posts[0]["author_id"],
        "title": made.title,
        "visibility": Visibility.PUBLIC,
        "answer_count": len(posts) - 1,
        "created_at": posts[0]["created_at"],
        "last_activity_at": posts[-1]["created_at"],
    }


def _posts(
    made: Made, thread_id: int, last: int, people: list[int], moment: datetime, dice: random.Random
) -> Iterator[dict[str, Any]]:
    for place, text in enumerate((made.body, *made.answers)):
        yield {
            "id": last + 1 + place,
            "thread_id": thread_id,
            "parent_id": last + 1 if place else None,
            "author_id": dice.choice(people),
            "source": text,
            "html": _html(text),
            "pipeline_version": 1,
            "visibility": Visibility.PUBLIC,
            "created_at": moment + timedelta(hours=place),
        }


def _html(text: str) -> str:
    words = text.split()
    pieces = [words[place : place + PER_PARAGRAPH] for place in range(0, len(words), PER_PARAGRAPH)]
    return "\n".join(f"<p>{escape(' '.join(piece))}</p>" for piece in pieces)


def _people() -> list[int]:
    first = _last(Account) + 1
    ids = list(range(first, first + PEOPLE))
    shared = {"state": "active", "tz": "UTC", "email_confirmed_at": now(), "created_at": now()}
    named = [{"id": each, "name": f"person{each}", "skeleton": f"person{each}"} for each in ids]
    with transaction() as session:
        session.connection().execute(
            insert(Account), [{**row, "display_name": row["name"], **shared} for row in named]
        )
    return ids


def _tags() -> list[int]:
    first = _last(Tag) + 1
    rows = [
        {"id": each, "name": f"bench-tag-{each}", "thread_count": 0} for each in range(first, first + TAGS)
    ]
    with transaction() as session:
        session.connection().execute(insert(Tag), rows)
    return [row["id"] for row in rows]


def _last(table: type[Account | Post | Tag | Thread]) -> int:
    return db.session.scalar(select(func.max(table.id))) or 0
