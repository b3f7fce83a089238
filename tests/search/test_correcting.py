"""What nobody ever wrote is taken for the word of a title that it is nearest to, and the page says so."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from app.accounts.actor import ANONYMOUS
from app.core.parts import part
from app.questions.ports import Suggest
from app.search.indexing import drain
from app.search.queries import find

Ask = Callable[..., int]


@pytest.fixture
def town(ask: Ask) -> SimpleNamespace:
    made = SimpleNamespace(
        parcel=ask("Parcel arrived broken", "It rattles.", "Photograph the parcel, then whistle."),
        coat=ask("Moth hole in a coat", "Wool."),
    )
    for number in range(30):
        ask(f"Something else, number{number}")
    drain()
    return made


def test_a_misspelled_word_is_looked_for_beside_what_was_typed(
    client: FlaskClient, town: SimpleNamespace
) -> None:
    found = find(ANONYMOUS, "parcle arived", 1)
    assert found.page.rows[0].id == town.parcel
    assert found.corrected == ["parcel", "arrived"]
    page = client.get("/search?q=parcle+arived").text
    assert "Also searched for “parcel”, “arrived”." in page
    assert "<mark>Parcel arrived</mark> broken" in page


@pytest.mark.parametrize("typed", ["parcels arrive", "whistel", "whistling", "prcl", "inr", "12345", "the"])
def test_what_is_written_somewhere_or_near_nothing_stays_as_it_is(town: SimpleNamespace, typed: str) -> None:
    assert not find(ANONYMOUS, typed, 1).corrected


def test_suggestions_correct_silently(town: SimpleNamespace) -> None:
    matches = part(Suggest)(ANONYMOUS, title="broken parcle, it arived ")
    assert [match.thread_id for match in matches] == [town.parcel]
    assert matches[0].title_html == "<mark>Parcel arrived broken</mark>"
    # The last word is not finished yet: nothing is wrong with it.
    matches = part(Suggest)(ANONYMOUS, title="arrived broken parcle")
    assert matches[0].title_html == "Parcel <mark>arrived broken</mark>"


def test_words_in_quotes_are_offered_put_right(client: FlaskClient, town: SimpleNamespace) -> None:
    answer = client.get("/search", query_string={"q": '"moht hole" -is:solved'})
    assert "Nothing with these filters" in answer.text
    assert find(ANONYMOUS, '"moht hole" -is:solved', 1).instead == '"moth hole" -is:solved'
    answer = client.get("/search", query_string={"q": '"moht hole"'})
    assert "Did you mean" in answer.text
    assert 'href="/search?q=%22moth+hole%22"' in answer.text
    assert find(ANONYMOUS, '"moth hole"', 1).instead is None
