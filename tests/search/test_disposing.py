"""The index proposes, and the database has the last word, in as few questions as one."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.accounts.actor import ANONYMOUS
from app.core.parts import put
from app.forum.models import Visibility
from app.search.indexing import drain
from app.search.ports import Hit, Index, Query
from app.search.queries import find

Ask = Callable[..., int]


def test_as_many_statements_for_many_as_for_one(ask: Ask, statements: Callable[..., int]) -> None:
    ask("How to pack a lamp?", "", "Double box.")
    drain()
    one = statements(lambda: find(ANONYMOUS, "lamp", 1))
    for number in range(19):
        ask(f"How to pack lamp number{number}", "", "Double box.")
    drain()
    assert statements(lambda: find(ANONYMOUS, "lamp", 1)) == one


@pytest.mark.parametrize("way", ["index", "no index"])
@pytest.mark.parametrize("text", ["lamp", "lamp is:open -tag:wool by:alice", "is:open"])
def test_a_page_takes_at_most_ten_statements(
    ask: Ask, statements: Callable[..., int], way: str, text: str
) -> None:
    for number in range(25):
        ask(f"How to pack lamp number{number}", "", "Double box.")
    if way == "index":
        drain()
    find(ANONYMOUS, text, 1)
    assert statements(lambda: find(ANONYMOUS, text, 1)) <= 10


def test_the_index_alone_decides_nothing(app: Flask, ask: Ask) -> None:
    """Even an index that proposes what nobody may see, or what is not there, shows none of it."""
    hidden, held = (
        ask("A hidden lamp", visibility=Visibility.HIDDEN),
        ask("A held lamp", visibility=Visibility.HELD),
    )
    public = ask("A public lamp", "Glass.")

    class Liar:
        def search(self, query: Query, limit: int) -> list[Hit]:
            return [
                Hit("question", number, 1.0, 1, "leaked", "leaked")
                for number in (hidden, held, 10**9, public)
            ]

        def correct(self, _word: str) -> None:
            """Every word is known."""

    put(app, Index, Liar())  # type: ignore[arg-type, type-abstract]
    rows = find(ANONYMOUS, "lamp", 1).page.rows
    assert [row.title for row in rows] == ["A public lamp"]
