"""Old accepted answers that are read are asked after; what readers say renews them, or lets them sink."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from app.accounts.actor import Role
from app.core.clock import frozen, now
from app.core.db import db
from app.core.problems import Problem
from app.core.transaction import transaction
from app.forum.models import Thread, ThreadReading
from app.questions import operations
from app.questions.aging import ENOUGH_NO, ENOUGH_YES
from app.questions.keeping import asks_still_right
from app.questions.models import Confirmation, Question
from tests.moderation.steps import archive, lock, unarchive, unlock
from tests.questions.steps import accept, answer, ask, count, hide, page, thread

ASKS = "Is the accepted answer still right?"
STALE = "Perhaps out of date."


def question(thread_id: int) -> Question:
    db.session.rollback()
    return db.session.get_one(Question, thread_id)


def readers(thread_id: int, number: int, days_ago: int = 3) -> None:
    with transaction() as session:
        session.execute(delete(ThreadReading).where(ThreadReading.thread_id == thread_id))
        day = (now() - timedelta(days=days_ago)).date()
        session.add(ThreadReading(thread_id=thread_id, day=day, readers=number))


def say(who: Any, thread_id: int, is_right: bool, post_id: int | None = None) -> None:
    seen = post_id or question(thread_id).accepted_post_id or 0
    operations.confirm(who.actor, thread_id=thread_id, post_id=seen, is_right=is_right)


@pytest.fixture
def old(app: Flask, cast: SimpleNamespace) -> int:
    """alice's question, with bob's answer accepted 181 days ago, read by ten people lately."""
    with frozen(now() - timedelta(days=181)):
        thread_id = ask(cast.alice)
        accept(cast.alice, answer(cast.bob, thread_id, "The depot keeps it for ten days."))
    answer(cast.charlie, thread_id, "These days it is seven.")
    readers(thread_id, 10)
    return thread_id


def test_readers_who_are_signed_in_and_the_author_are_asked(
    app: Flask, cast: SimpleNamespace, old: int
) -> None:
    for who in (cast.alice, cast.bob, cast.charlie, cast.nia, cast.agnes):
        assert ASKS in page(who.client, old)
    assert ASKS not in page(app.test_client(), old)


@pytest.mark.parametrize(
    ("days", "number", "days_ago", "asked"),
    [(180, 10, 3, True), (179, 10, 3, False), (180, 9, 3, False), (180, 10, 31, False), (180, 10, 29, True)],
)
def test_old_enough_and_read_enough(
    app: Flask, cast: SimpleNamespace, days: int, number: int, days_ago: int, asked: bool
) -> None:
    with frozen(now() - timedelta(days=days)):
        thread_id = ask(cast.alice)
        accept(cast.alice, answer(cast.bob, thread_id))
    readers(thread_id, number, days_ago)
    assert (ASKS in page(cast.charlie.client, thread_id)) is asked
    if not asked:
        say(cast.bob, thread_id, is_right=False)
        assert (count(Confirmation), question(thread_id).stale_at) == (0, None)


def test_three_readers_renew_it(app: Flask, cast: SimpleNamespace, old: int) -> None:
    for who in (cast.alice, cast.charlie):
        say(who, old, is_right=True)
        say(who, old, is_right=True)
        assert question(old).confirmed_at is None
    assert "You said yes." in page(cast.alice.client, old)
    sent = cast.nia.client.post(
        f"/questions/{old}/still-right",
        data={"post": question(old).accepted_post_id, "right": "yes"},
        follow_redirects=True,
    )
    assert "It helps whoever reads this next." in sent.text
    assert question(old).confirmed_at is not None
    shown = page(cast.charlie.client, old)
    assert ASKS not in shown
    assert "Looked at again and still right" in shown
    with frozen(now() + timedelta(days=181)):
        readers(old, 10)
        assert asks_still_right(question(old))
    assert count(Confirmation) == 0


def test_its_author_alone_renews_it(app: Flask, cast: SimpleNamespace, old: int) -> None:
    say(cast.bob, old, is_right=True)
    assert question(old).confirmed_at is not None


@pytest.mark.parametrize("by_author", [True, False])
def test_no_longer_says_so_and_sinks(app: Flask, cast: SimpleNamespace, old: int, by_author: bool) -> None:
    shown = page(app.test_client(), old)
    assert _first_shown(shown) == "accepted"
    for who in (cast.bob,) if by_author else (cast.alice, cast.charlie):
        assert question(old).stale_at is None
        say(who, old, is_right=False)
    assert question(old).stale_at is not None
    shown = page(app.test_client(), old)
    assert STALE in shown
    assert _first_shown(shown) == "other"
    assert thread(old).state == "solved"


@pytest.mark.parametrize(("is_right", "enough"), [(True, ENOUGH_YES), (False, ENOUGH_NO)])
def test_new_people_do_not_settle_it_alone(
    app: Flask,
    cast: SimpleNamespace,
    old: int,
    enter: Callable[..., Any],
    is_right: bool,
    enough: int,
) -> None:
    def settled() -> bool:
        return (question(old).confirmed_at or question(old).stale_at) is not None

    for number in range(enough + 2):
        say(enter(f"new{number}", Role.NEW), old, is_right=is_right)
    assert not settled()
    say(cast.charlie, old, is_right=is_right)
    assert settled()


def _first_shown(text: str) -> str:
    answers = text.split('id="answers"', 1)[1]
    return "accepted" if answers.index("for ten days.") < answers.index("it is seven.") else "other"


def test_a_reader_may_change_their_mind(app: Flask, cast: SimpleNamespace, old: int) -> None:
    say(cast.alice, old, is_right=False)
    say(cast.alice, old, is_right=True)
    say(cast.charlie, old, is_right=False)
    assert question(old).stale_at is None
    assert count(Confirmation) == 2


def test_stale_may_be_found_right_again(app: Flask, cast: SimpleNamespace, old: int) -> None:
    say(cast.bob, old, is_right=False)
    readers(old, 0)
    assert ASKS in page(cast.alice.client, old)
    for who in (cast.alice, cast.charlie, cast.nia):
        say(who, old, is_right=True)
    row = question(old)
    assert (row.stale_at, row.confirmed_at is not None) == (None, True)
    assert STALE not in page(app.test_client(), old)


def test_stale_stays_stale_since_the_first_time(app: Flask, cast: SimpleNamespace, old: int) -> None:
    say(cast.bob, old, is_right=False)
    since = question(old).stale_at
    with frozen(now() + timedelta(days=5)):
        say(cast.bob, old, is_right=False)
    assert question(old).stale_at == since


def test_another_accepted_answer_begins_anew(app: Flask, cast: SimpleNamespace, old: int) -> None:
    accepted = question(old).accepted_post_id or 0
    say(cast.charlie, old, is_right=False)
    say(cast.alice, old, is_right=False)
    say(cast.charlie, old, is_right=False)
    newer = answer(cast.nia, old, "Ask for the slip.")
    accept(cast.alice, newer, seen=accepted)
    row = question(old)
    assert (row.stale_at, row.confirmed_at, count(Confirmation)) == (None, None, 0)
    with pytest.raises(Problem, match="Another answer was accepted"):
        say(cast.charlie, old, is_right=False, post_id=accepted)


def test_the_version_moves_only_when_the_page_does_for_all(
    app: Flask, cast: SimpleNamespace, old: int
) -> None:
    before = thread(old).version
    say(cast.alice, old, is_right=False)
    assert thread(old).version == before
    say(cast.charlie, old, is_right=False)
    assert thread(old).version == before + 1


@pytest.mark.parametrize("sent", [{}, {"post": "x"}, {"post": "999", "right": "yes"}, {"right": "yes"}])
def test_no_crafted_form_gets_past(app: Flask, cast: SimpleNamespace, old: int, sent: dict[str, str]) -> None:
    answer = cast.charlie.client.post(f"/questions/{old}/still-right", data=sent, follow_redirects=True)
    assert "Another answer was accepted" in answer.text
    assert count(Confirmation) == 0


def test_locked_archived_hidden_ask_nobody(app: Flask, cast: SimpleNamespace, old: int) -> None:
    lock(cast.mona, old)
    assert ASKS not in page(cast.charlie.client, old)
    with pytest.raises(Problem, match="locked"):
        say(cast.charlie, old, is_right=True)
    unlock(cast.mona, old)
    archive(cast.mona, old)
    assert ASKS not in page(cast.charlie.client, old)
    with pytest.raises(Problem, match="archived"):
        say(cast.charlie, old, is_right=True)
    unarchive(cast.mona, old)
    hide(Thread, old)
    assert cast.charlie.client.post(f"/questions/{old}/still-right", data={}).status_code == 404
