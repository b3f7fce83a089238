"""How fast one person may post; a form that arrives again is not a second post."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from app.accounts.actor import ANONYMOUS
from app.core import clock
from app.core.clock import now
from app.core.problems import TooSoon
from app.forum import operations as forum
from app.forum.models import Post, Thread
from app.questions.queries import page as read
from tests.questions.steps import answer, ask, count, fields, reply, token

DAY = timedelta(days=1)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    application = make_app(limits=True, web_workers=1)
    with application.app_context():
        yield application


@pytest.fixture
def start(app: Flask) -> datetime:
    return now()


@pytest.mark.parametrize(("who", "apart"), [("alice", 15), ("nia", 120)])
def test_questions_stand_apart(
    app: Flask, cast: SimpleNamespace, start: datetime, who: str, apart: int
) -> None:
    person = getattr(cast, who)
    with clock.frozen(start):
        ask(person)
    with (
        clock.frozen(start + timedelta(seconds=apart - 1)),
        pytest.raises(TooSoon, match="again in 2 seconds"),
    ):
        ask(person)
    with clock.frozen(start + timedelta(seconds=apart)):
        ask(person)
    assert count(Thread) == 2


@pytest.mark.parametrize(("who", "apart"), [("bob", 5), ("nia", 30)])
def test_answers_and_replies_stand_apart(
    app: Flask, cast: SimpleNamespace, start: datetime, who: str, apart: int
) -> None:
    person = getattr(cast, who)
    with clock.frozen(start - DAY):
        thread_id = ask(cast.alice)
        theirs = answer(cast.charlie, thread_id)
    with clock.frozen(start):
        answer(person, thread_id)
    with clock.frozen(start + timedelta(seconds=apart - 1)), pytest.raises(TooSoon):
        reply(person, theirs)
    with clock.frozen(start + timedelta(seconds=apart)):
        reply(person, theirs)


def test_asking_and_answering_do_not_slow_each_other(
    app: Flask, cast: SimpleNamespace, start: datetime
) -> None:
    with clock.frozen(start):
        thread_id = ask(cast.alice)
        answer(cast.alice, thread_id)
        with pytest.raises(TooSoon):
            ask(cast.alice)


def test_one_person_does_not_slow_another(app: Flask, cast: SimpleNamespace, start: datetime) -> None:
    with clock.frozen(start):
        ask(cast.alice)
        ask(cast.bob)


def test_twenty_questions_a_day(app: Flask, cast: SimpleNamespace, start: datetime) -> None:
    for number in range(20):
        with clock.frozen(start + timedelta(minutes=number)):
            ask(cast.alice)
    with clock.frozen(start + timedelta(hours=23)), pytest.raises(TooSoon, match="enough for one day"):
        ask(cast.alice)
    with clock.frozen(start + DAY + timedelta(seconds=1)):
        ask(cast.alice)


def test_three_questions_on_the_first_day_then_as_many_as_others(
    app: Flask, cast: SimpleNamespace, start: datetime
) -> None:
    for number in range(3):
        with clock.frozen(start + timedelta(minutes=3 * number)):
            ask(cast.nia)
    with clock.frozen(start + timedelta(hours=1)), pytest.raises(TooSoon, match="enough for one day"):
        ask(cast.nia)
    for number in range(4):
        with clock.frozen(start + DAY + timedelta(minutes=10 + 3 * number)):
            ask(cast.nia)


def test_ten_replies_on_the_first_day(app: Flask, cast: SimpleNamespace, start: datetime) -> None:
    with clock.frozen(start - DAY):
        thread_id = ask(cast.alice)
    for number in range(10):
        with clock.frozen(start + timedelta(minutes=number)):
            answer(cast.nia, thread_id)
    with clock.frozen(start + timedelta(hours=1)), pytest.raises(TooSoon):
        answer(cast.nia, thread_id)


def test_it_is_said_with_the_time_and_what_was_typed_stays(app: Flask, cast: SimpleNamespace) -> None:
    browser = cast.alice.client
    assert browser.post("/ask", data=fields()).status_code == 303
    refused = browser.post("/ask", data=fields(source="Second thoughts, line by line."))
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 15
    assert "That was quick. You can post again in" in refused.text
    assert "Second thoughts, line by line." in refused.text
    assert count(Thread) == 1


def test_a_form_that_arrives_again_passes(app: Flask, cast: SimpleNamespace) -> None:
    asked, answered = fields(), {"source": "Send the photo.", "form_token": token()}
    places = {cast.alice.client.post("/ask", data=asked).location for _time in range(3)}
    assert len(places) == 1
    assert None not in places
    url = f"{places.pop().rsplit('/', 1)[0]}/answers"
    places = {cast.bob.client.post(url, data=answered).location for _time in range(3)}
    assert len(places) == 1
    assert None not in places
    assert (count(Thread), count(Post)) == (1, 2)


def test_thirty_edits_a_day(app: Flask, cast: SimpleNamespace, start: datetime) -> None:
    with clock.frozen(start):
        thread_id = ask(cast.alice)
        post_id = read(ANONYMOUS, thread_id).opening.id
        for version in range(1, 31):
            forum.edit(
                cast.alice.actor,
                post_id=post_id,
                version=version,
                source=f"Words {version}",
                token=f"edit {version}",
            )
        with pytest.raises(TooSoon, match="enough editing"):
            forum.edit(cast.alice.actor, post_id=post_id, version=31, source="More words", token="more")
    with clock.frozen(start + DAY + timedelta(seconds=1)):
        forum.edit(cast.alice.actor, post_id=post_id, version=31, source="More words", token="more")


def test_off_is_off(make_app: Callable[..., Flask], app: Flask, cast: SimpleNamespace) -> None:
    with make_app(limits=False).app_context():
        for _question in range(3):
            ask(cast.nia)
