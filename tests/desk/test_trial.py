"""`/help` while a trial runs: the same page for both arms but for one line, with and without script."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.insight.operations import start_trial, stop_trial
from app.insight.statistics import needed
from app.questions.ports import Match
from app.search.models import HelpSession, SuggestionEvent
from tests.desk.steps import Finder, fields

LINE = {"subject": "Refund to a closed card", "look": "1"}
FOLD = '<details class="fold"><summary>'
MATCH = "Refund to a closed card, where is it?"


@pytest.fixture
def trial(cast: SimpleNamespace, match: Callable[[Actor], Match]) -> int:
    """A trial of everybody, and one match to show."""
    match(cast.bob.actor)
    today = now().date()
    return start_trial(
        cast.adam.actor,
        begins_on=today,
        ends_on=today + timedelta(days=27),
        share=100,
        rate=50,
        seen=needed(0.5),
    )


def _look(browser: FlaskClient, **more: str) -> str:
    return str(browser.post("/help", data={**LINE, **more}).text)


def _browser(app: Flask, *, folded: bool) -> FlaskClient:
    """A visitor's browser that was drawn for this arm."""
    for _try in range(40):
        browser = app.test_client()
        if (FOLD in _look(browser)) is folded:
            return browser
    raise AssertionError("forty draws on one side")


def test_without_a_trial_nobody_sees_a_fold(
    app: Flask, cast: SimpleNamespace, match: Callable[[Actor], Match]
) -> None:
    match(cast.bob.actor)
    for _twelve in range(12):
        assert FOLD not in _look(app.test_client())


def test_the_control_sees_how_many_there_are_and_can_open_them(app: Flask, trial: int) -> None:
    page = _look(_browser(app, folded=True))
    fold = page.split(FOLD)[1].split("</details>\n<input")[0]
    assert "See 1 similar answer" in fold
    assert MATCH in fold
    assert 'name="source"' in page
    assert 'name="looked" value="1"' in page


def test_the_other_half_sees_what_everybody_sees_without_a_trial(
    app: Flask, cast: SimpleNamespace, trial: int
) -> None:
    with_trial = _look(_browser(app, folded=False))
    stop_trial(cast.adam.actor, trial_id=trial)
    without = _look(app.test_client())
    bare = lambda page: re.sub(r'(name="(?:csrf|form)_token" value=)"[^"]*"', r"\1", page)
    assert bare(with_trial) == bare(without)


def test_it_stays_so_while_typing_and_when_the_page_is_opened_again(app: Flask, trial: int) -> None:
    for folded in (True, False):
        browser = _browser(app, folded=folded)
        for subject in ("Refund", "Refund to a closed card"):
            typed = {"subject": subject}
            assert (FOLD in browser.post("/help/suggest", data=typed).text) is folded
            browser.post("/drafts", data={"draft": "help", **typed, "form_token": "t" * 20})
            page = browser.get("/help").text
            assert MATCH in page
            assert (FOLD in page) is folded


def test_a_person_keeps_it_on_every_browser(app: Flask, cast: SimpleNamespace, trial: int) -> None:
    first = FOLD in _look(cast.alice.client)
    assert all((FOLD in _look(cast.alice.client)) is first for _four in range(4))


def test_urgent_words_show_everything_also_to_the_control(app: Flask, trial: int) -> None:
    browser = _browser(app, folded=True)
    assert FOLD not in browser.post("/help/suggest", data={"subject": "Charge I did not recognise"}).text
    assert FOLD not in _look(browser)
    browser = _browser(app, folded=True)
    assert FOLD not in _look(browser, topic="safety")
    for said in ({"topic": "safety"}, {"tried": "I told the bank, it is fraud. I want to die."}):
        browser = _browser(app, folded=True)
        assert FOLD not in browser.post("/help/suggest", data={"subject": LINE["subject"], **said}).text


def test_what_came_of_it_is_noted_whatever_was_seen(
    app: Flask, cast: SimpleNamespace, trial: int, finder: Finder
) -> None:
    alice = cast.alice.client
    thread_id = finder.found[0].thread_id
    folded = FOLD in _look(alice)
    alice.post("/help/opened", data={"thread": str(thread_id)})
    alice.post("/help", data={**LINE, "solved": str(thread_id)})
    assert alice.post("/help", data=fields(looked="1")).status_code == 303
    happened = [
        (what, thread)
        for what, thread in db.session.execute(
            select(SuggestionEvent.what, SuggestionEvent.thread_id).order_by(SuggestionEvent.id)
        )
    ]
    shown = [] if folded else [("shown", thread_id)]
    refused = [] if folded else [("refused", thread_id)]
    said = [("opened", thread_id), ("solved", thread_id)]
    assert happened == [*shown, *said, ("regretted", thread_id), ("filed", None), *refused]
    session = db.session.scalars(select(HelpSession)).one()
    assert (session.account_id, session.trial_id) == (cast.alice.id, trial)


def test_a_visitor_is_recognised_by_the_key_of_their_drafts_and_after_signing_in(
    app: Flask, cast: SimpleNamespace, trial: int
) -> None:
    browser = _browser(app, folded=True)
    with browser.session_transaction() as cookie:
        key = cookie["draft"]
    assert key in set(db.session.scalars(select(HelpSession.visitor)))
    browser.post("/help", data=fields(looked="1"))
    with browser.session_transaction() as cookie:
        assert cookie["draft"] == key


def test_two_requests_of_one_page_at_once_get_one_key(app: Flask, trial: int) -> None:
    """Else what hangs on one of two new keys would be lost."""
    app.config["WTF_CSRF_ENABLED"] = True
    browser = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/help").text)
    assert token
    kept = browser.get_cookie("bartack")
    assert kept
    keys = set()
    for _two in range(2):
        browser.set_cookie("bartack", kept.value)
        browser.post("/help/suggest", data={"subject": "Refund", "csrf_token": token[1]})
        with browser.session_transaction() as cookie:
            keys.add(cookie["draft"])
    assert len(keys) == 1


def test_a_ticket_filed_elsewhere_on_the_site_counts_too(
    cast: SimpleNamespace, trial: int, filed: Callable[..., str]
) -> None:
    _look(cast.alice.client)
    filed(cast.alice.actor)
    filed(cast.bob.actor)
    whats = db.session.scalars(select(SuggestionEvent.what)).all()
    assert whats.count("filed") == 1
