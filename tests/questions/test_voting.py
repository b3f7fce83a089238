"""Helpful or not: who may say so, what it counts, and how to take it back."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.actor import ANONYMOUS
from app.core.clock import now
from app.core.events import on
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.events import Voted
from app.forum.models import Post, Thread, Vote
from tests.questions.steps import Microdata, answer, ask, count, hide, page, post, reply, thread

SCRIPT = {"HX-Request": "true"}


def vote(who: Any, post_id: int, value: int = 1) -> None:
    forum.vote(who.actor, post_id=post_id, value=value)


def counted(post_id: int) -> tuple[int, int]:
    row = post(post_id)
    return row.up_count, row.down_count


def lock(thread_id: int) -> None:
    with transaction() as session:
        session.get_one(Thread, thread_id).locked_at = now()


def test_votes_are_counted_changed_and_taken_back(app: Flask, cast: SimpleNamespace) -> None:
    heard: list[Voted] = []
    on(app, Voted, heard.append)
    answer_id = answer(cast.bob, ask(cast.alice))
    for value, right in ((1, (1, 0)), (-1, (0, 1)), (-1, (0, 1)), (0, (0, 0)), (0, (0, 0)), (-1, (0, 1))):
        vote(cast.charlie, answer_id, value)
        assert counted(answer_id) == right
    vote(cast.alice, answer_id)
    assert counted(answer_id) == (1, 1)
    assert [(event.before, event.value) for event in heard] == [(0, 1), (1, -1), (-1, 0), (0, -1), (0, 1)]
    assert {event.post_id for event in heard} == {answer_id}


def test_a_vote_is_a_change_that_readers_see_and_saying_it_again_is_none(
    app: Flask, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    before = thread(thread_id)
    version, active = before.version, before.last_activity_at
    vote(cast.charlie, answer_id)
    vote(cast.charlie, answer_id)
    after = thread(thread_id)
    assert (after.version, after.last_activity_at) == (version + 1, active)


@pytest.mark.parametrize(
    ("who", "said"),
    [("bob", "wrote yourself"), ("nia", "a little longer")],
)
def test_who_may_not_vote_is_told(app: Flask, cast: SimpleNamespace, who: str, said: str) -> None:
    answer_id = answer(cast.bob, ask(cast.alice))
    voter = getattr(cast, who)
    with pytest.raises(Problem, match=said):
        vote(voter, answer_id)
    sent = voter.client.post(f"/posts/{answer_id}/vote", data={"value": "1"}, follow_redirects=True)
    assert said in sent.text
    by_script = voter.client.post(f"/posts/{answer_id}/vote", data={"value": "1"}, headers=SCRIPT)
    assert said in by_script.text
    assert count(Vote) == 0
    assert f"/posts/{answer_id}/vote" not in page(voter.client, 1)


def test_visitors_are_refused_and_led_to_sign_in(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    answer_id = answer(cast.bob, ask(cast.alice))
    with pytest.raises(Problem, match="Sign in"):
        forum.vote(ANONYMOUS, post_id=answer_id, value=1)
    sent = client.post(f"/posts/{answer_id}/vote", data={"value": "1"})
    assert (sent.status_code, sent.location) == (303, f"/sign-in?next=/p/{answer_id}")
    by_script = client.post(f"/posts/{answer_id}/vote", data={"value": "1"}, headers=SCRIPT)
    assert (by_script.status_code, by_script.headers["HX-Redirect"]) == (204, sent.location)


def test_what_takes_no_votes(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    with pytest.raises(Problem, match="takes no votes"):
        vote(cast.charlie, 1)
    lock(thread_id)
    with pytest.raises(Problem, match="locked"):
        vote(cast.charlie, answer_id)
    vote(cast.mona, answer_id)
    shown = page(cast.charlie.client, thread_id)
    assert f"/posts/{answer_id}/vote" not in shown
    assert f"/questions/{thread_id}/too" not in shown
    hide(Post, answer_id)
    with pytest.raises(NotFound):
        vote(cast.charlie, answer_id)
    with pytest.raises(Problem, match="takes no votes"):
        vote(cast.adam, answer_id)
    for value in (2, -2, 7):
        with pytest.raises(NotFound):
            vote(cast.alice, answer_id, value)


def test_it_works_without_script(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    shown = page(cast.charlie.client, thread_id)
    assert f'formaction="/posts/{answer_id}/vote" name="value" value="1" aria-pressed="false"' in shown
    sent = cast.charlie.client.post(f"/posts/{answer_id}/vote", data={"value": "1"})
    assert (sent.status_code, sent.location) == (303, f"/p/{answer_id}")
    shown = page(cast.charlie.client, thread_id)
    assert f'formaction="/posts/{answer_id}/vote" name="value" value="0" aria-pressed="true"' in shown
    assert counted(answer_id) == (1, 0)


def test_with_script_only_the_pair_comes_back(app: Flask, cast: SimpleNamespace) -> None:
    answer_id = answer(cast.bob, ask(cast.alice))
    sent = cast.charlie.client.post(f"/posts/{answer_id}/vote", data={"value": "-1"}, headers=SCRIPT)
    assert sent.status_code == 200
    assert sent.text.strip().startswith('<div class="vote"')
    assert "<html" not in sent.text
    assert sent.text.count('aria-pressed="true"') == 1


@pytest.mark.parametrize("value", ["", "2", "x", "1.0", "²"])
def test_nonsense_changes_nothing(app: Flask, cast: SimpleNamespace, value: str) -> None:
    answer_id = answer(cast.bob, ask(cast.alice))
    assert cast.charlie.client.post(f"/posts/{answer_id}/vote", data={"value": value}).status_code == 400
    assert count(Vote) == 0


def test_replies_take_votes_too_and_machines_read_the_numbers(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    under = reply(cast.alice, answer_id)
    for who in (cast.charlie, cast.mona):
        vote(who, answer_id)
        vote(who, under, -1)
    assert (counted(answer_id), counted(under)) == ((2, 0), (0, 2))
    (question,) = Microdata(page(app.test_client(), thread_id)).items[0]["mainEntity"]
    assert question["suggestedAnswer"][0]["upvoteCount"] == ["2"]
