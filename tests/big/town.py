"""A town as large as the product promises to carry, written in bulk."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, insert, select, text

from app.accounts.models import Account
from app.community.models import Reason, Reputation
from app.core.clock import now
from app.core.db import Model, db
from app.core.transaction import transaction
from app.forum.models import Post, Saved, Space, Tag, Thread, ThreadTag, Visibility
from app.moderation.models import Decision, Review
from app.notifications.models import Kind, Notification
from app.questions.models import KIND, Question, State

THREADS = 100_000
TAGGED = 50_000
OF_ONE_PERSON = 10_000
REPLIES = 2_000
LEVELS = 12
TOLD = 10_000
HELD = 2_000
TAGS = 2_000
PEOPLE = 2_000
PIECE = 5_000


@dataclass(frozen=True, slots=True)
class Town:
    """What the pages are about: the long thread, the tag that half of all threads carry, the last post of the thread."""

    long: int
    last: int
    tag: str = "coats"


def build(cast: SimpleNamespace) -> Town:
    """bob wrote OF_ONE_PERSON posts and was told of TOLD things, alice asked the long thread, nia's posts wait."""
    dice = random.Random(5)
    people = _people()
    begin = now() - timedelta(days=1_500)
    spaces = list(db.session.scalars(select(Space.id).order_by(Space.id)))
    tags = ["coats", *(f"tag{number}" for number in range(1, TAGS))]
    _write(Tag, ({"id": place, "name": name, "thread_count": 0} for place, name in enumerate(tags, start=1)))
    asker = lambda number: cast.bob.id if number % 40 == 0 else dice.choice(people)
    threads = [_thread(number, asker(number), begin, dice, spaces) for number in range(1, THREADS + 1)]
    threads.append({**_thread(THREADS + 1, cast.alice.id, begin, dice, spaces), "state": State.ANSWERED})
    long = THREADS + 1
    _write(Thread, threads)
    openings = [_post(row["id"], row["id"], None, row["author_id"], row["created_at"]) for row in threads]
    answers = _answers(cast, threads, long)
    replies, last = _long(cast, long, len(openings) + len(answers), dice)
    held = [
        _post(
            last + number, number * 7, number * 7, cast.nia.id, begin + timedelta(minutes=number), held=True
        )
        for number in range(1, HELD + 1)
    ]
    for rows in (openings, answers, replies, held):
        _write(Post, rows)
    best = {row["thread_id"]: row["id"] for row in answers if row["id"] % 4 == 0}
    questions = ({"thread_id": row["id"], "accepted_post_id": best.get(row["id"])} for row in threads)
    _write(Question, questions)
    _write(ThreadTag, _tagged(dice))
    _what_hangs_on_people(cast, answers, begin)
    _settle()
    return Town(long, last)


def _people() -> list[int]:
    first = (db.session.scalar(select(func.max(Account.id))) or 0) + 1
    ids = list(range(first, first + PEOPLE))
    shared = {"state": "active", "tz": "UTC", "email_confirmed_at": now(), "created_at": now()}
    named = ({"id": each, "name": f"person{each}", "skeleton": f"person{each}"} for each in ids)
    _write(Account, ({**row, "display_name": row["name"], **shared} for row in named))
    return ids


def _thread(
    number: int, author_id: int, begin: datetime, dice: random.Random, spaces: Sequence[int]
) -> dict[str, Any]:
    moment = begin + timedelta(minutes=20 * number)
    dealt = dice.random()
    state = State.SOLVED if dealt < 0.6 else State.ANSWERED if dealt < 0.85 else State.OPEN
    seen = Visibility.HIDDEN if number % 199 == 0 else Visibility.PUBLIC
    return {
        "id": number,
        "kind": KIND,
        "state": state,
        "space_id": spaces[number % len(spaces)],
        "author_id": author_id,
        "title": f"Parcel number {number} never came to the depot",
        "visibility": seen,
        "answer_count": int(state is not State.OPEN),
        "reply_count": 0,
        "created_at": moment,
        "last_activity_at": moment + timedelta(minutes=dice.randrange(1, 200_000)),
    }


def _post(
    post_id: int, thread_id: int, parent: int | None, author_id: int, moment: datetime, *, held: bool = False
) -> dict[str, Any]:
    return {
        "id": post_id,
        "thread_id": thread_id,
        "parent_id": parent,
        "author_id": author_id,
        "source": f"Word {post_id}.",
        "html": f"<p>Word {post_id}: ask the depot, and keep the receipt.</p>",
        "pipeline_version": 1,
        "visibility": Visibility.HELD if held else Visibility.PUBLIC,
        "created_at": moment,
    }


def _answers(cast: SimpleNamespace, threads: Sequence[dict[str, Any]], long: int) -> list[dict[str, Any]]:
    """One in each of the latest threads of others: with what he asked, bob's posts are OF_ONE_PERSON."""
    asked = sum(row["author_id"] == cast.bob.id for row in threads)
    others = [row for row in threads if row["author_id"] != cast.bob.id and row["id"] != long]
    chosen = others[-8 * (OF_ONE_PERSON - asked) :: 8]
    return [
        _post(long + place, row["id"], row["id"], cast.bob.id, row["created_at"] + timedelta(hours=1))
        for place, row in enumerate(chosen, start=1)
    ]


def _long(
    cast: SimpleNamespace, thread_id: int, last: int, dice: random.Random
) -> tuple[list[dict[str, Any]], int]:
    levels = {thread_id: 0}
    rows = []
    moment = now() - timedelta(days=40)
    for number in range(1, REPLIES + 1):
        shallow = [post_id for post_id, level in list(levels.items())[-40:] if level < LEVELS]
        parent = thread_id if number % 29 == 1 or not shallow else dice.choice(shallow)
        levels[last + number] = levels[parent] + 1
        author = dice.choice([cast.charlie.id, cast.mona.id, cast.alice.id])
        rows.append(_post(last + number, thread_id, parent, author, moment + timedelta(minutes=number)))
    assert max(levels.values()) == LEVELS
    return rows, last + REPLIES


def _tagged(dice: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(1, THREADS + 1):
        some = {dice.randrange(2, TAGS + 1), int(2 + (TAGS - 2) * dice.random() ** 4)}
        if number % 2 == 0:
            some.add(1)
        for tag_id in sorted(some):
            yield {"thread_id": number, "tag_id": tag_id}


def _what_hangs_on_people(cast: SimpleNamespace, answers: Sequence[dict[str, Any]], begin: datetime) -> None:
    accepted = [row for row in answers if row["id"] % 4 == 0]
    _write(
        Reputation,
        (
            {
                "account_id": cast.bob.id,
                "points": 10,
                "reason": Reason.HELPFUL,
                "post_id": row["id"],
                "key": f"vote:{row['id']}:1",
                "created_at": row["created_at"],
            }
            for row in answers
        ),
    )
    _write(
        Notification,
        (
            {
                "account_id": cast.bob.id,
                "kind": Kind.ACCEPTED if row in accepted[:50] else Kind.REPLY,
                "key": f"post:{place}",
                "actor_id": cast.alice.id,
                "thread_id": row["thread_id"],
                "post_id": row["id"],
                "created_at": begin + timedelta(minutes=place),
                "read_at": None if place % 5 == 0 else now(),
                "saved_at": now() if place % 50 == 0 else None,
            }
            for place, row in enumerate((answers * 2)[:TOLD], start=1)
        ),
    )
    kept = (
        {"account_id": cast.bob.id, "thread_id": row["thread_id"], "created_at": row["created_at"]}
        for row in answers[:1_000]
    )
    _write(Saved, kept)
    looked_at = (
        {"id": number, "post_id": row["id"], "author_id": cast.nia.id}
        for number, row in enumerate(answers[:3_000], start=1)
    )
    _write(Review, looked_at)
    let_out = (
        {
            "ref": f"let-{number}",
            "review_id": number,
            "subject_id": cast.nia.id,
            "by_id": cast.mona.id,
            "act": "keep",
            "before": {},
            "made_at": row["created_at"],
        }
        for number, row in enumerate(answers[:3_000], start=1)
    )
    _write(Decision, let_out)


def _write(table: type[Model], rows: Any) -> None:
    piece: list[dict[str, Any]] = []
    with transaction() as session:
        for row in rows:
            piece.append(row)
            if len(piece) == PIECE:
                session.connection().execute(insert(table), piece)
                piece = []
        if piece:
            session.connection().execute(insert(table), piece)


def _settle() -> None:
    """Counters and sequences after rows written past them; on PostgreSQL what autovacuum would do."""
    _analyze()
    with transaction() as session:
        run = session.connection().exec_driver_sql
        run(
            "UPDATE tag SET thread_count = (SELECT count(*) FROM thread_tag JOIN thread ON thread.id = thread_id"
            " WHERE tag_id = tag.id AND visibility = 'public')"
        )
        run(
            f"UPDATE thread SET answer_count = (SELECT count(*) FROM post p WHERE p.parent_id = {THREADS + 1}),"
            f" reply_count = {REPLIES} - (SELECT count(*) FROM post p WHERE p.parent_id = {THREADS + 1})"
            f" WHERE id = {THREADS + 1}"
        )
        if session.get_bind().dialect.name == "postgresql":
            for table in ("thread", "post", "account", "tag", "notification", "reputation", "held_decision"):
                run(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
    _analyze()


def _analyze() -> None:
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
