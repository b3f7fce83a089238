"""What the product promises of its demo town: hasty, misspelled words find the thread that answers them."""

from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from flask import Flask

from app.accounts.actor import ANONYMOUS
from app.cli.seeding import demo
from app.core.parts import part
from app.questions.ports import Suggest
from app.search import indexing
from app.search.queries import find

HASTY = "xl jumper arived with hole buyer wnats money back"
ANSWER = "Buyer says “not as described” but the moth hole was in my listing. Do I have to refund?"


@pytest.fixture
def town(app: Flask) -> Iterator[None]:
    result = CliRunner().invoke(demo, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    while indexing.drain():
        pass
    yield


def test_hasty_words_find_the_thread_about_listed_flaws_and_refunds_first(town: None) -> None:
    found = find(ANONYMOUS, HASTY, 1)
    first = found.page.rows[0]
    assert first.title == ANSWER
    assert first.title_html.startswith("<mark>Buyer</mark> says")
    assert first.passage_html.startswith("No, a flaw you described and photographed before the sale")
    assert set(found.corrected) == {"arrived", "wants"}
    match = part(Suggest)(ANONYMOUS, title=HASTY)[0]
    assert match.thread_id == first.id
    assert match.passage_html.startswith("No, a flaw you described")
