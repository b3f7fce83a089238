"""/me/security: where one is signed in, and changing the password."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import SignInSession
from app.accounts.sessions import DRAFT_KEY
from app.core.db import db
from app.mail.queries import Letter

PASSWORD = "three odd socks"
NEW = "four matching mittens"
ROSA = {"email": "rosa@example.org", "password": PASSWORD}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Safari/604.1"


@pytest.fixture
def two(rosa: int, app: Flask) -> tuple[FlaskClient, FlaskClient]:
    """Rosa's computer and her telephone."""
    browsers = app.test_client(), app.test_client()
    for browser, agent in zip(browsers, (FIREFOX, IPHONE), strict=True):
        browser.post("/sign-in", data=ROSA, headers={"User-Agent": agent})
    return browsers


def _ids() -> list[int]:
    return list(db.session.scalars(select(SignInSession.id).order_by(SignInSession.id)))


def test_both_browsers_are_listed(two: tuple[FlaskClient, FlaskClient]) -> None:
    page = two[0].get("/me/security").text
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert page.count("This browser") == 1
    assert page.count("Sign out there") == 1


def test_a_password_keeper_knows_what_is_what(
    two: tuple[FlaskClient, FlaskClient], client: FlaskClient
) -> None:
    def asked(browser: FlaskClient, path: str) -> list[str]:
        return re.findall(r'autocomplete="([^"]*)"', browser.get(path).text)

    assert asked(two[0], "/me/security") == ["username", "current-password", "new-password"]
    assert asked(client, "/sign-in") == ["username", "current-password"]
    assert asked(client, "/register") == ["nickname", "email", "new-password"]
    assert asked(client, "/reset") == ["username"]


def test_signing_the_other_one_out(two: tuple[FlaskClient, FlaskClient]) -> None:
    answer = two[0].post(f"/me/security/sessions/{_ids()[1]}/revoke")
    assert (answer.status_code, answer.location) == (303, "/me/security")
    assert two[0].get("/me/security").status_code == 200
    assert two[1].get("/me/security").status_code == 303
    assert two[0].post(f"/me/security/sessions/{_ids()[0] + 1}/revoke").status_code == 404


def test_somebody_elses_is_not_there(two: tuple[FlaskClient, FlaskClient], cast: SimpleNamespace) -> None:
    theirs = cast.adam.client.post(f"/me/security/sessions/{_ids()[0]}/revoke")
    missing = cast.adam.client.post("/me/security/sessions/999999/revoke")
    assert (theirs.status_code, theirs.text) == (missing.status_code, missing.text)
    assert theirs.status_code == 404
    assert two[0].get("/me/security").status_code == 200


def test_visitors_sign_in_first(client: FlaskClient, two: tuple[FlaskClient, FlaskClient]) -> None:
    answer = client.get("/me/security")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/me/security")
    assert client.post(f"/me/security/sessions/{_ids()[0]}/revoke").location.startswith("/sign-in")
    assert client.post("/me/security", data={}).location.startswith("/sign-in")
    assert len(_ids()) == 2


def test_a_new_password_ends_other_sessions_and_renews_this_one(
    two: tuple[FlaskClient, FlaskClient], work: Callable[[], None], mailbox: Callable[[], list[Letter]]
) -> None:
    with two[0].session_transaction() as cookie:
        cookie[DRAFT_KEY] = "kept"
        before = cookie["_user_id"]
    answer = two[0].post("/me/security", data={"current": PASSWORD, "password": NEW})
    assert (answer.status_code, answer.location) == (303, "/me/security")
    assert "Your password is changed" in two[0].get("/me/security").text
    assert two[1].get("/me/security").status_code == 303
    with two[0].session_transaction() as cookie:
        assert cookie["_user_id"] != before
        assert cookie[DRAFT_KEY] == "kept"
    assert two[1].post("/sign-in", data=ROSA).status_code == 422
    assert two[1].post("/sign-in", data=ROSA | {"password": NEW}).status_code == 303
    work()
    assert [letter.subject for letter in mailbox()] == ["Your password for Bartack was changed"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"current": "wrong words"}, "That is not your password."),
        ({"current": ""}, "Write your password."),
        ({"password": ""}, "Choose a password."),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "rosa@example.org"}, "must not be your name"),
    ],
)
def test_what_will_not_do(
    two: tuple[FlaskClient, FlaskClient], fields: dict[str, str], sentence: str
) -> None:
    answer = two[0].post("/me/security", data={"current": PASSWORD, "password": NEW} | fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert two[1].get("/me/security").status_code == 200
    assert two[1].post("/sign-out").status_code == 303
    assert two[1].post("/sign-in", data=ROSA).status_code == 303
