"""Whatever is typed, search answers with a page: never a 500, and never with everything."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from app.search.indexing import drain
from tests.search.hostile import HOSTILE, attacks

Ask = Callable[..., int]
# Sent off at once: a form is at most this large.
MOST = 150_000


@pytest.fixture
def town(ask: Ask) -> None:
    ask("How to pack a lamp", "It is glass.", "Double box it. Photograph the parcel.", accepted=0)
    ask("Parcel shows delivered, nothing here", "Tracked 48.")
    drain()


def _ask_all(client: FlaskClient, typed: str) -> None:
    found = client.get("/search", query_string={"q": typed[:2_000]})
    assert found.status_code in {200, 422}
    for path, fields in (
        ("/ask/suggest", {"title": typed, "source": ""}),
        ("/ask/suggest", {"title": "Parcel", "source": typed}),
        ("/help/suggest", {"subject": typed, "source": typed}),
    ):
        answer = client.post(path, data={name: value[:MOST] for name, value in fields.items()})
        assert answer.status_code in {200, 413, 422}, path


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_hostile_queries_are_answered(
    town: None, client: FlaskClient, cast: SimpleNamespace, place: int
) -> None:
    _ask_all(client, HOSTILE[place])


@pytest.mark.slow
def test_strings_that_broke_others_are_answered(town: None, client: FlaskClient, shared_data: Path) -> None:
    typed = list(dict.fromkeys(attacks(shared_data)))
    assert len(typed) > 300
    for each in typed:
        _ask_all(client, each)
