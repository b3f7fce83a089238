"""How fast the queue is with thousands of flags, and how fast everything else is beside texts made to be slow:
`make bench-moderation`, into docs/moderation.md.

Each database in a process of its own. Times are of whole requests, in one process that serves nothing else; the bombs
come from another. On a busy machine only the CPU's says something.
"""

import argparse
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import create_engine, delete, insert, select, text
from sqlalchemy.engine import make_url

from app.accounts.actor import Role
from app.accounts.models import Account, SignInSession
from app.accounts.sessions import LIFETIME, _hash
from app.config.settings import load
from app.core.clock import now
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Post, Space, Thread
from app.jobs import operations as jobs
from app.jobs.models import Job
from app.moderation.models import Review
from app.moderation.watching.models import Action, Kind, WatchedVersion, WatchedWord
from app.wiring import create_app
from app.wiring.warming import warm
from tests.big.flagged import fill
from tests.moderation.watching.test_matching import BOMBS

PAGE = Path(__file__).parents[2] / "docs" / "moderation.md"
BEGIN, END = "<!-- make bench-moderation -->", "<!-- end of bench-moderation -->"
POSTGRES = os.environ.get("BARTACK_TEST_POSTGRES_URL", "")
FLAGS, QUEUE = 10_000, 300
ROUNDS = 25
EXPRESSIONS = 200
BESIDE = 15.0
"""Seconds of normal requests, with and without bombs."""

Times = dict[str, list[tuple[float, float]]]
"""Seconds waited and worked by this process, by what was done; PostgreSQL works in processes of its own."""


@contextmanager
def site(folder: Path, database_url: str) -> Iterator[Flask]:
    app = create_app(
        load(
            folder / "no.env",
            production=False,
            data_dir=folder,
            database_url=database_url,
            secret_key="k" * 40,
            base_url="http://localhost",
            limits=False,
            mail_url=(folder / "mail").as_uri(),
        )
    )
    app.config["WTF_CSRF_ENABLED"] = False
    app.before_request_funcs.setdefault(None, []).insert(0, _nobody_yet)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _nobody_yet() -> None:
    """All requests share one application context, and with it `g`, which knows who was signed in last."""
    for name in list(g):
        g.pop(name)


def measure(app: Flask, folder: Path, database_url: str) -> Times:
    """Everything on one database, which is empty but for its tables."""
    space_id = db.session.scalars(select(Space.id)).first() or 0
    few, *_others = fill(space_id, [3, FLAGS, *(number % 50 for number in range(1, QUEUE))])
    many, rest = few + 1, range(few + 2, few + QUEUE)
    moderator = _signed_in(app, "mona", Role.MODERATOR)
    times: Times = {}
    _timed(times, "the queue, first in a process", lambda _: _sound(moderator.get("/mod/queue")), range(1))
    _timed(times, "the queue", lambda _: _sound(moderator.get("/mod/queue")), range(ROUNDS))
    pages = {"a target with 3 flags": few, f"a target with {FLAGS:,} flags": many}
    for name, review_id in pages.items():
        _timed(
            times, name, lambda _, of=review_id: _sound(moderator.get(f"/mod/reviews/{of}")), range(ROUNDS)
        )
    _timed(
        times,
        "deciding, up to 49 flags",
        lambda review_id: _decides(moderator, review_id),
        rest[:ROUNDS],
        before=_versions,
    )
    decide, undo = f"deciding, {FLAGS:,} flags", f"taking that back, {FLAGS:,} flags"
    for _round in range(10):
        _timed(times, decide, lambda review_id: _decides(moderator, review_id), [many], before=_versions)
        ref = _last_ref(many)
        _timed(times, undo, lambda ref: _changed(moderator.post(f"/mod/decisions/{ref}/undo")), [ref])
    with transaction() as session:
        session.execute(delete(Job))
    _timed(times, decide, lambda review_id: _decides(moderator, review_id), [many], before=_versions)
    _timed(times, f"telling {FLAGS:,} of it, by the worker", lambda _: _work(), [0])
    _beside(app, folder, database_url, times)
    return times


def _beside(app: Flask, folder: Path, database_url: str, times: Times) -> None:
    """Pages and answers of others, while another process posts what runs away elsewhere, as fast as it can."""
    bob = _signed_in(app, "bob", Role.MEMBER)
    nia = _signed_in(app, "nia", Role.MEMBER)
    thread_id = db.session.scalars(select(Thread.id).order_by(Thread.id)).first()
    url = bob.get(f"/t/{thread_id}").location
    _watch()
    for name in ("alone", "beside bombs"):
        bombs = None
        if name != "alone":
            with nia.session_transaction() as cookie:
                token = str(cookie["_user_id"])
            command = [
                sys.executable,
                "-m",
                "tests.bench.moderation",
                "--bombs",
                token,
                "--url",
                database_url,
            ]
            bombs = subprocess.Popen(
                [*command, "--folder", str(folder)], cwd=PAGE.parents[1], stdout=subprocess.PIPE, text=True
            )
            assert bombs.stdout
            assert bombs.stdout.readline()
        ends = time.monotonic() + BESIDE
        while time.monotonic() < ends:
            _timed(times, f"a question's page, {name}", lambda _: _sound(bob.get(url)), [0])
            _timed(times, f"answering, {name}", lambda _: _answers(bob, thread_id or 0), [0])
        if bombs and bombs.stdout:
            bombs.terminate()
            thrown = [line.split() for line in bombs.stdout.read().splitlines()]
            bombs.wait()
            times["a bomb's request"] = [(float(wall), float(cpu)) for wall, cpu in thrown]


def throw(folder: Path, database_url: str, token: str) -> None:
    """Until it is ended; says how long each took."""
    with site(folder, database_url) as app:
        browser = _browser(app, token)
        thread_id = db.session.scalars(select(Thread.id).order_by(Thread.id.desc())).first() or 0
        print("ready", flush=True)
        texts = ("a" * 29_000, "ab" * 14_500, "x" * 29_000, "aä " * 9_000)
        number = 0
        while True:
            number += 1
            began, worked = time.perf_counter(), time.process_time()
            _answers(browser, thread_id, texts[number % len(texts)] + "zq")
            print(time.perf_counter() - began, time.process_time() - worked, flush=True)


def _watch() -> None:
    """As many expressions as may be on, each of the kind that runs away elsewhere."""
    admin = db.session.scalars(select(Account.id).where(Account.name == "mona")).one()
    with transaction() as session:
        row = {
            "kind": Kind.EXPRESSION,
            "action": Action.FLAG,
            "rule": 1,
            "note": "",
            "active": True,
            "by_id": admin,
            "created_at": now(),
            "changed_at": now(),
        }
        session.execute(
            insert(WatchedWord),
            [
                {**row, "pattern": f"(?:{BOMBS[number % len(BOMBS)]})zq|zq{number}zq"}
                for number in range(EXPRESSIONS)
            ],
        )
        session.execute(insert(WatchedVersion), [{"id": 1, "version": 1}])


def _answers(browser: FlaskClient, thread_id: int, source: str = "Ask the depot, they know more.") -> None:
    sent = {"source": source, "form_token": secrets.token_urlsafe(18), "looked": "1"}
    done = browser.post(f"/questions/{thread_id}/answers", data=sent)
    assert done.status_code in {303, 422}, done.status


def _decides(browser: FlaskClient, review_id: int) -> None:
    sent = {
        "verb": "hide",
        "reason": "spam",
        "seen": _SEEN[review_id],
        "form_token": secrets.token_urlsafe(18),
    }
    _changed(browser.post(f"/mod/reviews/{review_id}/decide", data=sent))


_SEEN: dict[int, str] = {}


def _versions(review_id: int) -> None:
    """What a page has said before the button is pressed."""
    row = db.session.execute(
        select(Review.version, Post.version)
        .join(Post, Post.id == Review.post_id)
        .where(Review.id == review_id)
    ).one()
    _SEEN[review_id] = f"{review_id}:{row[0]}:{row[1]}"


def _last_ref(review_id: int) -> str:
    db.session.rollback()
    said = "SELECT ref FROM decision WHERE review_id = :id ORDER BY id DESC LIMIT 1"
    return str(db.session.scalar(text(said), {"id": review_id}))


def _work() -> None:
    while due := jobs.due():
        for job_id in due:
            jobs.carry_out(job_id)


def _sound(answer: Any) -> None:
    assert answer.status_code in {200, 301}, answer.status


def _changed(answer: Any) -> None:
    assert answer.status_code == 303, answer.text


def _signed_in(app: Flask, name: str, role: Role) -> FlaskClient:
    token = secrets.token_urlsafe(24)
    with transaction() as session:
        account = Account(name=name, display_name=name, role=role, trust=1, tz="Europe/London")
        session.add(account)
        session.flush()
        session.add(
            SignInSession(token_hash=_hash(token), account_id=account.id, expires_at=now() + LIFETIME)
        )
    return _browser(app, token)


def _browser(app: Flask, token: str) -> FlaskClient:
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    return browser


def _timed(
    times: Times,
    name: str,
    doing: Callable[[Any], object],
    over: Sequence[Any] | range,
    before: Callable[[Any], object] = lambda _each: None,
) -> None:
    for each in over:
        before(each)
        db.session.remove()
        began, worked = time.perf_counter(), time.process_time()
        doing(each)
        took = (time.perf_counter() - began, time.process_time() - worked)
        times.setdefault(name, []).append(took)


def _on_sqlite() -> Times:
    with TemporaryDirectory() as folder:
        return _on(Path(folder), f"sqlite:///{folder}/bench.db")


def _on_postgresql() -> Times:
    base = make_url(POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1))
    name = f"{base.database}_bench_{os.getpid()}"
    engine = create_engine(base, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        with TemporaryDirectory() as folder:
            return _on(Path(folder), base.set(database=name).render_as_string(hide_password=False))
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        engine.dispose()


def _on(folder: Path, database_url: str) -> Times:
    with site(folder, database_url) as app:
        upgrade()
        warm(app)
        return measure(app, folder, database_url)


def _table(found: dict[str, Times]) -> str:
    lines = [
        "| milliseconds, waited: median / p95 (CPU: median / p95) × how often | " + " | ".join(found) + " |",
        "|---" * (len(found) + 1) + "|",
    ]
    for name in next(iter(found.values())):
        lines.append(f"| {name} | " + " | ".join(_cell(times[name]) for times in found.values()) + " |")
    return "\n".join(lines)


def _cell(took: Sequence[tuple[float, float]]) -> str:
    said = []
    for seconds in zip(*took, strict=True):
        high = quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]
        said.append(f"{1000 * median(seconds):.0f} / {1000 * high:.0f}")
    return f"{said[0]} ({said[1]}) × {len(took)}" if said else "–"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/moderation.md")
    parser.add_argument("--bombs")
    parser.add_argument("--url")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--database", choices=["SQLite", "PostgreSQL"])
    asked = parser.parse_args()
    if asked.bombs:
        throw(asked.folder, asked.url, asked.bombs)
        return
    on = {"SQLite": _on_sqlite, "PostgreSQL": _on_postgresql}
    if asked.database:
        print(json.dumps(on[asked.database]()))
        return
    found = {}
    for name in on if POSTGRES else ["SQLite"]:
        command = [sys.executable, "-m", "tests.bench.moderation", "--database", name]
        done = subprocess.run(command, check=True, cwd=PAGE.parents[1], stdout=subprocess.PIPE, text=True)
        found[name] = json.loads(done.stdout.splitlines()[-1])
    told = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    whole = f"{BEGIN}\nMeasured {told}.\n\n{_table(found)}\n{END}"
    print(whole)
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        before, after = page.split(BEGIN)[0], page.split(END, 1)[1]
        PAGE.write_text(f"{before}{whole}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
