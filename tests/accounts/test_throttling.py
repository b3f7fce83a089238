"""How often one may try."""

import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts import operations
from app.accounts.models import Account
from app.core.db import db
from app.core.problems import Problem, TooSoon
from app.jobs.models import Job

PASSWORD = "three odd socks"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """Limits on."""
    application = make_app(limits=True)
    with application.app_context():
        yield application


def _post(client: FlaskClient, path: str, address: str = "192.0.2.1", **fields: str) -> TestResponse:
    return client.post(path, data=fields, environ_overrides={"REMOTE_ADDR": address})


def _try(email: str = "rosa@example.org", password: str = "wrong words", address: str = "192.0.2.1") -> None:
    with pytest.raises(Problem) as refused:
        operations.sign_in(email=email, password=password, address=address)
    assert not isinstance(refused.value, TooSoon)


def test_six_attempts_a_minute_from_one_address(rosa: int, client: FlaskClient) -> None:
    fields = {"email": "rosa@example.org", "password": "wrong words"}
    answers = [_post(client, "/sign-in", **fields).status_code for _ in range(7)]
    assert answers == [422] * 6 + [429]
    limited = _post(client, "/sign-in", **fields | {"password": PASSWORD})
    assert limited.status_code == 429
    assert 0 < int(limited.headers["Retry-After"]) <= 60
    assert _post(client, "/sign-in", "192.0.2.2", **fields | {"password": PASSWORD}).status_code == 303


def test_looking_at_the_form_is_not_counted(rosa: int, client: FlaskClient) -> None:
    assert {client.get("/sign-in").status_code for _ in range(8)} == {200}


@pytest.mark.parametrize("email", ["rosa@example.org", "nobody@example.org"])
def test_ten_failures_rest_the_pair(rosa: int, email: str) -> None:
    for _ in range(10):
        _try(email)
    with pytest.raises(TooSoon) as refused:
        operations.sign_in(email=email, password=PASSWORD, address="192.0.2.1")
    assert 590 <= refused.value.retry_after <= 601


def test_never_the_account_alone(rosa: int) -> None:
    for _ in range(10):
        _try()
    assert operations.sign_in(email="rosa@example.org", password=PASSWORD, address="192.0.2.2") == rosa


def test_never_the_address_alone(rosa: int) -> None:
    operations.add_person(name="milo", email="milo@example.org", password=PASSWORD)
    for _ in range(10):
        _try()
    assert operations.sign_in(email="milo@example.org", password=PASSWORD, address="192.0.2.1")


def test_other_spellings_are_the_same_pair(rosa: int) -> None:
    for turn in range(10):
        _try("ROSA@example.org" if turn % 2 else " rosa@Example.ORG ")
    with pytest.raises(TooSoon):
        operations.sign_in(email="rosa@example.org", password=PASSWORD, address="192.0.2.1")


def test_a_right_password_ends_the_count(rosa: int) -> None:
    for _ in range(3):
        for _ in range(9):
            _try()
        operations.sign_in(email="rosa@example.org", password=PASSWORD, address="192.0.2.1")


def test_resting_is_a_page_that_says_when(rosa: int, client: FlaskClient) -> None:
    for _ in range(10):
        _try(address="192.0.2.7")
    answer = _post(client, "/sign-in", "192.0.2.7", email="rosa@example.org", password=PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 601
    assert "too many attempts" in answer.text


def test_a_rest_ends(rosa: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(10):
        _try()
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + 601)
    assert operations.sign_in(email="rosa@example.org", password=PASSWORD, address="192.0.2.1") == rosa


def test_three_sign_ups_a_day_from_one_address(client: FlaskClient) -> None:
    def sign_up(number: int, address: str = "192.0.2.1") -> TestResponse:
        fields = {"name": f"seller{number}", "email": f"s{number}@example.org", "password": PASSWORD}
        return _post(client, "/register", address, **fields)

    assert _post(client, "/register", name="x", email="x@example.org", password=PASSWORD).status_code == 422
    assert [sign_up(number).status_code for number in range(3)] == [303, 303, 303]
    refused = sign_up(3)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 3600
    assert sign_up(4, "192.0.2.2").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Account)) == 4


def test_a_sign_up_sent_again_is_not_counted_again(client: FlaskClient) -> None:
    for number in range(3):
        fields = {"name": f"seller{number}", "email": f"s{number}@example.org", "password": PASSWORD}
        for _ in range(3):
            assert (
                _post(client, "/register", **fields, form_token=f"token {number} {'x' * 20}").status_code
                == 303
            )
    assert db.session.scalar(select(func.count()).select_from(Account)) == 3


@pytest.mark.parametrize("email", ["rosa@example.org", "nobody@example.org"])
def test_three_letters_an_hour_to_one_address(rosa: int, client: FlaskClient, email: str) -> None:
    answers = [_post(client, "/reset", f"192.0.2.{n}", email=email) for n in range(5)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/reset/sent")}
    assert db.session.scalar(select(func.count()).select_from(Job)) == 3


def test_guessing_the_password_one_has_now_is_counted(rosa: int, app: Flask) -> None:
    browser = app.test_client()
    browser.post("/sign-in", data={"email": "rosa@example.org", "password": PASSWORD})
    fields = {"current": "wrong words", "password": "four matching mittens"}
    answers = [browser.post("/me/security", data=fields).status_code for _ in range(7)]
    assert answers == [422] * 6 + [429]


def test_limits_can_be_turned_off_for_benches(make_app: Callable[..., Flask]) -> None:
    app = make_app(limits=False)
    with app.app_context():
        browser = app.test_client()
        fields = {"email": "rosa@example.org", "password": "wrong words"}
        assert {browser.post("/sign-in", data=fields).status_code for _ in range(12)} == {422}
