"""Accounts that become one while one of them is in the middle of something: nobody waits in a circle.

Each stops where it holds what the other needs next. SQLite has one writer, so there is nothing to try.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.core.db import db
from app.desk.operations import escalating
from app.forum import operations as forum
from app.forum.operations import Album
from app.moderation import operations as moderation
from app.moderation import owning
from app.moderation.acts import Verb
from app.moderation.operations import evidence
from app.moderation.words import Reason
from app.questions.operations import answering, asking
from tests.core.images.pictures import picture
from tests.desk.test_escalating import publish, send, ticket
from tests.moderation.steps import decide
from tests.moderation.test_evidence import PDF
from tests.questions.steps import answer, ask, token

LONGEST_WAIT = 3.0
"""Seconds: more than a database takes to notice a circle, and what is waited where there is none."""

Race = Callable[..., None]


@pytest.fixture
def app(postgres_url: str, make_app_on: Callable[[str], Flask]) -> Any:
    app = make_app_on(postgres_url)
    with app.app_context():
        yield app


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


@pytest.fixture
def race(app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Race:
    """`act`, stopped before the function called `name` of `where`, while the account of who acts becomes another's."""
    there, merging = threading.Event(), threading.Event()

    def stop(where: Any, name: str, here: threading.Event, other: threading.Event) -> None:
        real = getattr(where, name)

        def stopped(*arguments: Any, **keywords: Any) -> Any:
            here.set()
            other.wait(LONGEST_WAIT)
            return real(*arguments, **keywords)

        monkeypatch.setattr(where, name, stopped)

    def run(act: Callable[[], Any], where: Any, name: str, who: Any) -> None:
        stop(where, name, there, merging)
        stop(owning, "hold_threads_of", merging, there)

        def within(do: Callable[[], Any]) -> None:
            with app.app_context():
                do()

        def merge() -> None:
            there.wait(LONGEST_WAIT)
            owning.merge(
                cast.mona.actor,
                kept_id=cast.alice.id,
                gone_id=who.id,
                typed=who.name,
                because="One phone",
                token=token(),
            )

        db.session.remove()
        with ThreadPoolExecutor(2) as both:
            for done in [both.submit(within, do) for do in (act, merge)]:
                done.result(30)

    return run


def test_answering_with_photos(cast: SimpleNamespace, race: Race) -> None:
    thread_id = ask(cast.charlie)
    forum.add_photo(cast.bob.actor, Album(form=f"answer:{thread_id}"), content=picture())
    race(lambda: answer(cast.bob, thread_id), answering.loading, "held_opening", cast.bob)


def test_asking_with_photos(cast: SimpleNamespace, race: Race) -> None:
    forum.add_photo(cast.bob.actor, Album(form="ask"), content=picture())
    race(lambda: ask(cast.bob), asking.forum, "open_thread", cast.bob)


def test_adding_a_file_to_an_appeal(cast: SimpleNamespace, race: Race) -> None:
    ref = decide(cast.mona, answer(cast.bob, ask(cast.charlie)), Verb.HIDE, Reason.SPAM)
    race(
        lambda: moderation.add_file(cast.bob.actor, ref=ref, content=PDF, called="x.pdf"),
        evidence,
        "clean_line",
        cast.bob,
    )


def test_sending_a_question_to_support(cast: SimpleNamespace, race: Race) -> None:
    thread_id = ask(cast.bob)
    race(lambda: send(cast.bob, thread_id), escalating, "_begin", cast.bob)


def test_support_answering_in_the_thread(cast: SimpleNamespace, race: Race) -> None:
    ref = ticket(send(cast.bob, ask(cast.bob))).ref
    race(lambda: publish(cast.agnes, ref), escalating.loading, "held_opening", cast.bob)
