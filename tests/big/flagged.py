"""A queue of many posts with many flags, written in bulk."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select

from app.accounts.actor import Role
from app.accounts.models import Account
from app.core.clock import now
from app.core.db import Model, db
from app.core.transaction import transaction
from app.forum.models import Post, Thread, Visibility
from app.moderation import weights
from app.moderation.models import Flag, Review
from app.moderation.words import POST_REASONS
from app.questions.models import KIND, Question, State

ANSWERS = 10
"""In a thread."""


def fill(space_id: int, waiting: list[int]) -> list[int]:
    """A post for each number of `waiting`, with so many open flags by as many people; the ids of their reviews."""
    dice = random.Random(3)
    begin = now() - timedelta(days=30)
    writer, *people = _people(max(waiting) + 1)
    thread_id, post_id, review_id = _last(Thread), _last(Post), _last(Review)
    rows: dict[type[Model], list[dict[str, Any]]] = {
        table: [] for table in (Thread, Post, Question, Review, Flag)
    }
    reviews = []
    for place, number in enumerate(waiting):
        if place % ANSWERS == 0:
            thread_id, post_id = thread_id + 1, post_id + 1
            opening = post_id
            rows[Thread].append(_thread(thread_id, writer, space_id, begin))
            rows[Question].append({"thread_id": thread_id})
            rows[Post].append(_post(post_id, thread_id, None, writer, begin))
        post_id, review_id = post_id + 1, review_id + 1
        rows[Post].append(_post(post_id, thread_id, opening, writer, begin))
        rows[Thread][-1]["answer_count"] += 1
        flags = [_flag(review_id, account_id, dice) for account_id in people[:number]]
        rows[Flag] += flags
        rows[Review].append(_review(review_id, post_id, writer, flags, dice))
        reviews.append(review_id)
    with transaction() as session:
        for table, values in rows.items():
            session.connection().execute(insert(table), values)
        if session.get_bind().dialect.name == "postgresql":
            for table in (Thread, Post, Review):
                # What is written with its number does not move the sequence.
                sequence = func.pg_get_serial_sequence(table.__tablename__, "id")
                session.execute(select(func.setval(sequence, select(func.max(table.id)).scalar_subquery())))
    return reviews


def _people(number: int) -> list[int]:
    moment = now() - timedelta(days=200)
    with transaction() as session:
        session.connection().execute(
            insert(Account),
            [
                {
                    "name": f"crowd{one}",
                    "display_name": f"Crowd {one}",
                    "role": Role.MEMBER,
                    "trust": 1,
                    "tz": "Europe/London",
                    "created_at": moment,
                }
                for one in range(number)
            ],
        )
        rows = select(Account.id).where(Account.name.startswith("crowd")).order_by(Account.id)
        return list(session.scalars(rows))


def _last(table: type[Any]) -> int:
    return db.session.scalar(select(func.max(table.id))) or 0


def _thread(thread_id: int, author_id: int, space_id: int, moment: Any) -> dict[str, Any]:
    return {
        "id": thread_id,
        "kind": KIND,
        "state": State.ANSWERED,
        "space_id": space_id,
        "author_id": author_id,
        "title": f"Where does the parcel go {thread_id}",
        "visibility": Visibility.PUBLIC,
        "answer_count": 0,
        "created_at": moment,
        "last_activity_at": moment,
    }


def _post(post_id: int, thread_id: int, parent_id: int | None, author_id: int, moment: Any) -> dict[str, Any]:
    words = f"Ask the depot about parcel {post_id}. " * 12
    return {
        "id": post_id,
        "thread_id": thread_id,
        "parent_id": parent_id,
        "author_id": author_id,
        "source": words,
        "html": f"<p>{words}</p>",
        "pipeline_version": 1,
        "visibility": Visibility.PUBLIC,
        "created_at": moment,
    }


def _flag(review_id: int, account_id: int, dice: random.Random) -> dict[str, Any]:
    return {
        "review_id": review_id,
        "account_id": account_id,
        "reason": dice.choice(list(POST_REASONS)),
        "note": "It says so." if dice.random() < 0.2 else "",
        "passage": "",
        "post_version": 1,
        "weight": 1.0,
        "counted": True,
        "created_at": now() - timedelta(minutes=dice.randint(1, 3_000)),
    }


def _review(
    review_id: int, post_id: int, author_id: int, flags: list[dict[str, Any]], dice: random.Random
) -> dict[str, Any]:
    return {
        "id": review_id,
        "post_id": post_id,
        "author_id": author_id,
        "opened_at": min((flag["created_at"] for flag in flags), default=now()),
        "severity": max((weights.SEVERITY[flag["reason"]] for flag in flags), default=1),
        "reach": dice.uniform(1, 3),
        "flag_count": len(flags),
        "flag_weight": float(len(flags)),
        "independent": len(flags),
    }
