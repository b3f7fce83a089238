"""Pages of a large town take no more statements than those of a small one, and not long."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.core.db import db
from app.core.events import emit
from app.core.transaction import transaction
from app.questions.events import Imported
from app.search.indexing import drain
from tests.big.town import build
from tests.questions.steps import token

MOST_ANONYMOUS = 5
MOST_SIGNED_IN = 8
MOST_FOR_A_REPLY = 15
SLOW = 0.025
"""A statement that takes longer is shown with its plan (`pytest -s`), in seconds."""

INDEXED = 200
MOST_SECONDS = 0.4
"""For a page, on a machine with other work; what was measured idle is in docs/large-towns.md."""


@dataclass
class Sent:
    """The statements of one page, and the seconds each took."""

    statements: list[tuple[str, Any, float]] = field(default_factory=list)
    begun: float = 0.0

    @property
    def own(self) -> list[str]:
        return [sql for sql, _values, _took in self.statements if not sql.startswith(("BEGIN", "PRAGMA"))]


@contextmanager
def sent() -> Iterator[Sent]:
    seen = Sent()

    def before(*_args: object) -> None:
        seen.begun = time.perf_counter()

    def after(_c: object, _cursor: object, sql: str, values: Any, *_rest: object) -> None:
        seen.statements.append((sql, values, time.perf_counter() - seen.begun))

    event.listen(db.engine, "before_cursor_execute", before)
    event.listen(db.engine, "after_cursor_execute", after)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", before)
        event.remove(db.engine, "after_cursor_execute", after)


def _plan(sql: str, values: Any) -> str:
    explain = "EXPLAIN QUERY PLAN " if db.engine.dialect.name == "sqlite" else "EXPLAIN (ANALYZE, BUFFERS) "
    with db.engine.connect() as connection:
        rows = connection.exec_driver_sql(explain + sql, values).all()
    return "\n".join(f"      {row[-1]}" for row in rows)


PAGES = [
    ("/", "visitor bob"),
    ("/questions", "visitor bob"),
    ("/questions?page=50", "visitor"),
    ("/unsolved", "visitor bob"),
    ("/unsolved?page=50", "visitor"),
    ("/questions/{long}", "visitor alice mona"),
    ("/questions/{long}?page=20", "visitor charlie"),
    ("/questions/{long}?post={last}", "visitor bob"),
    ("/questions/{long}?sort=newest", "visitor"),
    ("/tags/{tag}", "visitor bob mona"),
    ("/tags/{tag}?page=50", "visitor"),
    ("/tags/tag1900", "visitor bob"),
    ("/tags", "visitor"),
    ("/tags?q=tag19", "visitor"),
    ("/spaces", "visitor"),
    ("/people/bob", "visitor alice bob mona"),
    ("/people/bob/questions", "visitor bob"),
    ("/people/bob/answers", "visitor bob"),
    ("/people/bob/answers?page=100", "visitor"),
    ("/people/bob/accepted", "visitor"),
    ("/people/bob/accepted?tag=coats", "visitor"),
    ("/people/bob/reputation", "visitor bob"),
    ("/me", "bob"),
    ("/me/notifications", "bob"),
    ("/me/notifications?view=all", "bob"),
    ("/me/notifications?view=saved", "bob"),
    ("/me/saved", "bob"),
    ("/me/drafts", "bob"),
    ("/me/deleted", "bob"),
    ("/review/edits", "mona tess"),
    ("/mod/queue", "mona"),
    ("/search?q=depot", "visitor bob"),
    ("/search?q=tag:coats parcel", "visitor"),
]


@pytest.mark.slow
def test_pages_stay_small_in_a_large_town(
    app: Flask, cast: SimpleNamespace, client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    # The index is there before the town is, or it would be made of all of it.
    drain()
    town = build(cast)
    with transaction():
        for thread_id in range(1, INDEXED):
            emit(Imported(thread_id))
    drain()
    failed = []
    for path, readers in PAGES:
        url = path.format(long=town.long, last=town.last, tag=town.tag)
        for who in readers.split():
            browser = client if who == "visitor" else getattr(cast, who).client
            while (answered := browser.get(url)).status_code in {301, 302}:
                url = answered.location
            assert answered.status_code == 200, (url, answered.status_code)
            took = 9.0
            for _time in range(3):
                with sent() as seen:
                    begun = time.perf_counter()
                    browser.get(url)
                    took = min(took, time.perf_counter() - begun)
            most = MOST_ANONYMOUS if who == "visitor" else MOST_SIGNED_IN
            line = f"{len(seen.own):3} statements {1_000 * took:6.0f} ms  {who:8} {url}"
            with capsys.disabled():
                print(line)
                for sql, values, seconds in seen.statements:
                    if seconds > SLOW:
                        print(f"    {1_000 * seconds:.0f} ms {sql}\n{_plan(sql, values)}")
            if len(seen.own) > most or took > MOST_SECONDS:
                failed.append(line)
    for name, url, form in (
        ("reply", f"/posts/{town.last}/replies", {}),
        ("answer", f"/questions/{town.long}/answers", {}),
    ):
        with sent() as seen:
            begun = time.perf_counter()
            data = {"source": "Ask the depot. " * 20, "form_token": token(), **form}
            assert cast.bob.client.post(url, data=data).status_code == 303
            took = time.perf_counter() - begun
        line = f"{len(seen.own):3} statements {1_000 * took:6.0f} ms  bob      {name}"
        with capsys.disabled():
            print(line)
        if len(seen.own) > MOST_FOR_A_REPLY:
            failed.append(line)
            with capsys.disabled():
                print("\n".join(seen.own))
    assert failed == []
