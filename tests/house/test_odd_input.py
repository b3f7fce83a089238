"""Whatever is sent, wherever it is sent: never an error of ours."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.house.test_routes import CHANGES, READS
from tests.house.town import Town

FOR_DATABASES = ["a\x00b", "9" * 40]
ODD = [*FOR_DATABASES, "\ufffe\uffff\U0010ffff", "(" * 500, "x" * 5_000]
MORE = [
    "\x00",
    "\u202egnp.exe",
    "²",
    "%00%s",
    "\r\n",
    "e\u0301" * 500,
    "٣",
    "-1",
    "0",
    "1e309",
    "NaN",
    "true",
    "../../etc/passwd",
    "'; DROP TABLE account; --",
    "{{ 7*7 }}",
    "*",
    '"',
]
FIELDS = [
    "title", "source", "space_id", "tags", "looked", "solved", "form_token", "subject", "topic", "order_number", "tried",
    "thread", "note", "status", "version", "seen", "newest", "name", "email", "password", "current", "answer", "reply",
    "List-Unsubscribe", "preview", "look",
]  # fmt: skip
ARGUMENTS = ["page", "q", "sort", "title", "next", "thread", "show", "reply", "kept"]


def _addresses(town: Town, odd: str) -> Iterator[str]:
    sent = quote(odd, safe="")
    for path in (path for paths in READS.values() for path in paths):
        if "{" in path:
            name = path.split("{")[1].split("}")[0]
            yield path.replace("{" + name + "}", sent).format_map(town.things | {"letter": "x"})
    for path in ("/", "/search", "/ask", "/help", "/sign-in", "/desk", "/me/notifications"):
        yield f"{path}?" + "&".join(f"{argument}={sent}" for argument in ARGUMENTS)
    for operator in ("is", "kind", "tag", "by", "before", "after", "has"):
        yield f"/search?q={operator}%3A{sent}"
    yield f"/questions/{town.things['thread']}/{sent}"
    yield f"/questions/{town.things['thread']}/buyer-says-the-coat-never-came?reply={sent}"


def _posts(browser: FlaskClient, town: Town, odd: str) -> Iterator[tuple[str, int]]:
    for name, way in CHANGES.items():
        if name == "accounts.sign_out":
            continue
        url = town.address(way.path, way.thing)
        for form in (
            dict.fromkeys(FIELDS, odd),
            {**way.form, **dict.fromkeys(("version", "seen", "solved"), odd)},
        ):
            yield f"POST {url}", browser.post(url, data=form).status_code
        if way.thing:
            yield (
                f"POST {way.path} {odd[:20]!r}",
                browser.post(way.path.replace("{}", quote(odd, safe=""))).status_code,
            )


def _tries() -> Iterator[Any]:
    """What tries no database is tried on one of them; the rest on both."""
    for odd in (*ODD, *MORE):
        for database in ("sqlite", "postgresql"):
            soon = odd in ODD and (database == "sqlite" or odd in FOR_DATABASES)
            name = f"{database}-{odd[:12]!a}"
            yield pytest.param(database, odd, id=name, marks=() if soon else pytest.mark.slow)


@pytest.mark.parametrize(("database_url", "odd"), list(_tries()), indirect=["database_url"])
@pytest.mark.parametrize("who", [pytest.param("visitor", marks=pytest.mark.slow), "alice"])
def test_odd_values(app: Flask, town: Town, who: str, odd: str, caplog: pytest.LogCaptureFixture) -> None:
    browser = town.browser(who, app.test_client())
    with caplog.at_level(logging.CRITICAL):
        found = [(url, browser.get(url).status_code) for url in _addresses(town, odd)]
        found += _posts(browser, town, odd)
    assert [(url, code) for url, code in found if code >= 500] == []


@pytest.fixture(scope="module")
def naughty(shared_data: Path) -> list[str]:
    strings = json.loads((shared_data / "attack" / "naughty_strings.json").read_text(encoding="utf-8"))
    return [string if isinstance(string, str) else json.dumps(string) for string in strings]


def _walk(browser: FlaskClient, town: Town, text: str) -> list[tuple[str, int]]:
    title = text.split("\n", maxsplit=1)[0][:150]
    sent = {
        "title": f"{title} and more of it"[:150],
        "source": text,
        "tags": title,
        "space_id": "1",
        "looked": "1",
    }
    asked = browser.post("/ask", data=sent)
    answers = [
        asked,
        browser.post(f"/questions/{town.things['thread']}/answers", data={"source": text}),
        browser.post(
            "/help", data={"subject": title, "source": text, "tried": text, "topic": "payment", "looked": "0"}
        ),
        browser.post("/preview", data={"source": text}),
        browser.post("/ask/suggest", data={"title": title, "source": text}),
        browser.get("/search", query_string={"q": title}),
        browser.get(f"/tags/{quote(title, safe='')}"),
        browser.get(asked.location) if asked.status_code == 303 else asked,
    ]
    return [(answer.request.path, answer.status_code) for answer in answers]


def test_naughty_strings_in_handfuls(app: Flask, town: Town, naughty: list[str]) -> None:
    browser, found = town.cast.bob.client, []
    for start in range(0, len(naughty), 20):
        found += _walk(browser, town, "\n\n".join(naughty[start : start + 20]))
    assert [(url, code) for url, code in found if code >= 500] == []
    assert len([code for _url, code in found if code == 303]) > len(found) / 8


@pytest.mark.slow
def test_naughty_strings_one_by_one(app: Flask, town: Town, naughty: list[str]) -> None:
    found = [step for string in naughty for step in _walk(town.cast.bob.client, town, string)]
    assert [(url, code) for url, code in found if code >= 500] == []
