"""Operators narrow a search, and one that means nothing is explained while the rest is searched."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.accounts.actor import ANONYMOUS
from app.accounts.models import Account, AccountState, FormerName
from app.core.clock import frozen, now
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Post, Tag, TagAlias, Thread, ThreadTag, Visibility
from app.search.indexing import drain
from app.search.operators import asked
from app.search.queries import find
from app.search.query import read

Ask = Callable[..., int]
Change = Callable[..., None]


@pytest.fixture(params=["index", "no index"])
def town(request: pytest.FixtureRequest, app: Flask, ask: Ask, cast: SimpleNamespace) -> SimpleNamespace:
    """Four threads about lamps; everything holds without an index too."""
    with frozen(datetime(2026, 3, 31, 23, 30, tzinfo=UTC)):
        made = SimpleNamespace(open=ask("An old lamp", "Brass."))
    with frozen(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        made.solved = ask("Lamp came broken", "Glass.", "Photograph the lamp.", accepted=0)
        made.answered = ask("Lamp without a shade", "Glass.", "Sell the lamp as it is.")
    made.bobs = ask("My lamp is late", "It was sent on Monday.")
    with transaction() as session:
        session.execute(update(Thread).where(Thread.id == made.bobs).values(author_id=cast.bob.id))
        session.execute(update(Post).where(Post.thread_id == made.answered).values(photo_count=1))
        tags = [Tag(name="wool", thread_count=2), Tag(name="moth-holes", thread_count=1)]
        session.add_all(tags)
        session.flush()
        session.add(TagAlias(name="knits", tag_id=tags[0].id))
        for thread_id, tag in ((made.solved, 0), (made.answered, 0), (made.answered, 1)):
            session.add(ThreadTag(thread_id=thread_id, tag_id=tags[tag].id))
    if request.param == "index":
        drain()
    return made


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("lamp is:solved", ["solved"]),
        ("lamp IS:Solved", ["solved"]),
        ("lamp -is:solved", ["open", "answered", "bobs"]),
        ("lamp is:unsolved", ["open", "answered", "bobs"]),
        ("lamp -is:unsolved", ["solved"]),
        ("lamp is:unanswered", ["open", "bobs"]),
        ("lamp is:open is:answered", ["open", "answered", "bobs"]),
        ("lamp is:official", []),
        ("lamp kind:question", ["open", "solved", "answered", "bobs"]),
        ("lamp kind:questions -is:open", ["solved", "answered"]),
        ("lamp tag:wool", ["solved", "answered"]),
        ("lamp tag:Knits", ["solved", "answered"]),
        ('lamp tag:"Moth Holes"', ["answered"]),
        ("lamp tag:wool tag:moth-holes", ["answered"]),
        ("lamp -tag:wool", ["open", "bobs"]),
        ("lamp by:bob", ["bobs"]),
        ("lamp by:@BOB", ["bobs"]),
        ("lamp by:alice by:bob", ["open", "solved", "answered", "bobs"]),
        ("lamp -by:alice", ["bobs"]),
        ("lamp has:photo", ["answered"]),
        ("lamp -has:photos is:solved", ["solved"]),
        # In London, where visitors are, it was the first of April.
        ("lamp before:2026-04", []),
        ("lamp before:2026-04-02", ["open"]),
        ("lamp after:2026-04 before:2026-05", ["open"]),
        ("lamp -after:2026-06-01", ["open"]),
        ("lamp -before:2026-05 before:2026-06-02", ["solved", "answered"]),
        ("is:solved", ["solved"]),
        ("submarine is:solved", []),
    ],
)
def test_each_operator_narrows(town: SimpleNamespace, typed: str, expected: list[str]) -> None:
    found = find(ANONYMOUS, typed, 1)
    assert {row.id for row in found.page.rows} == {getattr(town, name) for name in expected}
    assert not found.wrong


def test_dates_begin_where_the_reader_is(town: SimpleNamespace, cast: SimpleNamespace) -> None:
    with transaction() as session:
        session.execute(update(Account).where(Account.id == cast.alice.id).values(tz="America/New_York"))
    there = SimpleNamespace(**{name: getattr(ANONYMOUS, name) for name in ("id", "role", "trust", "locale")})
    there.tz = "America/New_York"
    query, _wrong = asked(there, read("lamp before:2026-04"))  # type: ignore[arg-type]
    assert query.until == datetime(2026, 4, 1, 4, tzinfo=UTC)
    query, _wrong = asked(ANONYMOUS, read("lamp before:2026-04"))
    assert query.until == datetime(2026, 3, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("is:lost", "“is:lost” means nothing here"),
        ("-is:lost", "Known: is:open, is:answered, is:solved"),
        ("kind:alert", "Known: kind:question."),
        ("has:video", "Known: has:photo."),
        ("tag:no-such-tag", "There is no tag “no-such-tag”"),
        ("tag:!!!", "There is no tag “!!!”"),
        ("by:nobody-here", "Nobody here is called “nobody-here”"),
        ("before:yesterday", "“yesterday” is no date"),
        ("after:2026-13", "“2026-13” is no date"),
        ("after:2026-02-30", "after:2026-11-24"),
        ("after:0000", "“0000” is no date"),
        ("before:٢٠٢٦", "is no date"),
        ("before:20261", "is no date"),
    ],
)
def test_what_means_nothing_is_explained_and_the_rest_is_searched(
    town: SimpleNamespace, typed: str, said: str
) -> None:
    found = find(ANONYMOUS, f"late lamp {typed}", 1)
    assert found.page.rows[0].id == town.bobs
    assert len(found.wrong) == 1
    assert said in found.wrong[0]


def test_the_page_says_what_was_wrong(client: FlaskClient, town: SimpleNamespace) -> None:
    answer = client.get("/search", query_string={"q": "lamp is:<b> tag:<i>"})
    assert answer.status_code == 200
    assert "“is:&lt;b&gt;” means nothing here" in answer.text
    assert "There is no tag “&lt;i&gt;”" in answer.text
    assert "My <mark>lamp</mark> is late" in answer.text


def test_a_name_given_up_leads_on_and_who_has_left_is_nobody(
    town: SimpleNamespace, cast: SimpleNamespace
) -> None:
    with transaction() as session:
        session.add(FormerName(name="robert", account_id=cast.bob.id, given_up_at=now()))
        session.add(FormerName(name="rob", account_id=cast.bob.id, given_up_at=now() - timedelta(days=400)))
    assert [row.id for row in find(ANONYMOUS, "lamp by:robert", 1).page.rows] == [town.bobs]
    assert "“rob”" in find(ANONYMOUS, "lamp by:rob", 1).wrong[0]
    with transaction() as session:
        session.execute(update(Account).where(Account.id == cast.bob.id).values(state=AccountState.GHOST))
    assert "“bob”" in find(ANONYMOUS, "lamp by:bob", 1).wrong[0]


def test_many_operators_are_read_in_two_statements(
    app: Flask, cast: SimpleNamespace, statements: Callable[..., int]
) -> None:
    typed = read(" ".join(f"tag:t{number} by:p{number}" for number in range(12)))
    asked(ANONYMOUS, typed)
    assert statements(lambda: asked(ANONYMOUS, typed)) == 2
    assert statements(lambda: asked(ANONYMOUS, read("lamp is:open"))) == 0


def test_filters_alone_list_the_newest_first(town: SimpleNamespace) -> None:
    found = find(ANONYMOUS, "kind:question", 1)
    assert [row.id for row in found.page.rows] == [town.bobs, town.answered, town.solved, town.open]
    assert found.order == "newest"


def test_filters_do_not_open_what_is_hidden(town: SimpleNamespace, change: Callable[..., None]) -> None:
    change(town.bobs, visibility="hidden", told=False)
    assert find(ANONYMOUS, "by:bob", 1).page.rows == []
    assert db.session.scalar(select(Thread.visibility).where(Thread.id == town.bobs)) == "hidden"


def test_a_tag_of_what_is_hidden_is_no_tag(client: FlaskClient, ask: Ask, change: Change) -> None:
    """Else a guessed name would be confirmed."""
    thread_id = ask("A coat")
    with transaction() as session:
        tag = Tag(name="in-hiding", thread_count=0)
        session.add(tag)
        session.flush()
        session.add_all(
            [ThreadTag(thread_id=thread_id, tag_id=tag.id), TagAlias(name="under-cover", tag_id=tag.id)]
        )
    change(thread_id, visibility=Visibility.HIDDEN)
    for name in ("in-hiding", "under-cover", "nowhere"):
        assert f"There is no tag “{name}”" in client.get(f"/search?q=coat+tag:{name}").text
