"""Tags: lists, descriptions, aliases, merging, and what follows for the threads that carry them."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from app.core.clock import now
from app.core.db import db
from app.core.events import on
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum import queries
from app.forum.events import ThreadMoved
from app.forum.models import MovedThread, Tag, Thread, ThreadTag, Visibility
from app.forum.operations import moving
from app.jobs.models import Job, Lane
from app.questions.models import Question
from app.search.ports import Index, Query
from tests.conftest import Player
from tests.forum.sorting_steps import aliases, ask, counted, counts, names_of, verbs
from tests.statements import statements


@pytest.fixture
def tess(cast: SimpleNamespace) -> Player:
    """Somebody trusted."""
    return cast.tess  # type: ignore[no-any-return]


def merge(who: Player, name: str, into: str) -> str:
    return forum.merge_tags(who.actor, name=name, into=into)


def test_the_list_has_what_public_threads_carry_the_most_used_first(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    ask(cast.alice, "coats", "moths")
    ask(cast.bob, "coats")
    ask(cast.nia, "secret", source="See https://shop.example/coat please.")
    page = client.get("/tags").text
    assert page.index("/tags/coats") < page.index("/tags/moths")
    assert "2 questions" in page
    assert "secret" not in page
    forum.add_alias(cast.mona.actor, name="moths", alias="holes")
    for typed, found in (("oat", {"coats"}), ("HOLE", {"moths"}), ("zip", set()), ("%", {"coats", "moths"})):
        shown = client.get("/tags", query_string={"q": typed}).text
        assert {name for name in ("coats", "moths") if f"/tags/{name}" in shown} == found, typed


def test_a_tag_shows_description_count_and_what_stands_beside_it(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, tess: Player
) -> None:
    ask(cast.alice, "coats", "moths")
    ask(cast.bob, "coats", "wool")
    answer = tess.client.post("/tags/coats/edit", data={"description": "Coats of every sort.", "seen": ""})
    assert answer.status_code == 303
    page = client.get("/tags/coats").text
    assert "Coats of every sort." in page
    assert "2 questions" in page
    assert "/tags/moths" in page
    assert "/tags/coats/edit" not in page
    assert "/tags/coats/edit" in tess.client.get("/tags/coats").text
    assert verbs() == ["describe_tag"]


def test_a_description_somebody_else_wrote_meanwhile_is_not_written_over(
    app: Flask, cast: SimpleNamespace, tess: Player
) -> None:
    ask(cast.alice, "coats")
    forum.describe_tag(cast.mona.actor, name="coats", description="Mona's words.", seen="")
    sent = {"description": "Mine.", "seen": ""}
    answer = tess.client.post("/tags/coats/edit", data=sent)
    assert answer.status_code == 422
    assert "Somebody else described this tag meanwhile" in answer.text
    assert 'value="Mine."' in answer.text
    assert queries.tag("coats").description == "Mona's words."
    # Told of it, one may save over it.
    assert tess.client.post("/tags/coats/edit", data={**sent, "seen": "Mona's words."}).status_code == 303


@pytest.mark.parametrize("description", ["x" * 301, "ẍ" * 400])
def test_a_description_is_short(app: Flask, cast: SimpleNamespace, tess: Player, description: str) -> None:
    ask(cast.alice, "coats")
    answer = tess.client.post("/tags/coats/edit", data={"description": description, "seen": ""})
    assert answer.status_code == 422
    assert "At most 300 characters." in answer.text
    assert description in answer.text


def test_an_alias_leads_to_its_tag_and_is_replaced_when_typed(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    ask(cast.alice, "coats")
    assert cast.mona.client.post("/tags/coats/aliases", data={"alias": "Mantles"}).status_code == 303
    moved = client.get("/tags/mantles")
    assert (moved.status_code, moved.location) == (301, "/tags/coats")
    thread_id = ask(cast.bob, "mantles", "coats", "wool")
    assert names_of(thread_id) == {"coats", "wool"}
    assert counts() == {"coats": 2, "wool": 1}
    cast.mona.client.post("/tags/coats/aliases/remove", data={"alias": "mantles"})
    assert client.get("/tags/mantles").status_code == 404
    assert verbs() == ["add_tag_alias", "remove_tag_alias"]


def test_a_name_is_a_tag_or_an_alias_never_both(app: Flask, cast: SimpleNamespace) -> None:
    ask(cast.alice, "coats", "wool")
    forum.add_alias(cast.mona.actor, name="coats", alias="mantles")
    forum.add_alias(cast.mona.actor, name="coats", alias="mantles")
    for name, alias, said in (
        ("coats", "wool", "is a tag of its own"),
        ("wool", "mantles", "means the tag “coats” already"),
        ("coats", "two words", "One tag: letters, digits and hyphens"),
        ("coats", "", "Write the other name."),
        ("coats", "x" * 31, "At most 30 characters."),
    ):
        answer = cast.mona.client.post(f"/tags/{name}/aliases", data={"alias": alias})
        assert answer.status_code == 422
        assert said in answer.text
    assert aliases() == {"mantles": "coats"}
    assert verbs() == ["add_tag_alias"]


def test_merging_moves_threads_counts_and_aliases(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    both, first, second = (
        ask(cast.alice, "coat", "coats"),
        ask(cast.bob, "coat"),
        ask(cast.bob, "coats", "wool"),
    )
    held = ask(cast.nia, "coat", source="See https://shop.example/coat please.")
    forum.add_alias(cast.mona.actor, name="coat", alias="mantle")
    forum.describe_tag(cast.mona.actor, name="coat", description="One coat.", seen="")
    answer = cast.mona.client.post("/tags/coat/merge", data={"into": "coats"}, follow_redirects=True)
    assert "is tagged “coats” now" in answer.text
    assert [names_of(thread_id) for thread_id in (both, first, held)] == [{"coats"}] * 3
    assert names_of(second) == {"coats", "wool"}
    assert counts() == counted() == {"coats": 3, "wool": 1}
    assert aliases() == {"coat": "coats", "mantle": "coats"}
    assert queries.tag("mantle").description == "One coat."
    assert client.get("/tags/coat").location == "/tags/coats"
    forum.merge_tags(cast.mona.actor, name="coats", into="wool")
    assert aliases() == {"coat": "wool", "mantle": "wool", "coats": "wool"}
    assert counts() == counted() == {"wool": 3}
    assert verbs()[-2:] == ["merge_tags", "merge_tags"]


def test_merging_again_changes_nothing(app: Flask, cast: SimpleNamespace) -> None:
    ask(cast.alice, "coat")
    ask(cast.alice, "coats")
    assert merge(cast.mona, "coat", "coats") == merge(cast.mona, "coat", "coats") == "coats"
    assert verbs() == ["merge_tags"]


@pytest.mark.parametrize(
    ("into", "said"),
    [
        ("coats", "That is this very tag."),
        ("mantles", "That is this very tag."),
        ("zips", "There is no tag of that name."),
        ("", "Write the tag that stays."),
    ],
)
def test_merging_into_what_it_cannot(app: Flask, cast: SimpleNamespace, into: str, said: str) -> None:
    ask(cast.alice, "coats")
    forum.add_alias(cast.mona.actor, name="coats", alias="mantles")
    answer = cast.mona.client.post("/tags/coats/merge", data={"into": into})
    assert answer.status_code == 422
    assert said in answer.text
    assert counts() == {"coats": 1}


def test_who_may_do_what(app: Flask, cast: SimpleNamespace, tess: Player) -> None:
    ask(cast.alice, "coats", "wool")
    for who in (cast.alice, cast.nia, cast.agnes):
        with pytest.raises(NotFound):
            forum.describe_tag(who.actor, name="coats", description="Mine.", seen="")
    for who in (cast.alice, cast.agnes, tess):
        for act in (
            lambda who=who: forum.add_alias(who.actor, name="coats", alias="mantles"),
            lambda who=who: forum.remove_alias(who.actor, name="coats", alias="mantles"),
            lambda who=who: merge(who, "coats", "wool"),
        ):
            with pytest.raises(NotFound):
                act()
    assert tess.client.post("/tags/coats/merge", data={"into": "wool"}).status_code == 404
    assert counts() == {"coats": 1, "wool": 1}
    assert verbs() == []


def test_a_merge_that_fails_leaves_everything_as_it_was(
    app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread_id = ask(cast.alice, "coat")
    ask(cast.alice, "coats")
    monkeypatch.setattr("app.forum.operations.naming.follow_up", _fail)
    with pytest.raises(Problem):
        merge(cast.mona, "coat", "coats")
    assert names_of(thread_id) == {"coat"}
    assert counts() == counted() == {"coat": 1, "coats": 1}
    assert aliases() == {}


def _fail() -> None:
    raise Problem("The disk is full.")


def test_threads_of_a_merged_tag_are_followed_up_each_once(
    app: Flask, cast: SimpleNamespace, work: Callable[[], None]
) -> None:
    moved, other = ask(cast.alice, "coat"), ask(cast.alice, "coats")
    merge(cast.mona, "coat", "coats")
    db.session.rollback()
    version = db.session.get_one(Thread, moved).version
    told: list[int] = []
    on(app, ThreadMoved, lambda event: told.append(event.thread_id))
    work()
    db.session.rollback()
    assert db.session.get_one(Thread, moved).version == version + 1
    assert told == [moved]
    both = part(Index).search(Query(required=(frozenset(["tag:coats"]),)), 5)
    assert {hit.id for hit in both} == {moved, other}
    assert db.session.scalar(select(func.count()).select_from(MovedThread)) == 0


def _many(app: Flask, author_id: int, number: int) -> None:
    """So many threads tagged half, every second of them also whole."""
    moment = now()
    row = {
        "kind": "question",
        "state": "open",
        "space_id": 1,
        "author_id": author_id,
        "title": "A thread",
        "visibility": Visibility.PUBLIC,
        "created_at": moment,
        "last_activity_at": moment,
    }
    ids = range(1, number + 1)
    with transaction() as session:
        run = session.connection().execute
        run(insert(Thread), [{"id": thread_id, **row} for thread_id in ids])
        run(insert(Question), [{"thread_id": thread_id} for thread_id in ids])
        tags = [
            {"id": 1, "name": "half", "thread_count": number},
            {"id": 2, "name": "whole", "thread_count": number // 2},
        ]
        run(insert(Tag), tags)
        run(insert(ThreadTag), [{"thread_id": thread_id, "tag_id": 1} for thread_id in ids])
        run(insert(ThreadTag), [{"thread_id": thread_id, "tag_id": 2} for thread_id in ids[1::2]])


def test_a_merge_is_a_few_statements_and_what_follows_comes_in_pieces(
    app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _many(app, cast.alice.id, 1_000)
    with statements() as seen:
        merge(cast.mona, "half", "whole")
    assert len(seen) <= 25
    assert counts() == counted() == {"whole": 1_000}
    monkeypatch.setattr(moving, "PIECES_A_JOB", 2)
    left = []
    while db.session.scalar(select(func.count()).select_from(MovedThread)):
        moving.follow_moved({})
        db.session.rollback()
        left.append(db.session.scalar(select(func.count()).select_from(MovedThread)))
    assert left == [600, 200, 0]
    jobs = select(func.count()).where(Job.lane == Lane.INDEX)
    assert db.session.scalar(jobs) == 1_000


def test_a_tag_page_takes_few_statements_however_many_threads(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    _many(app, cast.alice.id, 300)
    for many in (5_000, 100):
        monkeypatch.setattr("app.forum.queries.tags.MANY", many)
        for browser, most in ((client, 3), (cast.alice.client, 5)):
            with statements() as seen:
                page = browser.get("/tags/half").text
            assert "300 questions" in page
            assert len([words for words in seen if words.startswith("SELECT")]) <= most


def test_questions_do_not_count_tags_at_each_view(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    ask(cast.alice, "coats")
    with statements() as seen:
        assert "/tags/coats" in client.get("/questions").text
    assert not [words for words in seen if "thread_tag" in words or "count(" in words]
