"""Stopping letters: one click from a mail program, a button for people, and a way back."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from app.notifications import operations, queries, unsubscribing
from app.notifications.models import Cadence, Kind, MailChoice

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def link(app: Flask, cast: SimpleNamespace) -> str:
    """The address in a letter to alice about an answer."""
    return f"/unsubscribe/{unsubscribing.make(cast.alice.id, {Kind.ANSWER: Cadence.NOW})}"


@pytest.fixture
def strict(make_app: Callable[..., Flask]) -> FlaskClient:
    """A visitor's browser where CSRF tokens count."""
    application = make_app()
    application.config["WTF_CSRF_ENABLED"] = True
    return application.test_client()


def _on(who: SimpleNamespace, kind: Kind = Kind.ANSWER) -> bool:
    db.session.rollback()
    return queries.mail_choices(who.id)[kind] is not Cadence.OFF


def test_opening_the_link_stops_nothing(cast: SimpleNamespace, client: FlaskClient, link: str) -> None:
    """Mail scanners open every link."""
    page = client.get(link)
    assert page.status_code == 200
    assert "Answers to my questions" in page.text
    assert "Stop these letters" in page.text
    assert client.head(link).status_code == 200
    assert _on(cast.alice)


def test_the_page_sets_no_cookie_and_is_kept_out_of_search(client: FlaskClient, link: str) -> None:
    page = client.get(link)
    assert "Set-Cookie" not in page.headers
    assert 'name="robots" content="noindex"' in page.text


def test_one_click_needs_no_session_and_no_csrf_token(
    cast: SimpleNamespace, strict: FlaskClient, link: str
) -> None:
    answer = strict.post(link, data=ONE_CLICK)
    assert answer.status_code == 200
    assert "These letters have stopped" in answer.text
    assert not _on(cast.alice)
    assert _on(cast.alice, Kind.REPLY)
    assert _on(cast.bob)


def test_one_click_as_multipart_works_too(cast: SimpleNamespace, strict: FlaskClient, link: str) -> None:
    strict.post(link, data=ONE_CLICK, content_type="multipart/form-data")
    assert not _on(cast.alice)


def test_another_post_stops_nothing(cast: SimpleNamespace, strict: FlaskClient, link: str) -> None:
    for data in ({}, {"List-Unsubscribe": "Two-Click"}, {"answer": "off"}):
        assert "Stop these letters" in strict.post(link, data=data).text
    assert _on(cast.alice)


def test_twice_is_once(cast: SimpleNamespace, client: FlaskClient, link: str) -> None:
    answers = [client.post(link, data=ONE_CLICK) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert db.session.query(MailChoice).count() == 1
    assert "These letters have stopped" in client.get(link).text


def test_undo_brings_them_back(cast: SimpleNamespace, client: FlaskClient, link: str) -> None:
    client.post(link, data=ONE_CLICK)
    answer = client.post(f"{link}/undo")
    assert (answer.status_code, answer.location) == (303, link)
    assert _on(cast.alice)
    assert "Stop these letters" in client.get(link).text


def test_a_digests_link_stops_digests_and_undo_brings_them_back_as_they_were(
    cast: SimpleNamespace, client: FlaskClient
) -> None:
    before = {Kind.FOLLOWED: Cadence.DAILY, Kind.YOURS: Cadence.WEEKLY}
    operations.choose(cast.alice.id, choices=before)
    link = f"/unsubscribe/{unsubscribing.make(cast.alice.id, before)}"
    page = client.post(link, data=ONE_CLICK).text
    assert "News in threads I follow" in page
    assert "What happens to what I wrote" in page
    assert not _on(cast.alice, Kind.FOLLOWED)
    assert not _on(cast.alice, Kind.YOURS)
    assert _on(cast.alice)
    client.post(f"{link}/undo")
    chosen = queries.mail_choices(cast.alice.id)
    assert {kind: chosen[kind] for kind in before} == before


def test_undo_leaves_what_was_chosen_meanwhile(cast: SimpleNamespace, client: FlaskClient, link: str) -> None:
    operations.choose(cast.alice.id, choices={Kind.ANSWER: Cadence.WEEKLY})
    client.post(f"{link}/undo")
    assert queries.mail_choices(cast.alice.id)[Kind.ANSWER] is Cadence.WEEKLY


def test_links_in_older_letters_work(cast: SimpleNamespace, client: FlaskClient) -> None:
    token = unsubscribing._serializer().dumps([cast.alice.id, "answer"])
    assert client.post(f"/unsubscribe/{token}", data=ONE_CLICK).status_code == 200
    assert not _on(cast.alice)


def test_undo_wants_a_csrf_token(cast: SimpleNamespace, strict: FlaskClient, link: str) -> None:
    strict.post(link, data=ONE_CLICK)
    assert strict.post(f"{link}/undo").status_code == 400
    assert not _on(cast.alice)


@pytest.mark.parametrize("broken", ["", "x", "WzEsImFuc3dlciJd", "WzEsImFuc3dlciJd.AAAA", "%00", "a" * 5_000])
def test_a_link_we_did_not_sign_is_no_page(client: FlaskClient, link: str, broken: str) -> None:
    for answer in (
        client.get(f"/unsubscribe/{broken}"),
        client.post(f"/unsubscribe/{broken}", data=ONE_CLICK),
    ):
        assert answer.status_code == 404


def test_a_changed_link_is_no_page(cast: SimpleNamespace, client: FlaskClient, link: str) -> None:
    assert client.post(link[:-1] + ("a" if link[-1] != "a" else "b"), data=ONE_CLICK).status_code == 404
    assert client.post(link.replace(".", "A.", 1), data=ONE_CLICK).status_code == 404
    assert _on(cast.alice)


def test_a_link_signed_for_something_else_is_no_page(app: Flask, client: FlaskClient) -> None:
    for payload in (
        "words",
        [1],
        [1, "shouting"],
        {"a": 1},
        [None, "answer"],
        [[], "answer"],
        [1, {}],
        [1, {"answer": "hourly"}],
    ):
        token = unsubscribing._serializer().dumps(payload)
        assert client.get(f"/unsubscribe/{token}").status_code == 404


def test_a_link_for_nobody_is_no_page(app: Flask, client: FlaskClient) -> None:
    token = unsubscribing.make(999_999, {Kind.ANSWER: Cadence.NOW})
    assert client.post(f"/unsubscribe/{token}", data=ONE_CLICK).status_code == 404
