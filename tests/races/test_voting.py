"""Fifty people press at once: counters equal rows, and recounting finds nothing."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core.db import db
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Follow, Post, Saved, Visibility, Vote
from app.forum.recounting import recount, recount_tags, recount_votes
from app.questions.models import HaveToo, Question
from app.questions.recounting import recount_too
from tests.questions.steps import answer, ask, count, post, token

AtOnce = Callable[..., list[Any]]
Browsers = Callable[..., list[FlaskClient]]
PEOPLE = 50


def _recounting_finds_nothing() -> None:
    assert [mended for _number, mended in recount() if mended] == []
    assert [*recount_votes(), *recount_tags(), *recount_too()] == []


def _counts(post_id: int) -> tuple[int, int]:
    db.session.rollback()
    rows = db.session.execute(
        select(Vote.value, func.count()).where(Vote.post_id == post_id).group_by(Vote.value)
    )
    found = {row[0]: row[1] for row in rows}
    return found.get(1, 0), found.get(-1, 0)


@pytest.mark.parametrize("rounds", [3, pytest.param(12, marks=pytest.mark.slow)])
def test_fifty_people_change_their_minds(
    app: Flask, enter: Callable[..., Any], cast: SimpleNamespace, at_once: AtOnce, rounds: int
) -> None:
    posts = [answer(cast.bob, ask(cast.alice)) for _thread in range(2)]
    people = [enter(f"voter{number:02}") for number in range(PEOPLE)]

    def press(number: int) -> list[int]:
        browser = people[number].client
        values = [(1, -1, 0)[(number + step) % 3] for step in range(rounds)]
        return [
            browser.post(f"/posts/{post_id}/vote", data={"value": str(value)}).status_code
            for value in values
            for post_id in (posts if number % 2 else posts[::-1])
        ]

    codes = at_once([lambda number=number: press(number) for number in range(PEOPLE)])
    assert {code for answered in codes for code in answered} == {303}
    for post_id in posts:
        row = post(post_id)
        assert (row.up_count, row.down_count) == _counts(post_id)
        assert row.up_count + row.down_count == sum(
            (number + rounds - 1) % 3 != 2 for number in range(PEOPLE)
        )
    _recounting_finds_nothing()


def test_one_person_in_many_windows_votes_once(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers
) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    calls: list[Callable[[], int]] = []
    for number, browser in enumerate(browsers(cast.charlie, 16)):
        url, form = (
            (f"/posts/{answer_id}/vote", {"value": "1"}),
            (f"/questions/{thread_id}/too", {}),
            (f"/t/{thread_id}/marks", {"wish": "follow"}),
            (f"/t/{thread_id}/marks", {"wish": "save"}),
        )[number % 4]
        calls.append(lambda browser=browser, url=url, form=form: browser.post(url, data=form).status_code)
    assert set(at_once(calls)) == {303}
    assert (count(Vote), count(HaveToo), count(Follow), count(Saved)) == (1, 1, 1, 1)
    assert post(answer_id).up_count == 1
    assert db.session.get_one(Question, thread_id).too_count == 1


def test_votes_answers_edits_and_hiding_at_once(
    app: Flask, enter: Callable[..., Any], cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers
) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    people = [enter(f"voter{number:02}") for number in range(12)]
    (editor,) = browsers(cast.bob, 1)
    (asker,) = browsers(cast.alice, 1)

    def votes(browser: FlaskClient) -> None:
        for value in ("1", "-1", "0", "1"):
            browser.post(f"/posts/{answer_id}/vote", data={"value": value})

    def replies(browser: FlaskClient) -> int:
        """How many were taken: to what is hidden at the moment there is no reply."""
        form = {"source": "Another word."}
        url = f"/posts/{answer_id}/replies"
        codes = [browser.post(url, data={**form, "form_token": token()}).status_code for _reply in range(3)]
        assert set(codes) <= {303, 404}
        return codes.count(303)

    def edits() -> None:
        for version in range(1, 4):
            form = {"source": f"Better, {version}.", "version": str(version), "form_token": token()}
            editor.post(f"/p/{answer_id}/edit", data=form)

    def marks() -> None:
        for _time in range(2):
            asker.post(f"/posts/{answer_id}/accept", data={"seen": ""})
            asker.post(f"/questions/{thread_id}/unaccept", data={"seen": str(answer_id)})

    def hides() -> None:
        with app.app_context():
            for visibility in (Visibility.HIDDEN, Visibility.PUBLIC) * 3:
                with transaction():
                    forum.set_visibility(answer_id, visibility, by_id=cast.mona.id)

    calls: list[Callable[[], int | None]] = [edits, marks, hides]
    for number, person in enumerate(people):
        calls.append(lambda act=(votes, replies)[number % 2], person=person: act(person.client))
    taken = sum(number or 0 for number in at_once(calls))
    row = post(answer_id)
    assert (row.up_count, row.down_count) == _counts(answer_id)
    assert row.visibility == Visibility.PUBLIC
    assert db.session.scalar(select(func.count()).where(Post.parent_id == answer_id)) == taken
    _recounting_finds_nothing()
