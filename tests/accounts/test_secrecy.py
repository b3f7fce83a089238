"""Nobody learns whether an address is known: not from what is answered, and not from how long it takes."""

import re
import statistics
import time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts import operations, passwords

PASSWORD = "three odd socks"
KNOWN, UNKNOWN = "rosa@example.org", "nora@example.org"
ROUNDS = 40
ALLOWED_MS = 5


def _answer(response: TestResponse, email: str) -> tuple[int, list[tuple[str, str]], str]:
    """Status, headers and body, without what is random or was typed."""
    body = re.sub(r'name="(csrf_token|form_token)"( type="hidden")? value="[^"]*"', "", response.text)
    body = re.sub(r'value="[^"]*" (id|name)="(csrf_token|form_token)"', "", body).replace(email, "TYPED")
    headers = [(name, re.sub(r"=.*?;", "=;", value, count=1)) for name, value in response.headers]
    return response.status_code, [(n, re.sub(r"Expires=[^;]*", "", v)) for n, v in headers], body


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/sign-in", {"password": "not the password"}),
        ("/sign-in", {"password": ""}),
        ("/sign-in", {"password": "x" * 200}),
        ("/reset", {}),
        ("/register", {"name": "milo", "password": PASSWORD}),
        ("/register", {"name": "x", "password": PASSWORD}),
        ("/register", {"name": "milo", "password": "short"}),
    ],
)
def test_known_and_unknown_are_answered_alike(
    rosa: int, app: Flask, path: str, fields: dict[str, str]
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answers: list[list[object]] = []
    for email in (KNOWN, UNKNOWN):
        browser = app.test_client()
        token = browser.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]
        name = {"name": f"{fields['name']}{len(answers)}"} if len(fields.get("name", "")) > 1 else {}
        sent = browser.post(path, data=fields | name | {"email": email, "csrf_token": token})
        answers.append([*_answer(sent, email)])
        if sent.status_code == 303:
            answers[-1] += _answer(browser.get(sent.location), email)
    known, unknown = ([str(part).replace("milo0", "milo1") for part in answer] for answer in answers)
    assert known == unknown


def test_what_is_compared_can_differ(rosa: int, app: Flask) -> None:
    """The comparison above sees a difference where there is one."""
    right = app.test_client().post("/sign-in", data={"email": KNOWN, "password": PASSWORD})
    wrong = app.test_client().post("/sign-in", data={"email": KNOWN, "password": "not the password"})
    assert _answer(right, KNOWN) != _answer(wrong, KNOWN)


def test_a_claimed_address_and_its_password_are_answered_like_wrong_ones(rosa: int, app: Flask) -> None:
    """Else signing up with somebody's address, then signing in with it, would tell whether it was free."""
    answers = []
    for name, email in (("milo", KNOWN), ("milou", UNKNOWN)):
        client = app.test_client()
        client.post("/register", data={"name": name, "email": email, "password": PASSWORD + "!"})
        answers.append(
            _answer(client.post("/sign-in", data={"email": email, "password": PASSWORD + "!"}), email)
        )
    assert answers[0][0] == 422
    assert answers[0] == answers[1]


def test_the_address_is_in_no_location(rosa: int, client: FlaskClient) -> None:
    for path, fields in (("/reset", {}), ("/register", {"name": "milo", "password": PASSWORD})):
        assert "@" not in client.post(path, data=fields | {"email": KNOWN}).location


def _medians_ms(browser: FlaskClient, path: str, attempt: int) -> tuple[float, float]:
    """Known and unknown, each first in every other turn, after three turns that do not count."""
    spent: dict[str, list[float]] = {"vera@example.org": [], "nora@example.org": []}
    for turn in range(-3, ROUNDS):
        for number, email in sorted(enumerate(spent), reverse=turn % 2 == 0):
            name = f"p{attempt}-{turn + 3}-{number}"
            begun = time.perf_counter()
            browser.post(path, data={"email": email, "password": "not the password", "name": name})
            if turn >= 0:
                spent[email].append((time.perf_counter() - begun) * 1000)
    known, unknown = (statistics.median(times) for times in spent.values())
    print(f"{path}: known {known:.2f} ms, unknown {unknown:.2f} ms")
    return known, unknown


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/sign-in", "/reset", "/register"])
def test_it_takes_as_long(app: Flask, path: str) -> None:
    """Medians of 40 turns with the hashing of production.

    A busy machine gets three attempts: a real difference shows in each.
    """
    app.config[passwords.MEMORY_OPTION] = passwords.MEMORY_KIB
    operations.add_person(name="vera", email="vera@example.org", password=PASSWORD)
    measured = (_medians_ms(app.test_client(), path, attempt) for attempt in range(3))
    assert any(abs(known - unknown) < ALLOWED_MS for known, unknown in measured)
