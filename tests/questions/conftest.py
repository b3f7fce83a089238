"""Matches are what a test says they are."""

from collections.abc import Callable

import pytest
from flask import Flask
from markupsafe import Markup

from app.core.parts import put
from app.questions.ports import Match, Outcomes, Suggest
from tests.desk.steps import Finder, Notebook


@pytest.fixture(autouse=True)
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
def match(finder: Finder) -> Callable[[int], None]:
    """Let a thread be found."""

    def put_on_shelf(thread_id: int) -> None:
        finder.found.append(
            Match(
                thread_id=thread_id,
                url=f"/t/{thread_id}",
                title_html=Markup("Refund to a <mark>closed</mark> card"),
                passage_html=Markup("Ask the bank that closed it."),
                kind="question",
                state="solved",
                space="Payments",
                replies=2,
                solved=True,
            )
        )

    return put_on_shelf
