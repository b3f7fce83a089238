"""The page: what is found, what helps when nothing is, and how often one may ask."""

from collections.abc import Callable
from types import SimpleNamespace
from urllib.parse import quote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.transaction import transaction
from app.forum.models import Tag
from app.search.indexing import drain

Ask = Callable[..., int]


def _search(client: FlaskClient, text: str, **more: object) -> str:
    answer = client.get("/search", query_string={"q": text, **more})
    assert answer.status_code == 200
    return str(answer.text)


def test_the_empty_page_asks_for_words(client: FlaskClient) -> None:
    page = client.get("/search").text
    assert "What are you looking for?" in page
    assert "Nobody has written" not in page


def test_results_stand_with_state_passage_and_count(client: FlaskClient, ask: Ask) -> None:
    ask("How to pack a lamp", "Glass.", "Double box the lamp.", accepted=0)
    ask("Another lamp", "Brass.")
    drain()
    page = _search(client, "lamp")
    assert "2 threads on this page" in page
    assert "How to pack a <mark>lamp</mark>" in page
    assert "Double box the <mark>lamp</mark>." in page
    assert "Solved" in page
    assert "catching up" not in page
    assert '<meta name="robots" content="noindex">' in page


def test_what_was_typed_stays_in_the_box(client: FlaskClient) -> None:
    page = _search(client, '"lamp" <b>')
    assert 'value="&#34;lamp&#34; &lt;b&gt;"' in page


def test_nothing_found_offers_ways_on_with_the_words_carried_over(client: FlaskClient, ask: Ask) -> None:
    ask("How to pack a lamp")
    drain()
    page = _search(client, "moth & rust")
    assert "Nobody has written about this yet" in page
    assert f"/ask?title={quote_plus('moth & rust')}" in page
    assert 'href="/unsolved"' in page


def test_nothing_found_shows_what_people_write_about(client: FlaskClient, ask: Ask) -> None:
    """A site that only holds what was imported has nobody who asks yet; its tags are a way in."""
    ask("How to pack a lamp")
    with transaction() as session:
        session.add(Tag(name="glass-things", thread_count=1))
    drain()
    page = _search(client, "moth")
    assert "What people write about here" in page
    assert 'href="/tags/glass-things"' in page
    assert "What people write about here" not in _search(client, "lamp")


def test_filters_that_leave_nothing_can_be_left_out(client: FlaskClient, ask: Ask) -> None:
    ask("How to pack a lamp")
    drain()
    page = _search(client, "lamp is:solved")
    assert "Nothing with these filters" in page
    assert 'href="/search?q=lamp"' in page
    assert 'href="/ask?title=lamp"' in page
    assert 'href="/search"' in _search(client, "is:solved")


def test_little_of_what_was_typed_is_told(client: FlaskClient, ask: Ask) -> None:
    for number in range(6):
        ask(f"Lamp number{number}")
    drain()
    page = _search(client, "lamp zeppelin submarine orchid quasar")
    assert "Nothing here has much of what you typed." in page
    assert 'href="/ask?title=lamp+zeppelin+submarine+orchid+quasar"' in page
    assert "Nothing here has much" not in _search(client, "lamp")


def test_the_orders_are_links(client: FlaskClient, ask: Ask) -> None:
    ask("Old lamp")
    drain()
    page = _search(client, "lamp", sort="newest")
    assert '<a href="/search?q=lamp" rel="nofollow">Best match</a>' in page
    assert '<a href="/search?q=lamp&amp;sort=newest" rel="nofollow" aria-current="true">Newest</a>' in page
    assert '<a href="/search?q=lamp&amp;sort=helpful" rel="nofollow">Most helpful</a>' in page
    assert 'rel="nofollow" aria-current="true">Best match</a>' in _search(client, "lamp", sort="odd")
    assert "Best match" not in _search(client, "is:open")


def test_operators_are_explained_on_the_page(client: FlaskClient) -> None:
    page = client.get("/search").text
    for operator in (
        "is:solved",
        "tag:returns",
        "by:ada",
        "after:2026-03",
        "before:2026",
        "has:photo",
        "-wool",
    ):
        assert f"<code>{operator}</code>" in page
    assert "unanswered" in page
    # Of one kind there is nothing to choose.
    assert "kind:" not in page


def test_only_common_words_are_explained(client: FlaskClient, ask: Ask) -> None:
    ask("How to pack a lamp")
    drain()
    assert "No words to look for" in _search(client, "how do I")


def test_pages_lead_on_and_back(client: FlaskClient, ask: Ask) -> None:
    for number in range(23):
        ask(f"Lamp number{number}")
    drain()
    first = _search(client, "lamp")
    assert "20 threads on this page" in first
    assert "/search?q=lamp&amp;page=2" in first
    second = _search(client, "lamp", page=2)
    assert "3 threads on this page" in second
    assert 'href="/search?q=lamp"' in second
    assert "Nothing on this page" in _search(client, "lamp", page=9)
    assert "20 threads" in _search(client, "lamp", page="x")


def test_too_long_a_text_gets_a_sentence_beside_the_field(client: FlaskClient) -> None:
    answer = client.get("/search", query_string={"q": "lamp " * 41})
    assert answer.status_code == 422
    assert "at most 200 characters" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<title>Error: " in answer.text
    assert client.get("/search", query_string={"q": " " * 500 + "lamp"}).status_code == 200


def test_a_visitors_page_can_be_cached(client: FlaskClient, ask: Ask) -> None:
    ask("How to pack a lamp")
    drain()
    answer = client.get("/search?q=lamp")
    assert "Set-Cookie" not in answer.headers
    assert "csrf" not in answer.text
    assert 'method="post"' not in answer.text
    assert "form_token" not in answer.text


def test_without_an_index_the_page_says_so_and_answers(client: FlaskClient, ask: Ask) -> None:
    ask("How to pack a lamp", "Glass.")
    page = _search(client, "lamp")
    assert "catching up" in page
    assert "How to pack a <mark>lamp</mark>" in page
    drain()
    assert "catching up" not in _search(client, "lamp")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200,
        "*",
        '"',
        "-",
        "\x00",
        "%00",
        "\u202e",
        "𝓹" * 100,
        "a" * 200,
        "\ud83e",
        "is:",
        "tag:\x00",
        "by:\u202e",
        "before:" + "9" * 40,
        "is:is:is:",
        '-tag:"',
    ],
)
def test_odd_text_is_answered(client: FlaskClient, ask: Ask, text: str) -> None:
    ask("How to pack a lamp")
    drain()
    assert client.get("/search", query_string={"q": text.encode("utf-8", "replace")}).status_code == 200


def test_visitors_may_search_fifteen_times_a_minute_and_people_thirty(
    make_app: Callable[..., Flask], cast: SimpleNamespace
) -> None:
    limited = make_app(limits=True)
    for most, address, cookie in (
        (15, "192.0.2.1", None),
        (30, "192.0.2.2", cast.alice.client.get_cookie("bartack")),
    ):
        browser = limited.test_client()
        browser.environ_base["REMOTE_ADDR"] = address
        if cookie:
            browser.set_cookie("bartack", cookie.value)
        assert {browser.get("/search?q=lamp").status_code for _ in range(most)} == {200}
        refused = browser.get("/search?q=lamp")
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        assert browser.get("/search").status_code == 200
