"""What a search shows, to whom: the index proposes, the database disposes."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from app.accounts.actor import ANONYMOUS
from app.core.db import db
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Post, Visibility
from app.search import queries
from app.search.indexing import drain
from app.search.queries import find

Ask = Callable[..., int]
Change = Callable[..., None]
NOT_PUBLIC = [each for each in Visibility if each is not Visibility.PUBLIC]


@pytest.fixture(params=["index", "no index"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Everything here holds without an index too."""
    return str(request.param)


@pytest.fixture
def ready(way: str) -> Callable[[], None]:
    """Let the index know what there is; or let there be none."""
    return lambda: drain() and None if way == "index" else None


def titles(text: str, actor: object = ANONYMOUS, number: int = 1) -> list[str]:
    return [row.title for row in find(actor, text, number).page.rows]  # type: ignore[arg-type]


def test_what_is_found_is_shown_with_its_words_marked(ask: Ask, ready: Callable[[], None], way: str) -> None:
    ask("How to pack a lamp?", "It is glass.", "Hello. Wrap the lamp & its box twice.", "No.", accepted=0)
    ready()
    results = find(ANONYMOUS, "lamp packing box", 1)
    row = results.page.rows[0]
    assert row.title_html == "How to <mark>pack</mark> a <mark>lamp</mark>?"
    assert row.passage_html == "Wrap the <mark>lamp</mark> &amp; its <mark>box</mark> twice."
    assert (row.state, row.answers, row.space) == ("solved", 2, row.space)
    assert f"/questions/{row.id}/" in row.url
    assert results.reduced is (way == "no index")


def test_without_an_answer_the_question_is_the_passage(ask: Ask, ready: Callable[[], None]) -> None:
    ask("How to pack a lamp?", "The shade is glass.")
    ready()
    assert find(ANONYMOUS, "glass", 1).page.rows[0].passage_html == "The shade is <mark>glass</mark>."


def test_the_accepted_answer_is_the_passage_wherever_it_stands(ask: Ask, ready: Callable[[], None]) -> None:
    ask("How to pack a lamp?", "Glass.", "First lamp answer.", "The accepted lamp answer.", accepted=1)
    ready()
    assert "accepted" in find(ANONYMOUS, "lamp", 1).page.rows[0].passage_html


@pytest.mark.parametrize("visibility", NOT_PUBLIC)
def test_nobody_finds_what_stopped_being_public_a_moment_ago(
    ask: Ask, change: Change, ready: Callable[[], None], cast: SimpleNamespace, visibility: Visibility
) -> None:
    thread_id = ask("How to pack a lamp?")
    ready()
    assert titles("lamp") == ["How to pack a lamp?"]
    change(thread_id, visibility=visibility, told=False)
    assert titles("lamp") == []
    assert titles("lamp", cast.charlie.actor) == []


def test_words_that_were_hidden_a_moment_ago_are_not_shown(
    ask: Ask, change: Change, ready: Callable[[], None]
) -> None:
    thread_id = ask("How to pack a lamp?", "Glass.", "Call the secret number about the lamp.")
    ready()
    assert "secret" in find(ANONYMOUS, "lamp", 1).page.rows[0].passage_html
    with transaction() as session:
        session.execute(update(Post).where(Post.parent_id.is_not(None)).values(visibility=Visibility.HIDDEN))
    change(thread_id, told=False)
    assert find(ANONYMOUS, "lamp", 1).page.rows[0].passage_html == "Glass."


def test_words_are_shown_as_they_are_now(ask: Ask, ready: Callable[[], None], cast: SimpleNamespace) -> None:
    ask("How to pack a lamp?", "Glass.", "Use paper for the lamp.")
    ready()
    answer_id = db.session.scalar(select(Post.id).where(Post.parent_id.is_not(None)))
    forum.edit(cast.bob.actor, post_id=answer_id, version=1, source="Use foam for the lamp.", token="e" * 20)
    assert "foam" in find(ANONYMOUS, "lamp", 1).page.rows[0].passage_html


def test_pages_are_full_although_much_may_not_be_seen(
    ask: Ask, change: Change, ready: Callable[[], None]
) -> None:
    threads = [ask(f"How to pack lamp number{number}") for number in range(60)]
    ready()
    for thread_id in threads[:35]:
        change(thread_id, visibility=Visibility.HIDDEN, told=False)
    first, second = find(ANONYMOUS, "lamp", 1).page, find(ANONYMOUS, "lamp", 2).page
    assert (len(first.rows), first.more) == (20, True)
    assert (len(second.rows), second.more) == (5, False)
    assert {row.id for row in (*first.rows, *second.rows)} == set(threads[35:])


def test_exactly_one_page_has_no_next(ask: Ask, ready: Callable[[], None]) -> None:
    for number in range(20):
        ask(f"How to pack lamp number{number}")
    ready()
    page = find(ANONYMOUS, "lamp", 1).page
    assert (len(page.rows), page.more) == (20, False)
    assert find(ANONYMOUS, "lamp", 2).page.rows == []


def test_nothing_lies_beyond_the_last_page(
    ask: Ask, ready: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        ask(f"How to pack lamp number{number}")
    ready()
    monkeypatch.setattr(queries, "PAGE_SIZE", 1)
    monkeypatch.setattr(queries, "MOST_PAGES", 3)
    assert [find(ANONYMOUS, "lamp", number).page.more for number in (2, 3)] == [True, False]
    assert find(ANONYMOUS, "lamp", 4).page.rows == []
    assert find(ANONYMOUS, "lamp", 999_999).page.rows == []


@pytest.mark.parametrize("text", ["the", "-lamp", '""', "…", "%", "_", "zzz"])
def test_nothing_to_look_for_finds_nothing(ask: Ask, ready: Callable[[], None], text: str) -> None:
    ask("How to pack a lamp?")
    ready()
    assert titles(text) == []
