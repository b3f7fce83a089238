"""Existing answers, while somebody writes."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.actor import ANONYMOUS
from app.core.clock import now
from app.core.db import db
from app.core.parts import part
from app.core.transaction import transaction
from app.forum.models import Visibility
from app.questions.models import Question
from app.questions.ports import Outcomes, Suggest
from app.search.indexing import drain
from app.search.models import SuggestionEvent

Ask = Callable[..., int]
Change = Callable[..., None]


@pytest.fixture
def town(app: Flask, ask: Ask) -> SimpleNamespace:
    made = SimpleNamespace(
        lamp=ask("How to pack a lamp", "It is glass.", "Double box it. Photograph the lamp.", accepted=0),
        coat=ask("Coat in XL came back", "The buyer says it is an M.", "Show the measurements."),
        parcel=ask("Parcel shows delivered, nothing here", "Tracked 48."),
    )
    drain()
    return made


def suggested(title: str, body: str = "", **more: object) -> list[int]:
    return [match.thread_id for match in part(Suggest)(ANONYMOUS, title=title, body=body, **more)]  # type: ignore[arg-type]


def test_a_match_says_what_it_is(town: SimpleNamespace) -> None:
    match = part(Suggest)(ANONYMOUS, title="packing lam")[0]
    assert match.thread_id == town.lamp
    assert match.url.endswith(f"/questions/{town.lamp}/how-to-pack-a-lamp")
    assert match.title_html == "How to <mark>pack</mark> a <mark>lamp</mark>"
    assert match.passage_html == "Double box it. Photograph the <mark>lamp</mark>."
    assert (match.kind, match.state, match.solved, match.replies) == ("question", "solved", True, 1)
    assert match.space
    assert not part(Suggest)(ANONYMOUS, title="coat ")[0].solved


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("XL", "coat"),
        ("xl", "coat"),
        ("la", "lamp"),
        ("A parc", "parcel"),
        ("Is my parcel deliver", "parcel"),
        ("coats", "coat"),
    ],
)
def test_from_two_characters(town: SimpleNamespace, title: str, expected: str) -> None:
    assert suggested(title)[0] == getattr(town, expected)


@pytest.mark.parametrize("title", ["", " ", "l", " l ", "the ", "zzzz", "()"])
def test_nothing_for_nothing(town: SimpleNamespace, title: str) -> None:
    assert suggested(title) == []


def test_rather_nothing_than_noise(ask: Ask, town: SimpleNamespace) -> None:
    for number in range(6):
        ask(f"Lamp number{number}")
    drain()
    assert suggested("Which planets have a lamp on their darker side ") == []
    assert suggested("Which lamp ")


def test_a_match_notes_what_else_is_known(town: SimpleNamespace) -> None:
    with transaction() as session:
        session.execute(update(Question).where(Question.thread_id == town.lamp).values(stale_at=now()))
    assert part(Suggest)(ANONYMOUS, title="packing lam")[0].notes == ("Perhaps out of date",)


def test_the_text_helps_the_title(town: SimpleNamespace) -> None:
    assert suggested("The buyer says ", "the measurements of the coat are wrong")[0] == town.coat
    assert suggested("Parcel delivered ", "a coat in XL")[0] == town.parcel


def test_no_more_than_wanted_and_not_the_excluded(ask: Ask, town: SimpleNamespace) -> None:
    for number in range(8):
        ask(f"Another lamp, number{number}")
    drain()
    assert len(suggested("lamp ")) == 5
    assert len(suggested("lamp ", limit=3)) == 3
    rest = suggested("lamp ", exclude=town.lamp)
    assert len(rest) == 5
    assert town.lamp not in rest


def test_only_what_may_be_seen(town: SimpleNamespace, change: Change) -> None:
    change(town.lamp, visibility=Visibility.HIDDEN, told=False)
    assert suggested("lamp ") == []


def test_without_an_index_the_database_suggests(ask: Ask) -> None:
    lamp = ask("How to pack a lamp")
    assert suggested("lam") == [lamp]


@pytest.mark.parametrize("title", ["(" * 150, '"' * 150, "*" * 150, "x" * 150, "ﷺ" * 50, "-a " * 50])
def test_odd_titles_are_suggested_nothing_and_break_nothing(town: SimpleNamespace, title: str) -> None:
    suggested(title, title * 200)


def test_the_ask_page_shows_matches_while_one_types(client: FlaskClient, town: SimpleNamespace) -> None:
    answer = client.post("/ask/suggest", data={"title": "pack a la", "source": ""})
    assert answer.status_code == 200
    assert f"/questions/{town.lamp}/" in answer.text
    assert "Double box it." in answer.text


def test_outcomes_of_other_forms_are_counted_and_belong_to_nobody(
    app: Flask, cast: SimpleNamespace, town: SimpleNamespace
) -> None:
    outcomes = part(Outcomes)
    with transaction():
        outcomes.solved(cast.alice.actor, None, form="ask", thread_id=town.lamp)
        outcomes.none_fit(cast.alice.actor, None, form="ask")
    rows = db.session.execute(
        select(SuggestionEvent.session_id, SuggestionEvent.what, SuggestionEvent.thread_id).order_by(
            SuggestionEvent.id
        )
    )
    assert rows.all() == [(None, "solved", town.lamp), (None, "refused", None)]
    columns = set(SuggestionEvent.__table__.columns.keys())
    assert columns == {"id", "session_id", "form", "what", "thread_id", "day"}


def test_an_outcome_goes_back_with_what_it_belonged_to(app: Flask, town: SimpleNamespace) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        part(Outcomes).none_fit(ANONYMOUS, None, form="ask")
        raise ZeroDivisionError
    assert db.session.scalar(select(SuggestionEvent.id)) is None
