"""What every answer carries, whatever it says; what cookies look like; what pages for everybody leave out."""

import ipaddress
import re
from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.core.web.assets import asset
from app.core.web.headers import CONTENT_SECURITY_POLICY
from tests.house.town import PASSWORD, Town, csrf_token

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MEGABYTE = 1024 * 1024


def _site(make_app: Callable[..., Flask], base_url: str = "http://localhost", **settings: object) -> Flask:
    """A site with two pages more: one that breaks, and one whose database is away."""
    application = make_app(base_url=base_url, **settings)
    application.config["WTF_CSRF_ENABLED"] = True
    application.add_url_rule("/broken", view_func=_broken)
    application.add_url_rule("/locked", view_func=_locked)
    application.add_url_rule("/where", view_func=_where)
    return application


def _broken() -> str:
    raise ZeroDivisionError


def _locked() -> str:
    raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))


def _where() -> dict[str, str | None]:
    return {"address": request.remote_addr, "scheme": request.scheme, "host": request.host}


def _answers(client: FlaskClient) -> dict[int | str, object]:
    """One answer of every kind there is, by its code."""
    sent = {"csrf_token": csrf_token(client)}
    base = {"headers": {"Referer": client.application.config["PREFERRED_URL_SCHEME"] + "://localhost/"}}
    answers: dict[int | str, object] = {
        200: client.get("/questions"),
        "a file": client.get(asset("app.css"), buffered=True),
        "no file": client.get("/static/dist/none.css"),
        303: client.post("/sign-out", data=sent, **base),
        400: client.post("/sign-out", **base),
        404: client.get("/t/1"),
        405: client.delete("/questions"),
        410: client.get("/confirm/nonsense"),
        413: client.post("/preview", data={"source": "x" * (MEGABYTE + 1)}, **base),
        500: client.get("/broken"),
        503: client.get("/locked"),
    }
    sent["csrf_token"] = csrf_token(client)
    for _try in range(7):
        answer = client.post("/sign-in", data=sent, **base)
        answers.setdefault(422, answer)
    answers[429] = answer
    return answers


@pytest.mark.parametrize("base_url", ["http://localhost", "https://localhost"])
def test_on_every_kind_of_answer(make_app: Callable[..., Flask], base_url: str) -> None:
    client = _site(make_app, base_url, limits=True).test_client()
    answers = _answers(_by_https(client) if base_url.startswith("https") else client)
    codes = {"a file": 200, "no file": 404}
    assert {kind: answer.status_code for kind, answer in answers.items()} == {
        kind: codes.get(str(kind), kind) for kind in answers
    }
    for kind, answer in answers.items():
        headers = answer.headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, kind
        assert headers["X-Content-Type-Options"] == "nosniff", kind
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin", kind
        assert headers.get("Strict-Transport-Security", "").startswith("max-age=31536000") == (
            base_url.startswith("https")
        ), kind
        assert "Server" not in headers or "Werkzeug" not in headers["Server"]
        assert answer.content_type.split("/")[0] in {"text", "application"}


def _by_https(client: FlaskClient) -> FlaskClient:
    client.environ_base["wsgi.url_scheme"] = "https"
    return client


def test_the_policy_lets_nothing_in_but_ours(client: FlaskClient) -> None:
    policy = client.get("/questions").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    own = {f"{kind}-src" for kind in ("script", "style", "img", "font", "connect")} | {"form-action"}
    none = {"default-src", "frame-ancestors", "base-uri", "object-src"}
    assert rules == dict.fromkeys(own, "'self'") | dict.fromkeys(none, "'none'")


def test_limits_and_locks_say_when_to_come_back(make_app: Callable[..., Flask]) -> None:
    answers = _answers(_site(make_app, limits=True).test_client())
    for code, most in ((429, 60), (503, 6)):
        assert 0 < int(answers[code].headers["Retry-After"]) <= most
        assert f"Error {code}" in answers[code].text


def test_files_may_be_kept_for_ever_and_pages_not(make_app: Callable[..., Flask]) -> None:
    client = _site(make_app).test_client()
    assert "immutable" in client.get(asset("app.css"), buffered=True).headers["Cache-Control"]
    assert client.get(asset("app.js"), buffered=True).content_type.startswith("text/javascript")
    for path in ("/", "/questions", "/t/1", "/sign-in"):
        assert client.get(path).headers["Cache-Control"] == "private, no-cache"


def test_letters_in_development_are_shut_in(
    app: Flask, client: FlaskClient, work: Callable[[], None], mailbox: Callable[[], list], town: Town
) -> None:
    """The one page with a policy of its own: styles inline, and nothing runs, loads or submits."""
    client.post("/reset", data={"email": "bob@example.org"})
    work()
    answer = client.get(f"/dev/mail/{mailbox()[0].name}/html")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy
    assert "form-action" not in policy or "form-action 'none'" in policy


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [("http://localhost", "bartack", False), ("https://localhost", "__Host-bartack", True)],
)
def test_the_cookie(make_app: Callable[..., Flask], base_url: str, name: str, secure: bool) -> None:
    client = _site(make_app, base_url).test_client()
    answer = (_by_https(client) if secure else client).get("/sign-in")
    cookies = SimpleCookie(answer.headers["Set-Cookie"])
    assert set(cookies) == {name}
    cookie = cookies[name]
    assert bool(cookie["secure"]) == secure
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )


def test_pages_for_everybody_hold_no_cookie_no_token_and_no_form_to_send(app: Flask, town: Town) -> None:
    """So that one visitor's page is every visitor's page."""
    app.config["WTF_CSRF_ENABLED"] = True
    show = f"/questions/{town.things['thread']}/buyer-says-the-coat-never-came"
    pages = ["/", "/?page=2", "/questions", "/unsolved", show, "/tags/coats", "/search", "/search?q=coat"]
    first, second = app.test_client(), app.test_client()
    second.post("/ask/suggest")
    for page in pages:
        answer = first.get(page)
        assert answer.status_code == 200, page
        assert "Set-Cookie" not in answer.headers, page
        assert "csrf" not in answer.text, page
        assert "form_token" not in answer.text, page
        assert not re.search(r"<form[^>]*method=.?post", answer.text, re.IGNORECASE), page
        assert answer.text == second.get(page).text, page


def test_members_pages_do_hold_a_form_to_send(app: Flask, town: Town) -> None:
    """Without this, a page without any form would pass the test above."""
    page = town.cast.bob.client.get(f"/questions/{town.things['thread']}/buyer-says-the-coat-never-came").text
    assert re.search(r'<form[^>]*method="post"', page)
    assert 'name="csrf_token"' in page


def test_not_found_sets_no_cookie(app: Flask, client: FlaskClient) -> None:
    for path in ("/t/1", "/nothing/here", "/tags/none"):
        assert "Set-Cookie" not in client.get(path).headers


FORWARDED = {
    "X-Forwarded-For": "198.51.100.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "help.example.org",
}


@pytest.mark.parametrize(
    ("networks", "comes_from", "believed"),
    [
        (["10.0.0.0/8"], "10.1.2.3", True),
        (["10.0.0.0/8", "2001:db8::/32"], "2001:db8::5", True),
        (["127.0.0.1/32"], "127.0.0.1", True),
        (["10.0.0.0/8"], "11.0.0.1", False),
        (["10.0.0.0/8"], "203.0.113.9", False),
        (["10.0.0.0/8"], "", False),
        (["10.0.0.0/8"], "unix:", False),
        ([], "127.0.0.1", False),
        ([], "10.1.2.3", False),
    ],
)
def test_forwarded_addresses_count_only_from_listed_proxies(
    make_app: Callable[..., Flask], networks: list[str], comes_from: str, believed: bool
) -> None:
    proxies = tuple(ipaddress.ip_network(network) for network in networks)
    client = _site(make_app, trusted_proxies=proxies).test_client()
    told = client.get("/where", headers=FORWARDED, environ_overrides={"REMOTE_ADDR": comes_from}).json
    assert (told["address"] == "198.51.100.7") == believed
    assert (told["scheme"] == "https") == believed
    assert (told["host"] == "help.example.org") == believed


def test_of_several_forwarded_addresses_the_nearest_to_our_proxy_counts(
    make_app: Callable[..., Flask],
) -> None:
    """What stands left of it the visitor may have written."""
    proxies = (ipaddress.ip_network("10.0.0.0/8"),)
    client = _site(make_app, trusted_proxies=proxies).test_client()
    headers = {"X-Forwarded-For": "127.0.0.1, 198.51.100.7"}
    answer = client.get("/where", headers=headers, environ_overrides={"REMOTE_ADDR": "10.0.0.1"})
    assert answer.json["address"] == "198.51.100.7"


def test_limits_count_the_forwarded_address(make_app: Callable[..., Flask]) -> None:
    application = _site(make_app, limits=True, trusted_proxies=(ipaddress.ip_network("10.0.0.0/8"),))
    application.config["WTF_CSRF_ENABLED"] = False

    def tries(address: str, comes_from: str) -> list[int]:
        client = application.test_client()
        sent = {"email": "nobody@example.org", "password": PASSWORD}
        return [
            client.post(
                "/sign-in",
                data=sent,
                headers={"X-Forwarded-For": address},
                environ_overrides={"REMOTE_ADDR": comes_from},
            ).status_code
            for _try in range(7)
        ]

    assert tries("198.51.100.7", "10.0.0.1")[-2:] == [422, 429]
    assert tries("198.51.100.8", "10.0.0.1")[0] == 422
    assert tries("198.51.100.9", "203.0.113.9")[-1] == 429
    assert tries("198.51.100.10", "203.0.113.9")[0] == 429
