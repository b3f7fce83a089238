"""How often one address may do a thing."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WRONG = {"email": "nobody@example.org", "password": "three odd socks"}


def _codes(client: FlaskClient, times: int, path: str = "/sign-in", **data: str) -> list[int]:
    return [client.post(path, data=data or WRONG).status_code for _time in range(times)]


@pytest.fixture
def limited(make_app: Callable[..., Flask]) -> Flask:
    return make_app(limits=True, web_workers=1)


def test_six_tries_to_sign_in_a_minute(limited: Flask) -> None:
    client = limited.test_client()
    assert _codes(client, 7) == [422] * 6 + [429]
    answer = client.post("/sign-in", data=WRONG)
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "A short pause, please" in answer.text
    assert client.get("/sign-in").status_code == 200


def test_another_address_counts_for_itself(limited: Flask) -> None:
    client = limited.test_client()
    assert _codes(client, 7)[-1] == 429
    other = client.post("/sign-in", data=WRONG, environ_overrides={"REMOTE_ADDR": "198.51.100.7"})
    assert other.status_code == 422


def test_other_pages_are_not_counted_with_it(limited: Flask) -> None:
    client = limited.test_client()
    assert _codes(client, 7)[-1] == 429
    assert client.post("/ask/suggest", data={"title": "coat"}).status_code == 200


def test_two_processes_count_together(make_app: Callable[..., Flask]) -> None:
    first, second = (make_app(limits=True, web_workers=2).test_client() for _process in range(2))
    assert _codes(first, 3) + _codes(second, 4) == [422] * 6 + [429]


@pytest.mark.parametrize(("workers", "most"), [(1, 200), (4, 50)])
def test_in_all_two_hundred_a_minute_shared_among_processes(
    make_app: Callable[..., Flask], workers: int, most: int
) -> None:
    client = make_app(limits=True, web_workers=workers).test_client()
    codes = [client.get("/healthz").status_code for _request in range(most + 1)]
    assert codes == [200] * most + [429]
    assert client.get("/healthz", environ_overrides={"REMOTE_ADDR": "198.51.100.7"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "most"), [("/ask/suggest", 120), ("/help/suggest", 120), ("/preview", 30), ("/search", 15)]
)
def test_what_is_asked_often_has_a_limit_of_its_own(limited: Flask, path: str, most: int) -> None:
    client = limited.test_client()
    send = client.get if path == "/search" else client.post
    codes = [
        send(path + "?q=c" * (path == "/search"), data={"title": "c"}).status_code
        for _time in range(most + 1)
    ]
    assert codes == [200] * most + [429]


def test_off_is_off(make_app: Callable[..., Flask]) -> None:
    client = make_app(limits=False).test_client()
    assert _codes(client, 9) == [422] * 9
    assert {client.get("/healthz").status_code for _request in range(210)} == {200}


def test_names_are_completed_sixty_times_a_minute(
    cast: SimpleNamespace, make_app: Callable[..., Flask]
) -> None:
    client = make_app(limits=True, web_workers=1).test_client()
    with cast.bob.client.session_transaction() as his, client.session_transaction() as cookie:
        cookie["_user_id"] = his["_user_id"]
    answers = [client.get("/people/complete?q=al") for _time in range(61)]
    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_ten_contacts_are_checked_a_minute(limited: Flask) -> None:
    client = limited.test_client()
    assert _codes(client, 11, "/contact", pasted="+44 20 7946 0000") == [200] * 10 + [429]
    answer = client.post("/contact", data={"pasted": "support@example.org"})
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert client.get("/contact").status_code == 200
