"""What waits for a look: who sees it, releasing, refusing, all of one person's, and what its author is told."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.events import Event, on
from app.core.problems import NotFound, Problem
from app.forum import operations as forum
from app.forum.models import Photo, Thread, Visibility
from app.forum.operations import Album
from app.moderation import operations as moderation
from app.moderation import queries
from app.moderation.events import PostRefused
from app.moderation.models import HeldDecision
from app.moderation.words import Refusal
from app.questions.events import AnswerPosted, Asked
from tests.core.images.pictures import picture
from tests.forum.sorting_steps import verbs
from tests.forum.steps import opening
from tests.questions.steps import answer, ask, count, hide, page, post, reply, thread, token
from tests.statements import statements

LINK = "Look at https://shop.example/coat please, or at [this](https://other.example/a?b=1)."
WAITING = "Waiting for a look."


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


@pytest.fixture
def heard(app: Flask) -> list[Event]:
    """What was said of posts."""
    said: list[Event] = []
    for event in (Asked, AnswerPosted, PostRefused):
        on(app, event, said.append)
    return said


def held(browser: FlaskClient) -> list[int]:
    """The posts on the list, in its order."""
    return [int(found) for found in re.findall(r'id="held-(\d+)"', browser.get("/mod/held").text)]


def rail(browser: FlaskClient) -> str | None:
    """What the rail says beside 'Held'; None when it is not there."""
    found = re.search(r'/mod/held"[^>]*>Held(?: <span>([^<]+)</span>)?', browser.get("/").text)
    return (found[1] or "0") if found else None


def test_the_list_has_what_waits_the_oldest_first_and_spells_links_out(
    app: Flask, cast: SimpleNamespace
) -> None:
    first = opening(ask(cast.nia, source=LINK))
    second = answer(cast.nia, ask(cast.alice), LINK)
    third = reply(cast.nia, answer(cast.bob, ask(cast.alice)), LINK)
    answer(cast.nia, ask(cast.alice), "No link at all.")
    assert held(cast.mona.client) == held(cast.adam.client) == [first, second, third]
    shown = cast.mona.client.get("/mod/held").text
    assert "<code>https://shop.example/coat</code>" in shown
    assert "<code>https://other.example/a?b=1</code>" in shown
    assert "Here since today" in shown
    assert "1 post everybody sees" in shown
    for who in (cast.alice, cast.nia, cast.agnes):
        assert who.client.get("/mod/held").status_code == 404


def test_the_list_shows_the_photos_that_wait(app: Flask, cast: SimpleNamespace) -> None:
    forum.add_photo(cast.nia.actor, Album(form="ask"), content=picture())
    post_id = opening(ask(cast.nia, source="Is this real leather?"))
    assert held(cast.mona.client) == [post_id]
    name = db.session.scalars(select(Photo.name)).one()
    assert f"/photos/{name}/small.webp" in cast.mona.client.get("/mod/held").text
    assert cast.mona.client.get(f"/photos/{name}.webp").status_code == 200


def test_the_rail_counts_for_moderators_only(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    assert rail(cast.mona.client) == "0"
    thread_id = ask(cast.nia, source=LINK)
    assert rail(cast.mona.client) == rail(cast.adam.client) == "1"
    for browser in (client, cast.alice.client, cast.nia.client, cast.agnes.client):
        assert rail(browser) is None
    with statements() as seen:
        assert queries.waiting(cast.mona.actor) == 1
    assert len([words for words in seen if words.startswith("SELECT")]) == 1
    with statements() as seen:
        assert queries.waiting(cast.alice.actor) == 0
    assert seen == []
    moderation.release(cast.mona.actor, post_id=opening(thread_id), version=1)
    assert rail(cast.mona.client) == "0"


def test_the_list_takes_as_many_statements_for_many_as_for_one(app: Flask, cast: SimpleNamespace) -> None:
    numbers = []
    for _round in range(2):
        for _number in range(1 + 4 * _round):
            ask(cast.nia, source=LINK)
        with statements() as seen:
            cast.mona.client.get("/mod/held")
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


def test_a_held_question_is_its_authors_and_moderators_only(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, work: Callable[[], None]
) -> None:
    thread_id = ask(cast.nia, "Where is the zeppelin coat", source=LINK)
    work()
    for who in (cast.nia, cast.mona):
        shown = page(who.client, thread_id)
        assert WAITING in shown
        assert 'content="noindex"' in shown
    assert "of people who are new here, and some words, wait" in page(cast.nia.client, thread_id)
    lists = ("/", "/questions", "/unsolved", "/tags", "/tags/coats", "/spaces/selling", "/search?q=zeppelin")
    for browser in (client, cast.alice.client, cast.agnes.client):
        assert browser.get(f"/t/{thread_id}").status_code == 404
        for url in lists:
            shown = browser.get(url).text
            assert f"/questions/{thread_id}/" not in shown, url
            assert "zeppelin coat" not in shown, url
    assert f"/questions/{thread_id}/" in cast.nia.client.get("/spaces/selling").text


def test_a_held_answer_is_marked_for_its_author_and_unseen_by_others(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.nia, thread_id, LINK)
    for who, sees in ((cast.nia, True), (cast.mona, True), (cast.alice, False), (cast.agnes, False)):
        shown = page(who.client, thread_id)
        assert (f'id="p-{post_id}"' in shown, WAITING in shown) == (sees, sees)
    assert WAITING not in page(client, thread_id)


def test_what_is_released_is_seen_told_and_logged_once(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, heard: list[Event]
) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.nia, thread_id, LINK)
    heard.clear()
    for _twice in range(2):
        url = f"/mod/held/{post_id}/release"
        done = cast.mona.client.post(url, data={"version": 1}, follow_redirects=True)
        assert "Released. Everybody sees it now." in done.text
    assert f'id="p-{post_id}"' in page(client, thread_id)
    assert heard == [AnswerPosted(post_id, thread_id)]
    assert verbs() == ["release"]
    assert count(HeldDecision) == 1
    assert thread(thread_id).answer_count == 1


def test_what_is_refused_stays_with_its_author_who_reads_why(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, heard: list[Event]
) -> None:
    thread_id = ask(cast.nia, source=LINK)
    post_id = opening(thread_id)
    for _twice in range(2):
        cast.mona.client.post(f"/mod/held/{post_id}/refuse", data={"reason": "advert"})
    assert heard == [PostRefused(post_id, thread_id, cast.mona.id, Refusal.ADVERT)]
    assert thread(thread_id).visibility == Visibility.HIDDEN
    assert "Not shown to others." in page(cast.nia.client, thread_id)
    assert "It advertises something." in cast.nia.client.get(f"/p/{post_id}/why").text
    assert cast.mona.client.get(f"/p/{post_id}/why").status_code == 200
    for browser in (cast.alice.client, cast.agnes.client):
        assert browser.get(f"/p/{post_id}/why").status_code == 404
    assert client.get(f"/t/{thread_id}").status_code == 404
    assert held(cast.mona.client) == []
    assert verbs() == ["refuse"]


@pytest.mark.parametrize("reason", ["", "because", "ADVERT", "x" * 500])
def test_a_refusal_needs_a_reason_from_the_list(app: Flask, cast: SimpleNamespace, reason: str) -> None:
    post_id = opening(ask(cast.nia, source=LINK))
    answer = cast.mona.client.post(f"/mod/held/{post_id}/refuse", data={"reason": reason})
    assert answer.status_code == 422
    assert "Choose a reason from the list." in answer.text
    assert held(cast.mona.client) == [post_id]


def test_the_second_moderator_is_shown_what_happened(app: Flask, cast: SimpleNamespace) -> None:
    released, refused = (opening(ask(cast.nia, source=LINK)) for _two in range(2))
    moderation.release(cast.mona.actor, post_id=released, version=1)
    moderation.refuse(cast.mona.actor, post_id=refused, reason=Refusal.LINK)
    for post_id, said in (
        (released, "Mona has released this already."),
        (refused, "Mona has refused this already: We cannot vouch for where its link leads."),
    ):
        for act in ("release", "refuse"):
            data = {"reason": "advert", "version": 1}
            shown = cast.adam.client.post(f"/mod/held/{post_id}/{act}", data=data, follow_redirects=True)
            assert said in shown.text
    assert verbs() == ["release", "refuse"]


def test_what_went_meanwhile_is_not_waiting_any_more(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    url = f"/mod/held/{post_id}/release"
    shown = cast.mona.client.post(url, data={"version": 1}, follow_redirects=True)
    assert "This is not waiting any more." in shown.text
    with pytest.raises(NotFound):
        moderation.release(cast.mona.actor, post_id=10_000, version=1)
    assert verbs() == []


def test_nobody_decides_on_their_own(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.mona)
    hide(Thread, thread_id, Visibility.HELD)
    post_id = opening(thread_id)
    shown = cast.mona.client.get("/mod/held").text
    assert f"/mod/held/{post_id}/release" not in shown
    assert "another moderator looks at it" in shown
    for act in (
        lambda: moderation.release(cast.mona.actor, post_id=post_id, version=1),
        lambda: moderation.refuse(cast.mona.actor, post_id=post_id, reason=Refusal.LINK),
        lambda: moderation.release_all(cast.mona.actor, author_id=cast.mona.id, looked={post_id: 1}),
    ):
        with pytest.raises(Problem, match="You wrote this yourself"):
            act()
    for who in (cast.alice, cast.nia, cast.agnes):
        with pytest.raises(NotFound):
            moderation.release(who.actor, post_id=post_id, version=1)
    moderation.release(cast.adam.actor, post_id=post_id, version=1)
    assert thread(thread_id).visibility == Visibility.PUBLIC


def test_all_of_one_persons_that_were_looked_at_are_released(app: Flask, cast: SimpleNamespace) -> None:
    first, second = (opening(ask(cast.nia, source=LINK)) for _two in range(2))
    shown = cast.mona.client.get(f"/mod/held?by={cast.nia.id}").text
    assert "Release all 2 on this page" in shown
    looked = re.findall(r'name="looked" value="([^"]+)"', shown)
    assert looked == [f"{first}:1", f"{second}:1"]
    later = opening(ask(cast.nia, source=LINK))
    url = f"/mod/held/by/{cast.nia.id}/release"
    done = cast.mona.client.post(url, data={"looked": looked}, follow_redirects=True)
    assert "Released 2 posts." in done.text
    assert held(cast.mona.client) == [later]
    again = cast.mona.client.post(url, data={"looked": looked}, follow_redirects=True)
    assert "Nothing of theirs is waiting any more." in again.text
    assert "2 released before" in cast.mona.client.get("/mod/held").text
    assert verbs() == ["release", "release"]
    assert [post(post_id).visibility for post_id in (first, later)] == [Visibility.PUBLIC] * 2


def test_many_of_one_person_are_released_a_page_at_a_time(
    app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moderation, "MOST_RELEASED_AT_ONCE", 2)
    looked = {opening(ask(cast.nia, source=LINK)): 1 for _three in range(3)}
    release = lambda: moderation.release_all(cast.mona.actor, author_id=cast.nia.id, looked=looked)
    assert [release(), release(), release()] == [2, 1, 0]


def change(who: Any, post_id: int, source: str, version: int = 1) -> None:
    forum.edit(who.actor, post_id=post_id, version=version, source=source, token=token())


def test_what_was_edited_since_it_was_looked_at_goes_on_waiting(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.nia, ask(cast.alice), LINK)
    change(cast.nia, post_id, "Rather look at https://worse.example now.")
    url = f"/mod/held/{post_id}/release"
    for version in (1, ""):
        shown = cast.mona.client.post(url, data={"version": version}, follow_redirects=True)
        assert "Its author has edited this since you looked." in shown.text
    looked = {"looked": [f"{post_id}:1", "x", f"{post_id}"]}
    cast.mona.client.post(f"/mod/held/by/{cast.nia.id}/release", data=looked)
    assert held(cast.mona.client) == [post_id]
    assert verbs() == []
    moderation.release(cast.mona.actor, post_id=post_id, version=2)
    assert post(post_id).visibility == Visibility.PUBLIC


def test_links_that_new_people_add_later_wait_too(
    app: Flask, cast: SimpleNamespace, heard: list[Event]
) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.nia, thread_id, "Measure it lying flat.")
    change(cast.nia, post_id, LINK)
    assert post(post_id).visibility == Visibility.HELD
    assert thread(thread_id).answer_count == 0
    assert held(cast.mona.client) == [post_id]
    moderation.release(cast.mona.actor, post_id=post_id, version=2)
    assert thread(thread_id).answer_count == 1
    # What was looked at may stay; others' links never waited.
    change(cast.nia, post_id, f"{LINK} It helped.", version=2)
    other = answer(cast.bob, thread_id, "Measure it.")
    change(cast.bob, other, LINK)
    assert [post(row).visibility for row in (post_id, other)] == [Visibility.PUBLIC] * 2
    question = ask(cast.nia, "Where do I measure a coat")
    change(cast.nia, opening(question), LINK)
    assert thread(question).visibility == Visibility.HELD


@pytest.mark.parametrize(
    "source", ["```message\nPay at https://shop.example/pay\n```", "Pay at `www.shop.example/pay` now"]
)
def test_an_address_that_is_no_link_waits_too(app: Flask, cast: SimpleNamespace, source: str) -> None:
    """Letters quote it, and mail programs make a link of it."""
    post_id = answer(cast.nia, ask(cast.alice), source)
    assert post(post_id).visibility == Visibility.HELD
    assert "shop.example/pay</code>" in cast.mona.client.get("/mod/held").text
    assert post(answer(cast.bob, ask(cast.alice), source)).visibility == Visibility.PUBLIC


def test_an_address_in_a_title_waits_too(app: Flask, cast: SimpleNamespace) -> None:
    asked = ask(cast.nia, "Is https://shop.example/pay real or not")
    assert thread(asked).visibility == Visibility.HELD
    plain = ask(cast.nia, "Is this page real or not")
    assert thread(plain).visibility == Visibility.PUBLIC
    forum.edit(
        cast.nia.actor,
        post_id=opening(plain),
        version=1,
        source="It asks for a card.",
        title="Is www.shop.example/pay real or not",
        token=token(),
    )
    assert thread(plain).visibility == Visibility.HELD


def test_photos_are_looked_at_with_the_post_and_later_ones_anew(app: Flask, cast: SimpleNamespace) -> None:
    forum.add_photo(cast.nia.actor, forum.Album(form="ask"), content=picture())
    post_id = opening(ask(cast.nia))
    shown = cast.mona.client.get("/mod/held").text
    assert re.search(r"/photos/[0-9a-f]{32}/small\.webp", shown)
    looked_at = post(post_id).version
    forum.add_photo(cast.nia.actor, forum.Album(post_id=post_id), content=picture(colour="blue"))
    with pytest.raises(Problem, match="edited this since"):
        moderation.release(cast.mona.actor, post_id=post_id, version=looked_at)
    assert moderation.release_all(cast.mona.actor, author_id=cast.nia.id, looked={post_id: looked_at}) == 0
    moderation.release(cast.mona.actor, post_id=post_id, version=post(post_id).version)
    assert held(cast.mona.client) == []


def test_an_empty_list_says_so(app: Flask, cast: SimpleNamespace) -> None:
    assert "Nothing is waiting" in cast.mona.client.get("/mod/held").text
    assert "Nothing on this page" in cast.mona.client.get("/mod/held?page=9").text
