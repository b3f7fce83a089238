"""A browser stands for somebody, for a while."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.accounts import operations, passwords
from app.accounts.actor import Role
from app.accounts.models import Account, AccountState, SignInSession
from app.accounts.sessions import DRAFT_KEY, LIFETIME, OWNER, STAFF_LIFETIME
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction

PASSWORD = "three odd socks"
ROSA = {"email": "rosa@example.org", "password": PASSWORD}
REFUSED = "That address and password do not go together, or the address is not confirmed yet."


def _sessions() -> int:
    return db.session.scalar(select(func.count()).select_from(SignInSession)) or 0


def _signed_in(client: FlaskClient) -> bool:
    return client.get("/me/security").status_code == 200


def test_in_and_out(rosa: int, client: FlaskClient) -> None:
    answer = client.post("/sign-in", data=ROSA)
    assert (answer.status_code, answer.location) == (303, "/")
    assert _signed_in(client)
    out = client.post("/sign-out")
    assert (out.status_code, out.location) == (303, "/")
    assert not _signed_in(client)
    assert _sessions() == 0


@pytest.mark.parametrize("email", ["ROSA@EXAMPLE.ORG", " rosa@example.org ", "Rosa@Example.org"])
def test_the_address_in_any_case(rosa: int, client: FlaskClient, email: str) -> None:
    assert client.post("/sign-in", data=ROSA | {"email": email}).status_code == 303


def test_a_password_composed_otherwise_is_the_same(app: Flask, client: FlaskClient) -> None:
    operations.add_person(name="zoe", email="zoe@example.org", password="cafe\u0301 au lait chaud")
    fields = {"email": "zoe@example.org", "password": "caf\u00e9 au lait chaud"}
    assert client.post("/sign-in", data=fields).status_code == 303


@pytest.mark.parametrize(
    "fields",
    [
        {"password": "three odd socks "},
        {"password": "Three odd socks"},
        {"email": "nobody@example.org"},
        {"email": "rosa"},
        {"email": "' OR 1=1 --"},
        {"email": "unproven@example.org"},
        {"email": "invited@example.org"},
    ],
)
def test_one_sentence_for_every_refusal(rosa: int, client: FlaskClient, fields: dict[str, str]) -> None:
    operations.register(
        name="unproven",
        email="unproven@example.org",
        password=PASSWORD,
        next_url="/",
        token="t" * 20,
        address="x",
    )
    operations.add_person(name="invited", email="invited@example.org")
    answer = client.post("/sign-in", data=ROSA | fields)
    assert answer.status_code == 422
    assert REFUSED in answer.text
    assert _sessions() == 0


def test_a_new_token_on_every_sign_in(rosa: int, client: FlaskClient) -> None:
    tokens = []
    for _ in range(2):
        client.post("/sign-in", data=ROSA)
        with client.session_transaction() as cookie:
            tokens.append(cookie["_user_id"])
        client.post("/sign-out")
    assert tokens[0] != tokens[1]


def test_only_the_draft_key_survives_signing_in(rosa: int, client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie.update(
            {DRAFT_KEY: "kept", "planted": "by somebody", "csrf_token": "fixed", "_flashes": [("x", "y")]}
        )
    client.post("/sign-in", data=ROSA)
    with client.session_transaction() as cookie:
        assert set(cookie) == {"_permanent", "_user_id", DRAFT_KEY, OWNER}
        assert cookie[DRAFT_KEY] == "kept"


def test_what_another_person_left_in_the_browser_is_not_handed_on(rosa: int, client: FlaskClient) -> None:
    """Their session ended by itself, so nothing was emptied."""
    for owner, kept in ((rosa, True), (rosa + 1, False)):
        with client.session_transaction() as cookie:
            cookie.clear()
            cookie.update({DRAFT_KEY: "kept", OWNER: owner})
        client.post("/sign-in", data=ROSA)
        with client.session_transaction() as cookie:
            assert (DRAFT_KEY in cookie) is kept


def test_a_token_planted_before_signing_in_stands_for_nobody(rosa: int, client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
    client.post("/sign-in", data=ROSA)
    thief = client.application.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = "planted"
    assert _signed_in(client)
    assert not _signed_in(thief)


def test_a_form_from_before_signing_in_is_refused_after_it(rosa: int, client: FlaskClient) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = True

    def csrf(path: str) -> str:
        return client.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]

    before = csrf("/sign-in")
    assert client.post("/sign-in", data=ROSA | {"csrf_token": before}).status_code == 303
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400
    assert client.post("/sign-out", data={"csrf_token": csrf("/me/security")}).status_code == 303


def test_signing_out_empties_the_cookie(rosa: int, client: FlaskClient) -> None:
    client.post("/sign-in", data=ROSA)
    with client.session_transaction() as cookie:
        cookie[DRAFT_KEY] = "kept"
        stolen = cookie["_user_id"]
    client.post("/sign-out")
    with client.session_transaction() as cookie:
        assert not set(cookie)
        cookie["_user_id"] = stolen
    assert not _signed_in(client)


def test_the_row_is_the_truth(rosa: int, client: FlaskClient) -> None:
    client.post("/sign-in", data=ROSA)
    with transaction() as session:
        session.query(SignInSession).delete()
    assert not _signed_in(client)


@pytest.mark.parametrize("state", [AccountState.GHOST, AccountState.UNCLAIMED])
def test_only_active_people_are_signed_in(rosa: int, client: FlaskClient, state: AccountState) -> None:
    client.post("/sign-in", data=ROSA)
    with transaction() as session:
        session.execute(update(Account).values(state=state))
    assert not _signed_in(client)
    assert client.post("/sign-in", data=ROSA).status_code == 422


def test_sixty_days_and_twelve_hours_for_staff(rosa: int, app: Flask) -> None:
    operations.add_person(
        name="mona", email="mona@example.org", role=Role.MODERATOR, password="a longer set of words"
    )
    for fields, lifetime in (
        (ROSA, LIFETIME),
        ({"email": "mona@example.org", "password": "a longer set of words"}, STAFF_LIFETIME),
    ):
        browser = app.test_client()
        browser.post("/sign-in", data=fields)
        with clock.frozen(clock.now() + lifetime - timedelta(minutes=1)):
            assert _signed_in(browser)
        with clock.frozen(clock.now() + lifetime + timedelta(minutes=1)):
            assert not _signed_in(browser)


def test_a_role_changed_is_a_session_ended(rosa: int, client: FlaskClient) -> None:
    client.post("/sign-in", data=ROSA)
    operations.change_role(account_id=rosa, role=Role.MODERATOR)
    assert not _signed_in(client)


def test_signing_in_again_replaces_the_session(rosa: int, client: FlaskClient) -> None:
    client.post("/sign-in", data=ROSA)
    assert client.post("/sign-in", data=ROSA).status_code == 303
    assert _sessions() == 1


def test_an_old_hash_is_renewed(rosa: int, client: FlaskClient) -> None:
    app = client.application
    before = db.session.scalar(select(Account.password_hash))
    app.config[passwords.MEMORY_OPTION] *= 2
    assert client.post("/sign-in", data=ROSA).status_code == 303
    after = db.session.scalar(select(Account.password_hash))
    assert before != after
    assert not passwords.is_outdated(str(after))
    client.post("/sign-out")
    assert client.post("/sign-in", data=ROSA).status_code == 303


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/ask", "/ask"),
        ("/search?q=a&page=2", "/search?q=a&page=2"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/%09/evil.example", "/%09/evil.example"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_where_one_lands(rosa: int, client: FlaskClient, target: str, lands: str) -> None:
    answer = client.post("/sign-in", query_string={"next": target}, data=ROSA)
    assert answer.location == lands


def test_signed_in_people_are_sent_on(cast: SimpleNamespace) -> None:
    answer = cast.alice.client.get("/sign-in?next=/questions")
    assert (answer.status_code, answer.location) == (303, "/questions")


def test_the_cookie_on_http(rosa: int, client: FlaskClient) -> None:
    cookie = client.post("/sign-in", data=ROSA).headers["Set-Cookie"]
    assert cookie.startswith("bartack=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Expires=" in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie


def test_the_cookie_on_https(make_app: Callable[..., Flask]) -> None:
    app = make_app(base_url="https://help.example.org")
    with app.app_context():
        operations.add_person(name="rosa", email="rosa@example.org", password=PASSWORD)
        answer = app.test_client().post("https://help.example.org/sign-in", data=ROSA)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-bartack=")
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_reading_writes_nothing_and_sets_no_cookie(rosa: int, client: FlaskClient) -> None:
    client.post("/sign-in", data=ROSA)
    client.get("/")
    before = db.session.scalar(select(SignInSession.last_seen_at))
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert "Set-Cookie" not in client.get("/").headers
    db.session.rollback()
    assert db.session.scalar(select(SignInSession.last_seen_at)) == before


def test_sending_a_form_moves_last_seen(rosa: int, client: FlaskClient) -> None:
    client.post("/sign-in", data=ROSA)
    later = clock.now() + timedelta(days=1)
    with clock.frozen(later):
        client.post("/me/security", data={})
    db.session.rollback()
    assert db.session.scalar(select(SignInSession.last_seen_at)) == later


def test_one_statement_loads_a_person(rosa: int, client: FlaskClient, statements: list[str]) -> None:
    client.post("/sign-in", data=ROSA)
    statements.clear()
    client.get("/register")
    assert [
        statement for statement in statements if "signin_session" in statement or "account" in statement
    ] == [statement for statement in statements if "FROM account JOIN signin_session" in statement]
    assert len([statement for statement in statements if "signin_session" in statement]) == 1
