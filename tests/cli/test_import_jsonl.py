"""Threads come in as they were, once; what is wrong with a row is said."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account, AccountState
from app.cli.importing import jsonl
from app.core.db import db
from app.forum.models import Post, Tag, Thread
from app.questions.models import Question

THREAD = {
    "source": "elsewhere",
    "id": "T1",
    "kind": "question",
    "title": "How do I <b>ship</b> a lamp?",
    "body": "It is *tall* & fragile.\n<script>",
    "format": "text",
    "author": "Ann",
    "created_at": "2020-03-01T10:00:00Z",
    "tags": ["Packing", "lamps"],
    "accepted": "R2",
    "replies": [
        {"id": "R3", "parent": "R2", "author": "Ann", "created_at": "2020-03-02T10:00:00Z", "body": "Thanks"},
        {
            "id": "R2",
            "parent": None,
            "author": "Bo",
            "created_at": None,
            "format": "markdown",
            "body": "Use **foam**.",
        },
    ],
}


@pytest.fixture
def bring_in(app: Flask, tmp_path: Path) -> Callable[..., Result]:
    def run(*lines: object) -> Result:
        file = tmp_path / "threads.jsonl"
        file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        return CliRunner().invoke(jsonl, [str(file)])

    return run


def test_times_people_marks_and_the_tree_are_kept(app: Flask, bring_in: Callable[..., Result]) -> None:
    result = bring_in(THREAD)
    assert result.exit_code == 0, result.output
    assert "1 threads with 2 replies imported, 1 of them solved" in result.output
    thread = db.session.scalars(select(Thread)).one()
    assert (thread.title, thread.state, thread.answer_count, thread.reply_count) == (
        THREAD["title"],
        "solved",
        1,
        1,
    )
    assert thread.created_at.isoformat() == "2020-03-01T10:00:00+00:00"
    assert thread.last_activity_at.isoformat() == "2020-03-02T10:00:00+00:00"
    opening, answer, reply = db.session.scalars(select(Post).order_by(Post.id))
    assert (answer.parent_id, reply.parent_id) == (opening.id, answer.id)
    assert answer.created_at == thread.created_at
    assert "*tall* &amp; fragile" in opening.html
    assert "<script" not in opening.html
    assert "<strong>foam</strong>" in answer.html
    assert db.session.scalar(select(Question.accepted_post_id)) == answer.id
    people = db.session.scalars(select(Account).order_by(Account.name)).all()
    assert [(person.display_name, person.state) for person in people] == [
        ("Ann", AccountState.UNCLAIMED),
        ("Bo", AccountState.UNCLAIMED),
    ]


def test_importing_twice_adds_nothing(app: Flask, bring_in: Callable[..., Result]) -> None:
    bring_in(THREAD)
    result = bring_in(THREAD, THREAD)
    assert "0 threads" in result.output
    assert "2 were here already" in result.output
    assert db.session.scalar(select(func.count()).select_from(Post)) == 3


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{not json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ({**THREAD, "title": " \u202e "}, "title: is empty"),
        ({**THREAD, "created_at": "yesterday"}, "created_at: Not a valid datetime"),
        ({**THREAD, "accepted": "R9"}, "accepted: R9 is not among the replies"),
        ({**THREAD, "format": "rtf"}, "format: Must be one of: text, markdown, html"),
        ({**THREAD, "replies": [{"id": "R2", "parent": "R2", "author": "x", "body": "y"}]}, "leads nowhere"),
        ({**THREAD, "body": "x" * 40_000}, "32,000"),
        ({**THREAD, "author": "Ann\ud800"}, "author: holds characters"),
        ({**THREAD, "body": "half \ud800 of one", "created_at": "0001-01-01T00:00:00+14:00"}, "created_at: "),
        ({"id": 7}, "source: Missing data"),
        ("[1, 2]", "Invalid input type"),
    ],
)
def test_a_bad_row_is_said_and_skipped(
    app: Flask, bring_in: Callable[..., Result], line: object, reason: str
) -> None:
    result = bring_in("", line, {**THREAD, "id": "T2"})
    assert f"line {2}: " in result.output
    assert reason in result.output
    assert db.session.scalars(select(Thread.external_id)).all() == ["T2"]


def test_a_reply_without_a_time_is_no_older_than_what_it_answers(
    app: Flask, bring_in: Callable[..., Result]
) -> None:
    later = [
        {"id": "R1", "parent": None, "author": "Bo", "created_at": "2020-05-01T00:00:00Z", "body": "Foam."},
        {"id": "R2", "parent": "R1", "author": "Ann", "created_at": None, "body": "Thanks."},
    ]
    bring_in({**THREAD, "accepted": None, "replies": later, "tags": ["life in town"]})
    times = db.session.scalars(select(Post.created_at).order_by(Post.id)).all()
    assert [time.month for time in times] == [3, 5, 5]
    assert db.session.scalars(select(Tag.name)).all() == ["life-in-town"]


def test_html_becomes_markdown(app: Flask, bring_in: Callable[..., Result]) -> None:
    body = "<p>It is <b>tall</b>:</p><ul><li>one<script>alert(1)</script></li></ul>"
    bring_in({**THREAD, "body": body, "format": "html"})
    opening = db.session.scalars(select(Post).where(Post.parent_id.is_(None))).one()
    assert opening.source == "It is **tall**:\n\n-   one"
    assert "<strong>tall</strong>" in opening.html
