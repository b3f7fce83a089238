"""Asked before: a pointer, never a circle, and 'mine differs because …'."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.db import db
from app.core.events import on
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum.models import Post, Thread
from app.questions import operations
from app.questions.events import MarkedDuplicate, Reopened
from app.questions.keeping import end_of_chain
from app.questions.models import DuplicateMark, Question
from app.search.ports import Index, Query
from tests.questions.steps import accept, answer, ask, count, hide, page, post, reply, thread

EARLIER = "Parcel says delivered but never came"
LATER = "Tracking says delivered, nothing here"


def mark(who: SimpleNamespace, thread_id: int, of_id: int) -> int:
    return operations.mark_duplicate(who.actor, thread_id=thread_id, of_id=of_id)


def question(thread_id: int) -> Question:
    db.session.rollback()
    return db.session.get_one(Question, thread_id)


@pytest.fixture
def heard(app: Flask) -> list[Any]:
    said: list[Any] = []
    for event in (MarkedDuplicate, Reopened):
        on(app, event, said.append)
    return said


@pytest.fixture
def two(app: Flask, cast: SimpleNamespace) -> tuple[int, int]:
    """The earlier question, solved, and a later one of alice's with an answer."""
    earlier = ask(cast.bob, EARLIER)
    best = answer(cast.charlie, earlier, "Ask the depot for the signature.")
    accept(cast.bob, best)
    later = ask(cast.alice, LATER)
    answer(cast.charlie, later, "Same as in the other thread.")
    return earlier, later


def test_the_page_points_there_and_answers_stay(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int], heard: list[Any]
) -> None:
    earlier, later = two
    form = cast.tess.client.get(f"/questions/{later}/duplicate").text
    assert "Where was this asked before?" in form
    sent = cast.tess.client.post(f"/questions/{later}/duplicate", data={"of": str(earlier)})
    assert sent.status_code == 303
    assert thread(later).state == "duplicate"
    for browser in (app.test_client(), cast.bob.client, cast.alice.client):
        shown = page(browser, later)
        assert "Asked before" in shown
        assert EARLIER in shown
        assert "Ask the depot for the signature." in shown
        assert "Same as in the other thread." in shown
        assert "Answer there" in shown
        assert 'id="answer"' not in shown
    assert heard == [MarkedDuplicate(later, earlier, cast.tess.id)]


def test_new_answers_go_to_the_earlier_one_and_what_was_typed_stays(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int]
) -> None:
    earlier, later = two
    post_id = (
        db.session.scalar(select(Post.id).where(Post.thread_id == later, Post.parent_id.is_not(None))) or 0
    )
    mark(cast.alice, later, earlier)
    with pytest.raises(Problem, match="Answer the earlier question"):
        answer(cast.bob, later)
    with pytest.raises(Problem, match="Answer the earlier question"):
        reply(cast.bob, post_id)
    with pytest.raises(Problem, match="Answer the earlier question"):
        accept(cast.alice, post_id)
    sent = cast.bob.client.post(f"/questions/{later}/answers", data={"source": "I had begun to write."})
    assert sent.status_code == 422
    assert "I had begun to write." in sent.text


def test_who_may_say_so(app: Flask, cast: SimpleNamespace, two: tuple[int, int]) -> None:
    earlier, later = two
    for who in (cast.bob, cast.charlie, cast.nia, cast.agnes):
        assert who.client.get(f"/questions/{later}/duplicate").status_code == 404
        with pytest.raises(Problem, match="Only the person who asked"):
            mark(who, later, earlier)
        assert f"/questions/{later}/duplicate" not in page(who.client, later)
    for who in (cast.alice, cast.tess, cast.mona):
        assert f"/questions/{later}/duplicate" in page(who.client, later)
        mark(who, later, earlier)
        operations.unmark_duplicate(who.actor, thread_id=later)
    assert db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all() == [
        "mark_duplicate",
        "unmark_duplicate",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "{id}",
        " #{id} ",
        "/questions/{id}",
        "/questions/{id}/parcel-says-delivered",
        "http://localhost/questions/{id}/parcel?page=2#p-1",
        "/t/{id}",
        "/p/{post}",
        "http://localhost/p/{post}",
    ],
)
def test_pasted_in_every_way(app: Flask, cast: SimpleNamespace, two: tuple[int, int], typed: str) -> None:
    earlier, later = two
    post_id = db.session.scalar(select(Post.id).where(Post.thread_id == earlier).limit(1))
    sent = cast.alice.client.post(
        f"/questions/{later}/duplicate", data={"of": typed.format(id=earlier, post=post_id)}
    )
    assert sent.status_code == 303
    assert question(later).duplicate_of_id == earlier


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "no such question"),
        ("x" * 301, "no such question"),
        ("parcel", "no such question"),
        ("999", "no such question"),
        ("9" * 40, "no such question"),
        ("²", "no such question"),
        ("http://[", "no such question"),
        ("/p/999", "no such question"),
        ("https://elsewhere.example/questions/1", "leads elsewhere"),
        ("//elsewhere.example/questions/1", "leads elsewhere"),
        ("\u202e1\u202c", "points"),
    ],
)
def test_what_names_no_question_is_said_and_stays_typed(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int], typed: str, said: str
) -> None:
    _earlier, later = two
    sent = cast.alice.client.post(f"/questions/{later}/duplicate", data={"of": typed}, follow_redirects=True)
    assert said in sent.text
    assert (sent.status_code == 422) is (said != "points")
    assert (thread(later).state == "duplicate") is (said == "points")


def test_matches_are_offered_as_one_click(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int], match: Any
) -> None:
    earlier, later = two
    match(earlier)
    form = cast.alice.client.get(f"/questions/{later}/duplicate").text
    assert f'name="of" value="{earlier}"' in form


@pytest.mark.parametrize("visibility", ["hidden", "deleted", "held"])
def test_only_what_everybody_reads_is_pointed_to(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int], visibility: str
) -> None:
    earlier, later = two
    hide(Thread, earlier, visibility)
    for who in (cast.alice, cast.mona):
        with pytest.raises(Problem, match="no such question"):
            mark(who, later, earlier)
    hide(Thread, earlier, "public")
    mark(cast.alice, later, earlier)
    hide(Thread, earlier, visibility)
    shown = page(cast.charlie.client, later)
    assert EARLIER not in shown
    assert "cannot be read at the moment" in shown


def test_never_a_circle_and_chains_lead_to_their_end(app: Flask, cast: SimpleNamespace) -> None:
    first, second, third = (ask(cast.alice, f"Question number {number} of three") for number in (1, 2, 3))
    mark(cast.alice, second, first)
    mark(cast.alice, third, second)
    assert question(third).duplicate_of_id == first
    for of_id in (first, second, third):
        with pytest.raises(Problem, match="leads back"):
            mark(cast.alice, first, of_id)
    later = ask(cast.bob, "The very first of them all")
    mark(cast.mona, first, later)
    assert (end_of_chain(third), end_of_chain(second), end_of_chain(later)) == (later, later, later)
    assert "The very first of them all" in page(cast.charlie.client, third)


def test_mine_differs_reopens_and_the_words_stay(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int], heard: list[Any]
) -> None:
    earlier, later = two
    mark(cast.tess, later, earlier)
    assert f"/questions/{later}/differs" in page(cast.alice.client, later)
    assert f"/questions/{later}/differs" not in page(cast.bob.client, later)
    sent = cast.alice.client.post(
        f"/questions/{later}/differs", data={"differs": "Mine has a signature that is not mine."}
    )
    assert sent.status_code == 303
    assert (thread(later).state, question(later).duplicate_of_id) == ("answered", None)
    assert "Mine has a signature that is not mine." in page(app.test_client(), later)
    assert heard[-1] == Reopened(later, cast.alice.id)
    with pytest.raises(Problem, match="how theirs differs"):
        mark(cast.tess, later, earlier)
    assert thread(later).state == "answered"
    mark(cast.mona, later, earlier)
    assert thread(later).state == "duplicate"


@pytest.mark.parametrize(
    ("differs", "said"),
    [("", "how yours differs"), (" \u200b ", "how yours differs"), ("x" * 501, "At most 500")],
)
def test_without_a_difference_it_points_on(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int], differs: str, said: str
) -> None:
    earlier, later = two
    mark(cast.tess, later, earlier)
    sent = cast.alice.client.post(f"/questions/{later}/differs", data={"differs": differs})
    assert sent.status_code == 422
    assert said in sent.text
    assert thread(later).state == "duplicate"


def test_only_the_asker_differs(app: Flask, cast: SimpleNamespace, two: tuple[int, int]) -> None:
    earlier, later = two
    mark(cast.tess, later, earlier)
    for who in (cast.bob, cast.tess, cast.mona):
        assert who.client.get(f"/questions/{later}/differs").status_code == 404
        with pytest.raises(Problem):
            operations.say_differs(who.actor, thread_id=later, differs="No.")


def test_whoever_pointed_takes_it_back_and_may_again(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int], heard: list[Any]
) -> None:
    earlier, later = two
    mark(cast.tess, later, earlier)
    with pytest.raises(Problem, match="Only whoever pointed"):
        operations.unmark_duplicate(cast.bob.actor, thread_id=later)
    for _time in range(2):
        cast.tess.client.post(f"/questions/{later}/unmark")
    assert (thread(later).state, count(DuplicateMark)) == ("answered", 0)
    mark(cast.tess, later, earlier)
    assert [type(event) for event in heard] == [MarkedDuplicate, Reopened, MarkedDuplicate]


def test_twice_is_once_and_elsewhere_is_said(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int], heard: list[Any]
) -> None:
    earlier, later = two
    other = ask(cast.bob, "Another question altogether")
    for _time in range(2):
        assert mark(cast.alice, later, earlier) == earlier
    with pytest.raises(Problem, match="a moment ago"):
        mark(cast.tess, later, other)
    assert len(heard) == 1


@pytest.mark.parametrize("state", ["escalated", "closed", "archived"])
def test_what_stands_elsewhere_does_not_point(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int], state: str
) -> None:
    earlier, later = two
    _set_state(later, state)
    with pytest.raises(Problem, match="at the moment"):
        mark(cast.mona, later, earlier)


def test_a_pointer_needs_a_question_one_can_see(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int]
) -> None:
    earlier, later = two
    hide(Thread, later)
    with pytest.raises(NotFound):
        mark(cast.tess, later, earlier)
    assert post(1).thread_id == earlier


def test_the_index_hears_of_it(
    app: Flask, cast: SimpleNamespace, two: tuple[int, int], work: Any, mailbox: Any
) -> None:
    earlier, later = two
    work()
    mark(cast.alice, later, earlier)
    work()
    duplicate = Query(required=(frozenset(["is:duplicate"]),))
    assert [hit.id for hit in part(Index).search(duplicate, 5)] == [later]
    assert mailbox()


def _set_state(thread_id: int, state: str) -> None:
    with transaction() as session:
        session.get_one(Thread, thread_id).state = state
