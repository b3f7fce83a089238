"""Many at once, each in a thread and a browser of their own."""

import threading
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db

Answer = tuple[int, str | None]


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Call all of them at the same moment; what each returned, in their order. Raises what any of them raised."""

    def run(calls: Sequence[Callable[[], Any]]) -> list[Any]:
        db.session.remove()
        barrier = threading.Barrier(len(calls))
        results: list[Any] = [None] * len(calls)
        failed: list[BaseException] = []

        def call(place: int) -> None:
            try:
                barrier.wait(10)
                results[place] = calls[place]()
            except BaseException as error:  # noqa: BLE001 - a thread must tell its test
                failed.append(error)

        threads = [threading.Thread(target=call, args=(place,)) for place in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        if failed:
            raise failed[0]
        return results

    return run


@pytest.fixture
def browsers(app: Flask) -> Callable[..., list[FlaskClient]]:
    """So many browsers with the very cookie of `who`; one client must not be used by two threads."""

    def copies(who: SimpleNamespace | FlaskClient, number: int) -> list[FlaskClient]:
        original = who if isinstance(who, FlaskClient) else who.client
        with original.session_transaction() as cookie:
            kept = dict(cookie)
        made = [app.test_client() for _browser in range(number)]
        for browser in made:
            with browser.session_transaction() as cookie:
                cookie.update(kept)
        return made

    return copies
