"""Topics: their pages, keeping them, merging them, and moving a question to another."""

import secrets
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.core import clock
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.forum import operations as forum
from app.forum import queries
from app.forum.models import MovedThread, Space, Thread
from tests.forum.sorting_steps import ask, verbs
from tests.forum.steps import opening
from tests.statements import statements

Make = Callable[[str], int]


@pytest.fixture
def make(app: Flask, cast: SimpleNamespace) -> Make:
    """A topic of this name; its id."""
    return lambda name: add(cast.adam.actor, name)


def add(actor: Actor, name: str) -> int:
    return forum.add_space(actor, name=name, description="", token=secrets.token_urlsafe(18))


def row(space_id: int) -> Space:
    db.session.rollback()
    return db.session.get_one(Space, space_id)


def space_of(thread_id: int) -> int:
    db.session.rollback()
    return db.session.get_one(Thread, thread_id).space_id


def edited(thread_id: int, space_id: object) -> dict[str, object]:
    """The edit form as a browser sends it."""
    thread = db.session.get_one(Thread, thread_id)
    return {"version": 1, "title": thread.title, "source": "What now?", "tags": "", "space_id": space_id}


def test_a_topic_lists_its_questions_newest_first(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, make: Make
) -> None:
    space_id = make("Sewing")
    with clock.frozen(clock.now()):
        first = ask(cast.alice, space_id=space_id)
    second = ask(cast.bob, space_id=space_id)
    other = ask(cast.bob)
    page = client.get("/spaces/sewing").text
    assert page.index(f"/questions/{second}/") < page.index(f"/questions/{first}/")
    assert f"/questions/{other}/" not in page
    assert "/spaces/sewing" in client.get("/spaces").text
    assert 'href="/spaces/sewing">Sewing</a>' in client.get(f"/t/{first}", follow_redirects=True).text
    assert client.get("/spaces/knitting").status_code == 404


def test_a_topic_takes_few_statements(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, make: Make
) -> None:
    space_id = make("Sewing")
    for _number in range(3):
        ask(cast.alice, space_id=space_id)
    with statements() as seen:
        client.get("/spaces/sewing")
    assert len([words for words in seen if words.startswith("SELECT")]) == 2


def test_admins_add_edit_and_order_topics(app: Flask, cast: SimpleNamespace) -> None:
    token = secrets.token_urlsafe(18)
    form = {"name": "Sewing", "description": "Needle and thread.", "form_token": token}
    for _twice in range(2):
        assert cast.adam.client.post("/admin/spaces", data=form).status_code == 303
    assert [space.name for space in queries.spaces()].count("Sewing") == 1
    space_id = next(space.id for space in queries.spaces() if space.name == "Sewing")
    form = {"name": "Sewing and mending", "description": "", "place": "1"}
    assert cast.adam.client.post(f"/admin/spaces/{space_id}", data=form).status_code == 303
    first = queries.spaces()[0]
    assert (first.name, first.slug) == ("Sewing and mending", "sewing")
    assert [space.position for space in queries.spaces()] == list(range(8))
    assert verbs() == ["add_space", "edit_space"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "A topic needs a name."),
        ({"name": "x" * 61}, "At most 60 characters."),
        ({"description": "x" * 301}, "At most 300 characters."),
        ({"name": "pOSTAGE"}, "Another topic has this name already."),
        ({"place": "first"}, "Write its place as a number"),
        ({"place": "0"}, "Write its place as a number"),
    ],
)
def test_bad_input_is_said_and_changes_nothing(
    app: Flask, cast: SimpleNamespace, make: Make, changes: dict[str, str], said: str
) -> None:
    space_id = make("Sewing")
    form = {"name": "Sewing", "description": "", "place": "3", **changes}
    answer = cast.adam.client.post(f"/admin/spaces/{space_id}", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert all(value in answer.text for value in changes.values())
    assert (row(space_id).name, row(space_id).position) == ("Sewing", 7)


def test_a_merged_topic_hands_over_its_questions_and_its_address(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, make: Make, work: Callable[[], None]
) -> None:
    old, middle, new = make("Stitches"), make("Sewing"), make("Mending")
    thread_id = ask(cast.alice, space_id=old)
    assert cast.adam.client.post(f"/admin/spaces/{old}/merge", data={"into": middle}).status_code == 303
    assert space_of(thread_id) == middle
    forum.merge_spaces(cast.adam.actor, space_id=middle, into_id=new)
    forum.merge_spaces(cast.adam.actor, space_id=middle, into_id=new)
    assert space_of(thread_id) == new
    for slug in ("stitches", "sewing"):
        moved = client.get(f"/spaces/{slug}")
        assert (moved.status_code, moved.location) == (301, "/spaces/mending")
    assert {"Stitches", "Sewing"}.isdisjoint(space.name for space in queries.spaces())
    assert verbs().count("merge_spaces") == 2
    version = db.session.get_one(Thread, thread_id).version
    work()
    db.session.rollback()
    assert db.session.get_one(Thread, thread_id).version == version + 1
    assert db.session.scalar(select(func.count()).select_from(MovedThread)) == 0


def test_an_old_address_is_not_given_again(app: Flask, cast: SimpleNamespace, make: Make) -> None:
    old, new = make("Sewing"), make("Mending")
    forum.merge_spaces(cast.adam.actor, space_id=old, into_id=new)
    assert row(make("Sewing")).slug == "sewing-2"
    # What is imported under a name that was merged goes where its questions went.
    other = make("Buttons")
    forum.merge_spaces(cast.adam.actor, space_id=other, into_id=new)
    assert forum.space_named("Buttons") == new


def test_what_was_typed_under_a_merged_topic_is_posted_where_it_leads(
    app: Flask, cast: SimpleNamespace, make: Make
) -> None:
    old, new = make("Sewing"), make("Mending")
    forum.merge_spaces(cast.adam.actor, space_id=old, into_id=new)
    assert space_of(ask(cast.alice, space_id=old)) == new
    with pytest.raises(Problem, match="Choose a topic"):
        ask(cast.alice, space_id=10_000)


def test_only_admins_keep_topics(app: Flask, cast: SimpleNamespace, make: Make) -> None:
    old, new = make("Sewing"), make("Mending")
    for who in (cast.alice, cast.mona, cast.agnes):
        with pytest.raises(NotFound):
            add(who.actor, "Knitting")
        with pytest.raises(NotFound):
            forum.edit_space(who.actor, space_id=old, name="Knitting", description="", place=1)
        with pytest.raises(NotFound):
            forum.merge_spaces(who.actor, space_id=old, into_id=new)
    for into, said in ((old, "Choose a topic"), (10_000, "Choose a topic"), ("", "Choose a topic")):
        answer = cast.adam.client.post(f"/admin/spaces/{old}/merge", data={"into": into})
        assert answer.status_code == 422
        assert said in answer.text
    with pytest.raises(Problem, match="very topic"):
        forum.merge_spaces(cast.adam.actor, space_id=old, into_id=old)


def test_its_author_moves_a_question(app: Flask, cast: SimpleNamespace, make: Make) -> None:
    space_id = make("Sewing")
    thread_id = ask(cast.alice)
    url = f"/p/{opening(thread_id)}/edit"
    assert "Sewing" in cast.alice.client.get(url).text
    wrong = cast.alice.client.post(url, data=edited(thread_id, 10_000))
    assert wrong.status_code == 422
    assert "Choose a topic from the list." in wrong.text
    assert cast.bob.client.post(url, data=edited(thread_id, space_id)).status_code == 404
    assert space_of(thread_id) == 1
    assert cast.alice.client.post(url, data=edited(thread_id, space_id)).status_code == 303
    assert space_of(thread_id) == space_id


def test_an_edit_that_names_no_topic_leaves_it(app: Flask, cast: SimpleNamespace, make: Make) -> None:
    space_id = make("Sewing")
    thread_id = ask(cast.alice, space_id=space_id)
    form = edited(thread_id, 0)
    del form["space_id"]
    assert cast.alice.client.post(f"/p/{opening(thread_id)}/edit", data=form).status_code == 303
    assert space_of(thread_id) == space_id
