"""The page of a person, and the lists its numbers lead to."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.actor import Role
from app.accounts.models import Account, AccountState
from app.accounts.operations.people import unclaimed_person
from app.community.queries import MOST_COUNTED, contributions
from app.core.transaction import transaction
from app.forum.models import Visibility
from tests.community.steps import show, vote
from tests.questions.steps import accept, answer, ask, reply

Answered = Callable[[], tuple[int, int]]
LISTS = ("questions", "answers", "accepted", "reputation")


def _tallies(browser: FlaskClient, name: str) -> dict[str, str]:
    """What each number of the profile says, by the list it leads to."""
    page = browser.get(f"/people/{name}").text
    return dict(re.findall(rf'href="/people/{name}/(\w+)"><b>([^<]*)</b>', page))


def _items(browser: FlaskClient, path: str) -> int:
    return browser.get(path).text.count('<li class="item')


def test_who_they_are(cast: SimpleNamespace, client: FlaskClient) -> None:
    with transaction() as session:
        session.get_one(Account, cast.bob.id).bio = "I sell wool.\nAnd buttons."
    page = client.get("/people/bob").text
    assert "<h1>Bob</h1>" in page
    assert "I sell wool.\nAnd buttons." in page
    assert "here since" in page
    assert "Suspend" not in page


@pytest.mark.parametrize(
    ("name", "badge"),
    [("bob", None), ("mona", "Moderator"), ("agnes", "Support"), ("adam", "Runs this site")],
)
def test_the_badge(cast: SimpleNamespace, client: FlaskClient, name: str, badge: str | None) -> None:
    found = re.findall(r'<span class="badge">([^<]*)</span>', client.get(f"/people/{name}").text)
    assert found == ([badge] if badge else [])


def test_a_trusted_person_says_so(enter: Callable[..., SimpleNamespace], client: FlaskClient) -> None:
    enter("tessa", Role.TRUSTED)
    assert '<span class="badge">Trusted</span>' in client.get("/people/tessa").text


def test_numbers_are_as_long_as_their_lists(cast: SimpleNamespace, answered: Answered) -> None:
    thread_id, post_id = answered()
    answered()
    accept(cast.alice, post_id)
    reply(cast.bob, answer(cast.charlie, thread_id))
    ask(cast.bob, "My own question about stamps")
    vote(cast.charlie, post_id, 1)
    for browser in (cast.nia.client, cast.bob.client, cast.mona.client):
        assert _tallies(browser, "bob") == {
            "questions": "1",
            "answers": "2",
            "accepted": "1",
            "reputation": "25",
        }
        assert [_items(browser, f"/people/bob/{path}") for path in LISTS[:3]] == [1, 2, 1]


def test_a_reply_that_was_accepted_counts_as_accepted(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    accept(cast.alice, reply(cast.charlie, post_id))
    assert _tallies(cast.nia.client, "charlie") | {"reputation": ""} == {
        "questions": "0",
        "answers": "0",
        "accepted": "1",
        "reputation": "",
    }


def test_what_is_hidden_is_there_for_those_who_may_see_it(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    accept(cast.alice, post_id)
    show(post_id, Visibility.HIDDEN)
    for browser, number in ((cast.nia.client, 0), (cast.bob.client, 1), (cast.mona.client, 1)):
        assert _tallies(browser, "bob")["answers"] == str(number)
        assert [_items(browser, f"/people/bob/{path}") for path in ("answers", "accepted")] == [number] * 2
        assert ("Send the photo" in browser.get("/people/bob").text) is bool(number)


def test_what_they_know_about(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    assert "Knows about" not in cast.nia.client.get("/people/bob").text
    accept(cast.alice, post_id)
    page = cast.nia.client.get("/people/bob").text
    assert 'href="/people/bob/accepted?tag=coats"' in page
    assert _items(cast.nia.client, "/people/bob/accepted?tag=coats") == 1
    assert _items(cast.nia.client, "/people/bob/accepted?tag=hats") == 0


@pytest.mark.parametrize("path", ["", *LISTS])
@pytest.mark.parametrize("name", ["nobody", "gone", "dora", "-", "%00", "x" * 300, "алиса"])
def test_nobody_is_there(cast: SimpleNamespace, client: FlaskClient, name: str, path: str) -> None:
    with transaction() as session:
        ghost = Account(name="gone", display_name="Gone", state=AccountState.GHOST, tz="UTC")
        session.add_all(
            [ghost, Account(name="dora", display_name="D", pending_email="d@example.org", tz="UTC")]
        )
    assert client.get(f"/people/{name}/{path}".rstrip("/")).status_code == 404


def test_who_was_imported_says_so(app: Flask, client: FlaskClient) -> None:
    unclaimed_person("elsewhere", "7", "Old Hand")
    page = client.get("/people/old-hand").text
    assert "brought in by an import" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "Suspend" not in page


def test_another_spelling_leads_there(cast: SimpleNamespace, client: FlaskClient) -> None:
    answer = client.get("/people/Bob/answers")
    assert (answer.status_code, answer.location) == (301, "/people/bob/answers")


def test_names_lead_to_pages(cast: SimpleNamespace, answered: Answered, client: FlaskClient) -> None:
    thread_id, _post_id = answered()
    page = client.get(f"/t/{thread_id}", follow_redirects=True).text
    assert '<a class="who" href="/people/bob">' in page
    assert '<a class="who" href="/people/alice">' in page
    assert '<a href="/people/alice">Alice</a>' in client.get("/").text


def test_lists_have_pages(cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contributions, "PAGE_SIZE", 2)
    thread_id = ask(cast.alice)
    for number in range(3):
        answer(cast.bob, thread_id, f"Number {number}.")
    first = cast.nia.client.get("/people/bob/answers").text
    assert first.index("Number 2.") < first.index("Number 1.")
    assert 'rel="next" href="/people/bob/answers?page=2"' in first
    assert "Number 0." in cast.nia.client.get("/people/bob/answers?page=2").text
    assert "Nothing here" in cast.nia.client.get("/people/bob/answers?page=9").text


def test_counting_ends(cast: SimpleNamespace, answered: Answered, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("app.community.queries.contributions.MOST_COUNTED", "app.community.queries.MOST_COUNTED"):
        monkeypatch.setattr(module, 1)
    answered()
    assert _tallies(cast.nia.client, "bob")["answers"] == "1"
    answered()
    assert _tallies(cast.nia.client, "bob")["answers"] == "1+"
    assert MOST_COUNTED == 1_000


@pytest.mark.parametrize("path", ["", *LISTS])
def test_statements_do_not_grow(
    cast: SimpleNamespace, answered: Answered, statements: list[str], path: str
) -> None:
    for _time in range(3):
        _thread_id, post_id = answered()
        accept(cast.alice, post_id)
    for browser, most in ((cast.bob.client, 8), (cast.mona.client, 8)):
        browser.get("/people/bob")
        del statements[:]
        assert browser.get(f"/people/bob/{path}".rstrip("/")).status_code == 200
        assert len([sent for sent in statements if sent.startswith(("SELECT", "WITH"))]) <= most


def test_ones_own_page_leads_to_ones_pages(cast: SimpleNamespace) -> None:
    page = cast.bob.client.get("/people/bob").text
    assert "This is you" in page
    assert 'href="/me/profile"' in page
    assert "This is you" not in cast.alice.client.get("/people/bob").text


def test_all_that_is_ones_own_in_one_place(cast: SimpleNamespace) -> None:
    page = cast.alice.client.get("/me").text
    for path in (
        "/me/drafts",
        "/me/deleted",
        "/review/edits",
        "/me/saved",
        "/me/notifications",
        "/me/notifications/mail",
        "/me/tickets",
        "/me/profile",
        "/me/name",
        "/me/email",
        "/me/security",
        "/people/alice",
    ):
        assert f'href="{path}"' in page
    assert 'href="/me"' in cast.alice.client.get("/").text
