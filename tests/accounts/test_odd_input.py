"""Whatever is typed, nothing breaks."""

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient

PASSWORD = "three odd socks"


@pytest.mark.parametrize(
    ("database_url", "every"),
    [("sqlite", 1), ("postgresql", 5), pytest.param("postgresql", 1, marks=pytest.mark.slow)],
    indirect=["database_url"],
)
def test_naughty_strings(client: FlaskClient, rosa: int, shared_data: Path, every: int) -> None:
    strings = json.loads((shared_data / "attack" / "naughty_strings.json").read_text())
    assert len(strings) > 400
    for number, text in enumerate(strings[::every]):
        everywhere = dict.fromkeys(("name", "email", "password", "form_token"), text)
        in_password = {"name": f"seller{number}", "email": "x@example.org", "password": text * 3}
        for path, fields in (
            ("/register", everywhere),
            ("/register", in_password),
            ("/sign-in", everywhere),
            ("/reset", everywhere),
        ):
            answer = client.post(path, query_string={"next": text}, data=fields)
            assert answer.status_code in {303, 422}, (path, text)


@pytest.mark.parametrize("path", ["/register", "/sign-in", "/reset"])
def test_an_empty_form(client: FlaskClient, path: str) -> None:
    answer = client.post(path)
    assert answer.status_code == 422
    assert "Please look at this again" in answer.text


@pytest.mark.parametrize("path", ["/register", "/sign-in", "/reset"])
def test_a_field_that_comes_twice(client: FlaskClient, path: str) -> None:
    data = {
        "email": ["a@example.org", "b@example.org"],
        "name": ["milo", "milou"],
        "password": ["short", PASSWORD],
    }
    assert client.post(path, data=data).status_code in {303, 422}


@pytest.mark.parametrize("path", ["/register", "/sign-in", "/reset"])
def test_very_long_fields(client: FlaskClient, path: str) -> None:
    for text in (
        "x" * 100_000,
        "\u0301" * 20_000,
        "@" * 100_000,
        "a." * 50_000 + "@b.example",
        "a@" + "b." * 50_000,
    ):
        fields = {"name": text, "email": text, "password": text}
        assert client.post(path, data=fields).status_code == 422


@pytest.mark.parametrize("cookie", ["", "x", "e30.x.y", ".eJw", "\u00e9", "a" * 4000])
def test_a_broken_cookie_is_a_visitor(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("bartack", cookie, domain="localhost")
    assert client.get("/sign-in").status_code == 200
    assert client.get("/me/security").status_code == 303
