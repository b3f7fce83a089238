"""Mentions: kept as ids, told once, when others may see it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, AccountState
from app.cli.text import text as text_commands
from app.core.db import db
from app.core.events import on
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.events import Mentioned
from app.forum.mentioning import MOST_MENTIONED
from app.forum.models import Mention, Post, Thread, Visibility
from tests.forum.steps import opening, propose
from tests.questions.steps import answer, ask, hide, post, reply, token

LINK = "https://shop.example/coat"


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


@pytest.fixture
def heard(app: Flask) -> list[tuple[int, int]]:
    """Whom the site told that a post names them: (post, account)."""
    told: list[tuple[int, int]] = []
    on(app, Mentioned, lambda event: told.append((event.post_id, event.account_id)))
    return told


def show(post_id: int, visibility: Visibility) -> None:
    with transaction():
        forum.set_visibility(post_id, visibility, by_id=None)


def edit(who: Any, post_id: int, source: str) -> None:
    version = post(post_id).version
    forum.edit(who.actor, post_id=post_id, version=version, source=source, token=token())


def kept(post_id: int) -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(Mention.account_id).where(Mention.post_id == post_id)))


def test_whoever_is_named_is_linked_kept_and_told(
    cast: SimpleNamespace, heard: list[tuple[int, int]]
) -> None:
    thread_id = ask(cast.alice, source="Does @Bob know? Or @charlie, or @nobody, or `@mona`?")
    first = opening(thread_id)
    assert kept(first) == {cast.bob.id, cast.charlie.id}
    assert heard == [(first, cast.bob.id), (first, cast.charlie.id)]
    assert '<a href="/people/bob">@Bob</a>' in post(first).html
    assert "@nobody" in post(first).html
    second = answer(cast.bob, thread_id, "Ask @mona.")
    third = reply(cast.charlie, second, "Yes, @mona or @alice.")
    assert heard[2:] == [(second, cast.mona.id), (third, cast.alice.id), (third, cast.mona.id)]


def test_nobody_is_told_of_their_own_words(cast: SimpleNamespace, heard: list[tuple[int, int]]) -> None:
    first = opening(ask(cast.alice, source="I am @alice, hello."))
    assert "/people/alice" in post(first).html
    assert heard == []
    assert kept(first) == set()


def test_those_who_have_left_are_nobody(cast: SimpleNamespace, heard: list[tuple[int, int]]) -> None:
    with transaction() as session:
        session.get_one(Account, cast.bob.id).state = AccountState.GHOST
    first = opening(ask(cast.alice, source="Does @bob know?"))
    assert "/people/" not in post(first).html
    assert heard == []


def test_more_than_ten_are_linked_and_not_told(
    cast: SimpleNamespace, enter: Callable[..., Any], heard: list[tuple[int, int]]
) -> None:
    people = [enter(f"helper{number}") for number in range(MOST_MENTIONED + 2)]
    first = opening(ask(cast.alice, source=" ".join(f"@{person.name}" for person in people)))
    assert post(first).html.count("/people/helper") == MOST_MENTIONED + 2
    assert [account_id for _post_id, account_id in heard] == [person.id for person in people[:MOST_MENTIONED]]


def test_a_held_post_tells_when_it_is_released(cast: SimpleNamespace, heard: list[tuple[int, int]]) -> None:
    thread_id = ask(cast.nia, source=f"@bob, is {LINK} real?")
    first = opening(thread_id)
    assert heard == []
    show(first, Visibility.PUBLIC)
    assert heard == [(first, cast.bob.id)]
    held = answer(cast.nia, thread_id, f"@charlie too: {LINK}")
    assert len(heard) == 1
    for visibility in (Visibility.PUBLIC, Visibility.HIDDEN, Visibility.PUBLIC):
        show(held, visibility)
    assert heard[1:] == [(held, cast.charlie.id)]


def test_with_a_released_thread_all_that_stands_in_it_tells(
    cast: SimpleNamespace, heard: list[tuple[int, int]]
) -> None:
    thread_id = ask(cast.nia)
    second = answer(cast.nia, thread_id)
    show(opening(thread_id), Visibility.HIDDEN)
    edit(cast.nia, second, "I forgot: @bob said so.")
    assert heard == []
    show(opening(thread_id), Visibility.PUBLIC)
    assert heard == [(second, cast.bob.id)]


def test_an_edit_tells_only_those_who_are_new(cast: SimpleNamespace, heard: list[tuple[int, int]]) -> None:
    second = answer(cast.bob, ask(cast.alice), "Ask @charlie.")
    edit(cast.bob, second, "Ask @charlie or @mona.")
    assert heard == [(second, cast.charlie.id), (second, cast.mona.id)]
    edit(cast.bob, second, "Ask nobody.")
    edit(cast.bob, second, "Ask @charlie after all.")
    assert len(heard) == 2


def test_an_edit_of_what_nobody_sees_keeps_quiet(cast: SimpleNamespace, heard: list[tuple[int, int]]) -> None:
    first = opening(ask(cast.nia, source=f"@bob, is {LINK} real?"))
    edit(cast.nia, first, f"@charlie, is {LINK} real?")
    assert kept(first) == {cast.charlie.id}
    show(first, Visibility.PUBLIC)
    assert heard == [(first, cast.charlie.id)]


def test_an_approved_suggestion_keeps_names_and_tells_those_who_are_new(
    cast: SimpleNamespace, heard: list[tuple[int, int]]
) -> None:
    second = answer(cast.bob, ask(cast.alice), "Ask @charlie.")
    proposal_id = propose(cast.tess, second, "Ask @charlie or @mona first.")
    forum.approve(cast.bob.actor, proposal_id=proposal_id)
    assert post(second).html.count('<a href="/people/') == 2
    assert heard == [(second, cast.charlie.id), (second, cast.mona.id)]


def test_rendering_anew_keeps_the_names_of_what_was_written_here(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice, source="Thanks @bob")
    second = answer(cast.charlie, thread_id, "Me too, @bob")
    with transaction() as session:
        session.get_one(Thread, thread_id).source = "elsewhere"
    assert CliRunner().invoke(text_commands, ["rebuild", "--all"]).exit_code == 0
    assert "/people/bob" in post(second).html
    assert "/people/bob" not in post(opening(thread_id)).html


def test_imported_and_private_words_name_nobody(cast: SimpleNamespace) -> None:
    assert "/people/" not in forum.prepared("Thanks @bob").html


def test_a_preview_shows_the_links(cast: SimpleNamespace) -> None:
    shown = cast.alice.client.post("/preview", data={"source": "Thanks @bob"}).text
    assert '<a href="/people/bob">@bob</a>' in shown


class TestCompletion:
    def names(self, who: Any, **asked: object) -> list[str]:
        shown = who.client.get("/people/complete", query_string=asked)
        assert shown.status_code == 200
        return [part.split('"')[0] for part in shown.text.split('data-name="')[1:]]

    def test_names_and_display_names(self, cast: SimpleNamespace) -> None:
        with transaction() as session:
            session.get_one(Account, cast.charlie.id).display_name = "Mr Bobbin"
        assert self.names(cast.alice, q="bo") == ["bob"]
        assert self.names(cast.alice, q="MR B") == ["charlie"]
        assert self.names(cast.alice, q="zz") == self.names(cast.alice, q="") == self.names(cast.alice) == []
        assert self.names(cast.alice, q="_") == self.names(cast.alice, q="%") == []
        assert self.names(cast.bob, q="bob") == []

    def test_people_of_the_thread_come_first(self, cast: SimpleNamespace) -> None:
        thread_id = ask(cast.alice)
        hidden = answer(cast.adam, thread_id)
        answer(cast.nia, thread_id)
        hide(Post, hidden)
        assert self.names(cast.bob, q="", thread=thread_id) == ["alice", "nia"]
        assert self.names(cast.bob, q="a", thread=thread_id) == ["alice", "adam", "agnes"]
        assert self.names(cast.bob, q="a")[:2] == ["adam", "agnes"]

    def test_who_may_ask(self, app: Flask, cast: SimpleNamespace) -> None:
        assert app.test_client().get("/people/complete?q=a").status_code == 303
        thread_id = ask(cast.nia, source=f"Is {LINK} real?")
        for gone in (thread_id, 999_999):
            assert cast.bob.client.get(f"/people/complete?q=a&thread={gone}").status_code == 404

    def test_the_name_of_its_address_is_nobodys(self, client: Any) -> None:
        typed = {"name": "complete", "email": "c@example.org", "password": "three odd socks"}
        refused = client.post("/register", data=typed)
        assert refused.status_code == 422
        assert "taken by a page" in refused.text
