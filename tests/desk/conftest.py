"""Tickets to try things on, and matches that are always the same."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup

from app.accounts.actor import Actor
from app.core.db import db
from app.core.parts import put
from app.desk import operations
from app.desk.models import Ticket, Topic
from app.forum.models import Space
from app.questions import operations as questions
from app.questions.ports import Match, Outcomes, Suggest
from tests.desk.steps import Finder, Notebook


@pytest.fixture
def finder(app: Flask) -> Finder:
    """Nothing matches until a test puts matches on it."""
    finder = Finder()
    put(app, Suggest, finder)  # type: ignore[type-abstract]
    return finder


@pytest.fixture
def notebook(app: Flask) -> Notebook:
    notebook = Notebook()
    put(app, Outcomes, notebook)  # type: ignore[type-abstract]
    return notebook


@pytest.fixture
def asked(app: Flask) -> Callable[..., int]:
    """A question by `actor`; its thread's id."""

    def ask(
        actor: Actor,
        title: str = "Buyer says the coat never came",
        source: str = "Tracking says *delivered*.",
    ) -> int:
        space_id = db.session.scalar(db.select(Space.id).limit(1))
        assert space_id is not None
        return questions.ask(
            actor, title=title, source=source, space_id=space_id, tags=[], token=secrets.token_urlsafe(18)
        )

    return ask


@pytest.fixture
def match(asked: Callable[..., int], finder: Finder) -> Callable[[Actor], Match]:
    """Put a real question of `actor` on the shelf."""

    def put_on_shelf(actor: Actor) -> Match:
        thread_id = asked(actor, title="Refund to a closed card, where is it?")
        found = Match(
            thread_id=thread_id,
            url=f"/t/{thread_id}",
            title_html=Markup("Refund to a closed card, where is it?"),
            passage_html=Markup("Ask the bank that closed it."),
            kind="question",
            state="open",
            space="Payments",
            replies=0,
            solved=False,
        )
        finder.found.append(found)
        return found

    return put_on_shelf


@pytest.fixture
def filed(app: Flask, finder: Finder) -> Callable[..., str]:
    """A ticket by `actor`; its reference."""

    def file(actor: Actor, **more: Any) -> str:
        words = {
            "topic": Topic.PAYMENT,
            "subject": "Refund went astray",
            "source": "It went to a closed card.",
        }
        ticket_id = operations.file_ticket(actor, **{**words, "token": secrets.token_urlsafe(18), **more})
        return db.session.execute(db.select(Ticket.ref).where(Ticket.id == ticket_id)).scalar_one()

    return file
