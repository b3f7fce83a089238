"""A thread and the post that opens it are looked at apart, and nobody decides about one as if the other were not there."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.problems import Problem
from app.mail.queries import Letter
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import Flag, Told
from app.moderation.words import Reason
from tests.forum.steps import opening
from tests.moderation.steps import decide, flag, looked, on_post, on_thread, review
from tests.moderation.test_reporting import report, to
from tests.questions.steps import answer, ask, token


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


@pytest.fixture
def both(app: Flask, cast: SimpleNamespace) -> SimpleNamespace:
    """A question whose thread charlie flagged, and whose words charlie, tess and somebody without an account did."""
    thread_id = ask(cast.alice)
    things = SimpleNamespace(thread=on_thread(thread_id), post=on_post(opening(thread_id)))
    flag(cast.charlie, things.thread, Reason.OFF_TOPIC)
    flag(cast.charlie, things.post, Reason.SPAM)
    flag(cast.tess, things.post, Reason.SPAM)
    things.ref = report(things.post)
    things.answer = on_post(answer(cast.bob, thread_id))
    return things


def waits(target: Any) -> tuple[bool, int]:
    row = review(target)
    return row.opened_at is not None, row.flag_count


def test_the_pane_of_each_says_that_the_other_waits(cast: SimpleNamespace, both: SimpleNamespace) -> None:
    ids = [review(target).id for target in (both.thread, both.post)]
    for own, other, said in zip(
        ids,
        ids[::-1],
        ("The post that opens it waits as well.", "The whole thread waits as well."),
        strict=True,
    ):
        page = cast.mona.client.get(f"/mod/reviews/{own}").text
        assert said in page
        assert f'href="/mod/reviews/{other}"' in page
    decide(cast.mona, both.post, Verb.KEEP)
    page = cast.mona.client.get(f"/mod/reviews/{ids[0]}").text
    assert "waits as well" not in page
    assert "Decided about this" in page, "what was decided about the same words is seen from both"
    flag(cast.charlie, both.answer)
    assert "waits as well" not in cast.mona.client.get(f"/mod/reviews/{review(both.answer).id}").text


def test_in_hand_is_in_hand(cast: SimpleNamespace, both: SimpleNamespace) -> None:
    thread, post = review(both.thread).id, review(both.post).id
    moderation.claim(cast.mona.actor, review_id=thread)
    with pytest.raises(Problem, match="Mona has this in hand"):
        moderation.claim(cast.adam.actor, review_id=post)
    with pytest.raises(Problem, match="Mona has this in hand"):
        decide(cast.adam, both.post, Verb.KEEP)
    assert "Mona has this in hand" in cast.adam.client.get(f"/mod/reviews/{post}").text
    moderation.claim(cast.mona.actor, review_id=post)
    decide(cast.mona, both.post, Verb.KEEP)


def test_what_was_decided_about_one_is_news_about_the_other(
    cast: SimpleNamespace, both: SimpleNamespace
) -> None:
    moderation.open_review(cast.adam.actor, target=both.post)
    seen = looked(both.post)
    ref = decide(cast.mona, both.thread, Verb.KEEP)
    with pytest.raises(Problem, match="Mona has decided this meanwhile"):
        decide(cast.adam, both.post, Verb.HIDE, Reason.SPAM, seen=seen)
    assert waits(both.post) == (True, 3), "that the thread may stay says nothing of its words"
    seen = looked(both.post)
    moderation.undo(cast.mona.actor, ref=ref)
    with pytest.raises(Problem, match="Something happened to this"):
        decide(cast.adam, both.post, Verb.KEEP, seen=seen)


@pytest.mark.parametrize("verb", [Verb.HIDE, Verb.REMOVE])
@pytest.mark.parametrize("which", ["thread", "post"])
def test_what_is_out_of_sight_waits_no_longer_for_either_reason(
    cast: SimpleNamespace,
    client: FlaskClient,
    both: SimpleNamespace,
    work: Callable[[], None],
    mailbox: Callable[[], list[Letter]],
    which: str,
    verb: Verb,
) -> None:
    before = [(waits(target), review(target).opened_at) for target in (both.thread, both.post)]
    ref = decide(cast.mona, getattr(both, which), verb, Reason.SPAM)
    assert waits(both.thread) == waits(both.post) == (False, 0)
    flags = db.session.scalars(select(Flag)).all()
    assert {(row.upheld, row.decision_id) for row in flags} == {(True, flags[0].decision_id)}
    told = select(Told.account_id, Told.side).order_by(Told.account_id)
    assert [tuple(row) for row in db.session.execute(told)] == [
        (cast.alice.id, "author"),
        *sorted([(cast.charlie.id, "reporter"), (cast.tess.id, "reporter")]),
    ]
    work()
    assert "agreed with you" in to(mailbox())[0].text
    assert "agreed with you" in client.get(f"/report/{both.ref}").text
    for target in (both.thread, both.post):
        case = cast.mona.client.get(f"/mod/reviews/{review(target).id}/case.json").json
        assert [row["ref"] for row in case["decisions"]] == [ref]
        assert {row["answered_by"] for row in case["flags"]} == {ref}
    moderation.undo(cast.mona.actor, ref=ref)
    assert [(waits(target), review(target).opened_at) for target in (both.thread, both.post)] == before
    assert {row.decision_id for row in db.session.scalars(select(Flag))} == {None}


def test_after_an_appeal_both_wait_again(cast: SimpleNamespace, both: SimpleNamespace) -> None:
    ref = decide(cast.mona, both.thread, Verb.HIDE, Reason.SPAM)
    appeal_id = moderation.appeal(cast.alice.actor, ref=ref, source="It is a question.", token=token())
    moderation.decide_appeal(cast.adam.actor, appeal_id=appeal_id, reverse=True, answer="Yes.", token=token())
    assert waits(both.thread) == (True, 1)
    assert waits(both.post) == (True, 3)
