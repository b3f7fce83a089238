"""/dev/mail: what was written while nothing is sent. Development with a folder only."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.mail.operations import post
from app.mail.queries import Letter


@pytest.fixture
def letter(cast: SimpleNamespace, mailbox: Callable[[], list[Letter]]) -> Letter:
    """A letter with somebody's words in it."""
    url = "http://localhost/confirm/abc"
    post("confirm", to="alice@example.org", locale="en", context={"url": url}, key="confirm:1")
    return mailbox()[0]


def test_an_empty_folder_says_how_to_get_a_letter(client: FlaskClient) -> None:
    page = client.get("/dev/mail")
    assert page.status_code == 200
    assert "No letters yet" in page.text


def test_letters_are_listed_and_read(client: FlaskClient, letter: Letter) -> None:
    listed = client.get("/dev/mail").text
    assert letter.subject in listed
    assert f"/dev/mail/{letter.name}" in listed
    page = client.get(f"/dev/mail/{letter.name}").text
    assert "alice@example.org" in page
    assert "http://localhost/confirm/abc" in page
    assert f'href="/dev/mail/{letter.name}/html" target="_blank" rel="noopener"' in page


def test_the_html_is_shown_alone_and_may_do_nothing(client: FlaskClient, letter: Letter) -> None:
    page = client.get(f"/dev/mail/{letter.name}/html")
    assert page.text == letter.html
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-forms" not in policy


@pytest.mark.parametrize(
    "name", ["missing", "..", "%2e%2e%2fsecret_key", "a/b", "secret_key", "a.eml", "%00"]
)
def test_what_is_no_letter_is_no_page(client: FlaskClient, letter: Letter, name: str) -> None:
    assert client.get(f"/dev/mail/{name}").status_code == 404
    assert client.get(f"/dev/mail/{name}/html").status_code == 404


def test_production_has_no_such_page(make_app: Callable[..., Flask], letter: Letter) -> None:
    visitor = make_app(production=True, limits=True).test_client()
    assert visitor.get("/dev/mail").status_code == 404
    assert visitor.get(f"/dev/mail/{letter.name}").status_code == 404


def test_with_smtp_there_is_nothing_to_show(make_app: Callable[..., Flask]) -> None:
    visitor = make_app(mail_url="smtp://127.0.0.1:1").test_client()
    assert visitor.get("/dev/mail").status_code == 404
