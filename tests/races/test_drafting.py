"""Posting a form and the last words kept of it at once: the draft is gone, whoever was first."""

import secrets
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from flask.testing import FlaskClient

from app.forum.models import Draft, Post
from tests.questions.steps import ask, count

ROUNDS = 25
AtOnce = Callable[..., list[Any]]
Browsers = Callable[..., list[FlaskClient]]


def test_a_late_draft_never_outlives_the_post(
    cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers, mailbox: Any
) -> None:
    thread_id = ask(cast.alice)
    codes: set[int] = set()
    for number in range(ROUNDS):
        form = {"source": f"Words {number}.", "form_token": secrets.token_urlsafe(18)}
        draft = {**form, "draft": f"answer:{thread_id}"}
        first, *others = browsers(cast.bob, 4)
        calls: list[Callable[[], int]] = [
            lambda browser=browser, draft=draft: browser.post("/drafts", data=draft).status_code
            for browser in others
        ]
        calls.insert(
            number % 4,
            lambda first=first, form=form: (
                first.post(f"/questions/{thread_id}/answers", data=form).status_code
            ),
        )
        answers = at_once(calls)
        assert answers[number % 4] == 303
        codes |= set(answers)
        assert count(Draft) == 0
    assert count(Post) == 1 + ROUNDS
    assert codes <= {204, 303, 410}
    # However they raced, one that comes when the post is written is told so.
    assert first.post("/drafts", data=draft).status_code == 410


def test_two_devices_at_once_leave_one_draft(
    cast: SimpleNamespace, at_once: AtOnce, browsers: Browsers
) -> None:
    def keep(browser: FlaskClient, number: int) -> int:
        form = {"draft": "ask", "title": f"Words {number}", "form_token": secrets.token_urlsafe(18)}
        return browser.post("/drafts", data=form).status_code

    calls = [
        lambda browser=browser, number=number: keep(browser, number)
        for number, browser in enumerate(browsers(cast.bob, 10))
    ]
    assert set(at_once(calls)) == {204}
    assert count(Draft) == 1
