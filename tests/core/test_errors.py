"""When something is wrong: a page that says so, nothing half done, and what was typed is not lost."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, event, func, select, text

from app.core import db as database
from app.core.db import BUSY_TIMEOUT_MS, db
from app.core.problems import NotFound, Problem, TooSoon
from app.forum.models import Space, Thread

TYPED = "Tracking says delivered.\nThe buyer says it never came."
WITHIN_SECONDS = 6


def _question() -> dict[str, str]:
    space = db.session.scalar(select(Space.id).order_by(Space.id))
    return {"title": "Buyer says the coat never came", "source": TYPED, "space_id": str(space)}


@contextmanager
def _locked(url: str) -> Iterator[None]:
    """Somebody else holds the tables and does not let go."""
    if url.startswith("sqlite"):
        holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")
        holder.close()
        return
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("LOCK TABLE thread, submission IN ACCESS EXCLUSIVE MODE"))
        yield
        connection.rollback()
    engine.dispose()


@contextmanager
def _away() -> Iterator[None]:
    """The database cannot be reached."""

    def refuse(*_arguments: object) -> None:
        if db.engine.dialect.name == "sqlite":
            raise sqlite3.OperationalError("unable to open database file")
        raise psycopg.OperationalError("connection refused")

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "do_connect", refuse)
    yield
    event.remove(db.engine, "do_connect", refuse)
    db.session.remove()


def _is_back_in_a_moment(answer: object) -> bool:
    return (
        answer.status_code == 503
        and "Back in a moment" in answer.text
        and 0 < int(answer.headers["Retry-After"]) <= 6
    )


def _asks_while_locked(url: str, cast: SimpleNamespace) -> float:
    """Seconds until the answer; then the lock is gone, and the same form goes through."""
    form = {**_question(), "form_token": "t" * 24}
    db.session.remove()
    with _locked(url):
        begun = time.monotonic()
        answer = cast.alice.client.post("/ask", data=form)
        waited = time.monotonic() - begun
    assert _is_back_in_a_moment(answer)
    assert TYPED in answer.text
    assert cast.alice.client.post("/ask", data=form).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Thread)) == 1
    return waited


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_locked_database_is_waited_for_and_then_said(
    monkeypatch: pytest.MonkeyPatch, database_url: str, app: Flask, cast: SimpleNamespace
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 300)
    db.session.remove()
    db.engine.dispose()
    assert 0.25 < _asks_while_locked(database_url, cast) < 2


def test_the_wait_leaves_time_for_the_page() -> None:
    assert BUSY_TIMEOUT_MS <= (WITHIN_SECONDS - 1) * 1000


@pytest.mark.slow
def test_a_locked_database_is_said_within_six_seconds(
    database_url: str, app: Flask, cast: SimpleNamespace
) -> None:
    assert _asks_while_locked(database_url, cast) < WITHIN_SECONDS


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_others_still_read_while_one_writes(database_url: str, app: Flask, cast: SimpleNamespace) -> None:
    with _locked(database_url):
        assert cast.alice.client.get("/questions").status_code == 200


@pytest.mark.parametrize("who", ["visitor", "alice"])
@pytest.mark.parametrize("path", ["/", "/questions", "/nothing/here", "/readyz", "/sign-in"])
def test_a_database_away_is_said_to_everybody(
    app: Flask, cast: SimpleNamespace, client: FlaskClient, path: str, who: str
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = client if who == "visitor" else cast.alice.client
    before = browser.get(path).status_code
    with _away():
        answer = browser.get(path)
    asks_nothing = who == "visitor" and path in {"/nothing/here", "/sign-in"}
    assert asks_nothing or _is_back_in_a_moment(answer), answer.status_code
    assert answer.headers["Content-Security-Policy"]
    assert browser.get(path).status_code == before


def test_a_form_sent_while_it_is_away_is_not_half_done(app: Flask, cast: SimpleNamespace) -> None:
    form = _question()
    with _away():
        assert _is_back_in_a_moment(cast.alice.client.post("/ask", data=form))
    assert cast.alice.client.post("/ask", data=form).status_code == 303


def test_whether_the_process_lives_needs_no_database(app: Flask, client: FlaskClient) -> None:
    with _away():
        assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 200


def test_our_mistakes_are_logged_and_the_next_request_is_well(
    app: Flask, cast: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        db.session.execute(select(Thread))
        raise ZeroDivisionError("what was typed must not be shown")

    app.add_url_rule("/broken", view_func=broken)
    with caplog.at_level(logging.ERROR):
        answer = cast.alice.client.get("/broken")
    assert answer.status_code == 500
    assert "That was our mistake" in answer.text
    assert "must not be shown" not in answer.text
    assert "unexpected error on GET /broken" in caplog.text
    assert cast.alice.client.get("/questions").status_code == 200


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (NotFound(), 404, "There is nothing here"),
        (Problem("The reason in words."), 422, "The reason in words."),
        (TooSoon("Rest a little.", 42), 429, "Rest a little."),
    ],
)
def test_refusals_outside_a_form_get_a_page(
    app: Flask, client: FlaskClient, raised: Exception, code: int, said: str
) -> None:
    def refuse() -> str:
        raise raised

    app.add_url_rule("/refuse", view_func=refuse)
    answer = client.get("/refuse")
    assert (answer.status_code, said in answer.text) == (code, True)
    assert answer.headers.get("Retry-After") == ("42" if code == 429 else None)
    assert 'name="robots" content="noindex"' in answer.text


class TestAFormWithoutItsToken:
    """Cookies were cleared, or the page stood open over a new sign-in."""

    @pytest.fixture
    def send(self, app: Flask, cast: SimpleNamespace) -> Callable[..., str]:
        app.config["WTF_CSRF_ENABLED"] = True

        def post(path: str, **fields: str) -> str:
            answer = cast.alice.client.post(
                path, data={"csrf_token": "stale", "form_token": "t" * 20, **fields}
            )
            assert answer.status_code == 400
            return answer.text

        return post

    def test_gives_back_what_was_typed(self, send: Callable[..., str]) -> None:
        page = send("/ask", title="Buyer says the coat never came", source=TYPED, tags="coats")
        assert TYPED in page
        assert "Buyer says the coat never came" in page
        assert "coats" not in page

    def test_also_when_it_was_one_line(self, send: Callable[..., str]) -> None:
        assert "Where is it, please" in send("/questions/1/answers", source="Where is it, please")

    def test_as_text(self, send: Callable[..., str]) -> None:
        page = send("/ask", source="<script>alert(1)</script>\nand more")
        assert "&lt;script&gt;" in page
        assert "<script>alert" not in page

    @pytest.mark.parametrize("path", ["/sign-in", "/register", "/me/security"])
    def test_never_a_password(self, send: Callable[..., str], path: str) -> None:
        secrets = {
            "password": "three odd socks\nin one drawer",
            "current": "four even socks in the other drawer",
        }
        page = send(path, email="alice@example.org", **secrets)
        assert "socks" not in page

    def test_nor_a_token(self, send: Callable[..., str]) -> None:
        page = send("/ask", title="Short line")
        assert "t" * 20 not in page
        assert "stale" not in page
