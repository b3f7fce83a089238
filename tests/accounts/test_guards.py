"""Who is let through, and where the others are sent."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.actor import Actor, Role
from app.accounts.sessions import current_actor, me, signed_in_only, staff_only


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> object:
    application = make_app(timezone="Asia/Tokyo")

    @application.route("/private", methods=["GET", "POST"])
    @signed_in_only
    def private() -> str:
        person = me()
        return f"{person.name if person else ''} {current_actor().role}"

    @application.get("/agents")
    @staff_only(Role.AGENT)
    def agents() -> str:
        return "agents"

    @application.get("/who")
    def who() -> str:
        return repr(current_actor())

    with application.app_context():
        yield application


def test_visitors_are_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/private?page=2&q=a%26b")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/private?page%3D2%26q%3Da%2526b"


def test_visitors_who_send_a_form_come_back_to_where_it_was(client: FlaskClient) -> None:
    def lands(referrer: str) -> str:
        return client.post("/private", headers={"Referer": referrer}).location

    assert lands("http://localhost/questions/1/wool") == "/sign-in?next=/questions/1/wool"
    assert lands("http://evil.example/questions") == "/sign-in?next=/"
    assert lands("") == "/sign-in?next=/"


def test_members_are_let_through(cast: SimpleNamespace) -> None:
    assert cast.alice.client.get("/private").text == "alice member"
    assert cast.alice.client.post("/private").text == "alice member"


@pytest.mark.parametrize(
    ("name", "status"),
    [("alice", 404), ("nia", 404), ("mona", 404), ("agnes", 200), ("adam", 200)],
)
def test_to_others_a_page_of_staff_does_not_exist(cast: SimpleNamespace, name: str, status: int) -> None:
    assert getattr(cast, name).client.get("/agents").status_code == status


def test_hidden_and_missing_answer_with_the_same_bytes(cast: SimpleNamespace, client: FlaskClient) -> None:
    for browser in (client, cast.alice.client):
        hidden, missing = browser.get("/agents"), browser.get("/nothing-here")
        assert (hidden.status_code, hidden.data) == (missing.status_code, missing.data)


def test_a_visitor_lives_in_the_sites_zone(client: FlaskClient) -> None:
    assert client.get("/who").text == repr(Actor(None, Role.VISITOR, 0, "en", "Asia/Tokyo"))


@pytest.mark.parametrize(
    ("role", "moderates", "supports", "staff"),
    [
        (Role.VISITOR, False, False, False),
        (Role.NEW, False, False, False),
        (Role.MEMBER, False, False, False),
        (Role.TRUSTED, False, False, False),
        (Role.MODERATOR, True, False, True),
        (Role.AGENT, False, True, True),
        (Role.ADMIN, True, True, True),
    ],
)
def test_what_a_role_is(role: Role, moderates: bool, supports: bool, staff: bool) -> None:
    actor = Actor(1, role, 0, "en", "Europe/London")
    assert (actor.is_moderator, actor.is_agent, actor.is_staff) == (moderates, supports, staff)
    assert actor.signed_in
