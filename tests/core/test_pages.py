"""Long lists, a page at a time."""

import pytest
from flask import Flask

from app.core.web.pages import Page, cut, page_number


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("", 1),
        ("?page=1", 1),
        ("?page=7", 7),
        ("?page=007", 7),
        ("?page=999999", 999_999),
        ("?page=0", 1),
        ("?page=-3", 1),
        ("?page=1e3", 1),
        ("?page=1.5", 1),
        ("?page=next", 1),
        ("?page=", 1),
        ("?page=²", 1),
        ("?page=٣", 1),
        ("?page=10000000", 1),
        ("?page=" + "9" * 5_000, 1),
        ("?page=2&page=5", 2),
    ],
)
def test_the_page_asked_for(app: Flask, asked: str, number: int) -> None:
    with app.test_request_context(f"/questions{asked}"):
        assert page_number() == number


@pytest.mark.parametrize(("rows", "shown", "more"), [(0, 0, False), (3, 3, False), (4, 3, True)])
def test_the_row_too_many_only_tells_that_there_is_more(rows: int, shown: int, more: bool) -> None:
    page = cut(list(range(rows)), 2, 3)
    assert (len(page.rows), page.number, page.more) == (shown, 2, more)


def test_addresses_of_other_pages_keep_the_rest(app: Flask) -> None:
    with app.test_request_context("/tags/coats?page=2&show=new&show=old&q=a%26b"):
        page: Page[int] = Page([], 2, more=True)
        assert page.url(3) == "/tags/coats?show=new&show=old&q=a%26b&page=3"
        assert page.url(1) == "/tags/coats?show=new&show=old&q=a%26b"


@pytest.mark.parametrize(
    "trick", ["endpoint=x", "_scheme=javascript&_external=1", "_anchor=x", "_method=POST"]
)
def test_what_is_in_the_address_stays_a_query(app: Flask, trick: str) -> None:
    with app.test_request_context(f"/questions?{trick}"):
        page: Page[int] = Page([], 1, more=True)
        assert page.url(2) == f"/questions?{trick}&page=2"


@pytest.mark.parametrize("path", ["/", "/questions", "/unsolved"])
def test_a_page_beyond_the_end_is_empty_and_well(app: Flask, path: str) -> None:
    for number in ("2", "999999", "x"):
        assert app.test_client().get(f"{path}?page={number}").status_code == 200
