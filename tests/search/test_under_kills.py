"""Two web processes and a worker that is killed again and again while people write and search: nothing is lost.

`make proofs` does this for half a minute; BARTACK_KILLS_SECONDS=600 makes it the ten minutes of docs/search.md.
"""

import os
import random
import re
import secrets
import signal
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.actor import Role
from app.core.db import db
from app.forum.models import Space, Thread
from app.jobs.models import Job, Lane
from tests.conftest import Player
from tests.processes import PATIENCE_SECONDS, ROOT, WEB, WORKER, environment, running

SECONDS = float(os.environ.get("BARTACK_KILLS_SECONDS", "30"))
BETWEEN_KILLS = min(30.0, SECONDS / 4)
CROWDS = 4
PEOPLE_A_CROWD = 8
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Seen:
    """What the crowd met; shared by all its threads."""

    words: list[str] = field(default_factory=list)
    found_after: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    answers: int = 0


class Browser:
    """One person's, over HTTP, with the cookie of their session."""

    def __init__(self, url: str, player: Player) -> None:
        self._url = url
        cookie = player.client.get_cookie("bartack")
        assert cookie is not None
        self._cookie = f"bartack={cookie.value}"

    def get(self, path: str) -> tuple[int, str]:
        return self._open(urllib.request.Request(self._url + path))

    def post(self, path: str, page: str, **fields: object) -> tuple[int, str]:
        token = CSRF.search(page)
        assert token, f"no form on the page before {path}"
        filled = {"csrf_token": token[1], "form_token": secrets.token_urlsafe(18), **fields}
        return self._open(urllib.request.Request(self._url + path, urlencode(filled).encode()))

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        request.add_header("Cookie", self._cookie)
        request.add_header("Referer", self._url)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                if renewed := answer.headers.get("Set-Cookie"):
                    self._cookie = renewed.partition(";")[0]
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


@pytest.fixture
def settings(app: Flask, database_url: str, tmp_path: Path) -> dict[str, str]:
    return environment(database_url, tmp_path)


@pytest.mark.slow
def test_nothing_is_lost_while_the_worker_is_killed(
    app: Flask,
    enter: Callable[..., Player],
    settings: dict[str, str],
    tmp_path: Path,
    mailbox: object,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = settings["BARTACK_BASE_URL"]
    people = [enter(f"person{number}", Role.MEMBER) for number in range(CROWDS * PEOPLE_A_CROWD)]
    browsers = [Browser(url, person) for person in people]
    space_id = db.session.scalar(select(Space.id).order_by(Space.id)) or 0
    db.session.rollback()
    seen = Seen()
    over = time.monotonic() + SECONDS
    log = tmp_path / "processes.log"
    with running(log, settings, *WEB):
        _wait_until(lambda: _answers(browsers[0]), "the site to answer")
        crowds = [
            threading.Thread(target=_live, args=(seen, browsers[number::CROWDS], space_id, over, number))
            for number in range(CROWDS)
        ]
        for crowd in crowds:
            crowd.start()
        kills = 0
        while time.monotonic() < over:
            with running(log, settings, *WORKER) as worker:
                time.sleep(min(BETWEEN_KILLS, max(0.0, over - time.monotonic())))
                worker.send_signal(signal.SIGKILL)
                worker.wait()
            kills += 1
        for crowd in crowds:
            crowd.join()
        with running(log, settings, *WORKER):
            _wait_until(_nothing_waits, "the worker to catch up")
        unfound = [word for word in seen.words if not _finds(browsers[0], word)]
    checked = subprocess.run(
        [sys.executable, "-m", "flask", "search", "check"],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    posted = db.session.scalar(select(func.count()).select_from(Thread))
    assert seen.refused == []
    with capsys.disabled():
        cuts = statistics.quantiles(seen.found_after, n=20)
        print(
            f"\n{db.engine.dialect.name}: {kills} kills in {SECONDS:.0f} s, {posted} questions, {seen.answers} answers of the"
            f" site; found after {cuts[9]:.2f} s (median), {cuts[18]:.2f} s (p95)"
        )
    assert unfound == []
    assert posted == len(seen.words)
    assert (checked.returncode, checked.stdout.splitlines()[-1]) == (0, "Index and database agree."), (
        checked.stderr
    )
    assert "Traceback" not in log.read_text()


def _live(seen: Seen, crowd: list[Browser], space_id: int, over: float, number: int) -> None:
    """Take turns: ask about something nobody has named yet, look for what was asked before, look for nonsense."""
    dice = random.Random(number)
    while time.monotonic() < over:
        for browser in crowd:
            if time.monotonic() >= over:
                return
            began = time.monotonic()
            word = f"lamp{secrets.token_hex(5)}"
            asked = _ask(seen, browser, word, space_id)
            if asked and dice.random() < 0.3:
                _look_until_found(seen, browser, word)
            elif seen.words:
                _expect(seen, browser.get(f"/search?q={dice.choice(seen.words)}+coat"), "searching")
            # The pace of posting: a person asks at most every fifteen seconds.
            time.sleep(max(0.0, 16 / len(crowd) - (time.monotonic() - began)))


def _ask(seen: Seen, browser: Browser, word: str, space_id: int) -> bool:
    page = browser.get("/ask")[1]
    title = f"The {word} came broken and the buyer wants money back"
    answer = browser.post(
        "/ask",
        page,
        title=title,
        source=f"It was wrapped, {word} and all.",
        space_id=space_id,
        tags="lamps",
        looked="1",
    )
    if not _expect(seen, answer, "asking") or word not in answer[1]:
        seen.refused.append(f"asking led to {answer[0]} without the question: {answer[1][:200]}")
        return False
    seen.words.append(word)
    return True


def _look_until_found(seen: Seen, browser: Browser, word: str) -> None:
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE_SECONDS:
        if _finds(browser, word):
            seen.found_after.append(time.monotonic() - began)
            return
        time.sleep(0.1)
    seen.refused.append(f"{word} was not found in {PATIENCE_SECONDS} s")


def _finds(browser: Browser, word: str) -> bool:
    status, page = browser.get(f"/search?q={word}")
    return status == 200 and f"The <mark>{word}</mark>" in page


def _expect(seen: Seen, answer: tuple[int, str], doing: str) -> bool:
    seen.answers += 1
    if answer[0] != 200:
        seen.refused.append(f"{doing}: {answer[0]}: {answer[1][:200]}")
    return answer[0] == 200


def _answers(browser: Browser) -> bool:
    try:
        return browser.get("/healthz")[0] == 200
    except OSError:
        return False


def _nothing_waits() -> bool:
    db.session.rollback()
    waiting = select(func.count()).select_from(Job).where(Job.lane == Lane.INDEX, Job.done_at.is_(None))
    return db.session.scalar(waiting) == 0


def _wait_until(happened: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > until:
            pytest.fail(f"waited for {what}")
        time.sleep(0.1)
