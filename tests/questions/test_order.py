"""In which order answers stand, and when the asker's mark gives way."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app.accounts.actor import ANONYMOUS
from app.core import clock
from app.core.transaction import transaction
from app.forum.models import Post
from app.questions.models import Question
from app.questions.ordering import OUTSCORED_VOTES, Sort, score
from app.questions.queries import page as read
from tests.questions.steps import accept, answer, ask, page, reply


def votes(post_id: int, up: int, down: int = 0) -> None:
    with transaction() as session:
        session.execute(update(Post).where(Post.id == post_id).values(up_count=up, down_count=down))


def order(thread_id: int, sort: Sort = Sort.BEST) -> list[int]:
    return [row.id for row in read(ANONYMOUS, thread_id, sort=sort).answers]


@pytest.fixture
def town(app: Flask, cast: SimpleNamespace) -> Any:
    thread_id = ask(cast.alice)
    first, second, third = (answer(who, thread_id) for who in (cast.bob, cast.charlie, cast.mona))
    return SimpleNamespace(id=thread_id, first=first, second=second, third=third)


@pytest.mark.parametrize(
    ("up", "down", "bound"),
    # https://www.evanmiller.org/how-not-to-sort-by-average-rating.html gives the formula; the values are those of
    # statsmodels' proportion_confint(method="wilson").
    [(0, 0, 0.0), (1, 0, 0.2065), (10, 0, 0.7225), (5, 5, 0.2366), (90, 10, 0.8256), (0, 10, 0.0)],
)
def test_the_bound_is_wilsons(up: int, down: int, bound: float) -> None:
    assert score(up, down) == pytest.approx(bound, abs=5e-4)


def test_more_certain_is_better_than_a_higher_share() -> None:
    assert score(40, 5) > score(2, 0) > score(5, 5) > score(1, 0) > score(0, 0) >= score(0, 3)


def test_the_more_helpful_stand_higher_and_time_decides_between_equals(town: Any) -> None:
    assert order(town.id) == [town.first, town.second, town.third]
    votes(town.third, 3)
    votes(town.second, 1)
    assert order(town.id) == [town.third, town.second, town.first]
    votes(town.third, 3, 9)
    assert order(town.id) == [town.second, town.third, town.first]


def test_support_stands_above_votes_and_the_mark_above_support(town: Any, cast: SimpleNamespace) -> None:
    official = answer(cast.agnes, town.id)
    votes(town.third, 9)
    assert order(town.id)[:2] == [official, town.third]
    accept(cast.alice, town.second)
    assert order(town.id)[:3] == [town.second, official, town.third]


def test_a_reply_that_is_accepted_brings_its_answer_to_the_top(town: Any, cast: SimpleNamespace) -> None:
    deep = reply(cast.bob, reply(cast.alice, town.third))
    accept(cast.alice, deep)
    assert order(town.id)[0] == town.third


def test_the_mark_gives_way_only_to_what_is_clearly_better(town: Any, cast: SimpleNamespace) -> None:
    accept(cast.alice, town.second)
    votes(town.first, OUTSCORED_VOTES - 1)
    assert order(town.id)[0] == town.second
    votes(town.second, 5)
    votes(town.first, 12)
    assert order(town.id)[0] == town.second
    votes(town.second, 3, 2)
    assert order(town.id)[:2] == [town.first, town.second]


def test_an_accepted_answer_that_was_found_to_be_stale_sinks(town: Any, cast: SimpleNamespace) -> None:
    accept(cast.alice, town.second)
    votes(town.third, 2)
    assert order(town.id)[0] == town.second
    with transaction() as session:
        session.get_one(Question, town.id).stale_at = clock.now()
    assert order(town.id)[0] == town.third
    assert read(ANONYMOUS, town.id).accepted_id == town.second


def test_readers_may_choose_another_order(town: Any, cast: SimpleNamespace) -> None:
    accept(cast.alice, town.second)
    assert order(town.id, Sort.NEWEST) == [town.third, town.second, town.first]
    assert order(town.id, Sort.OLDEST) == [town.first, town.second, town.third]
    browser = cast.bob.client
    url = browser.get(f"/t/{town.id}").location
    shown = browser.get(f"{url}?sort=newest").text
    assert shown.index(f'id="p-{town.third}"') < shown.index(f'id="p-{town.second}"')
    assert 'href="' + url + '?sort=newest#answers" rel="nofollow" aria-current="true"' in shown
    assert browser.get(f"{url}?sort=sideways").status_code == 200
    assert "Newest" not in page(browser, ask(cast.alice, "Another question of mine"))
