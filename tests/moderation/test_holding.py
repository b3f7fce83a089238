"""What waits for a look: who sees it, letting it out or not, and what its author is told."""

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
from app.moderation import queries
from app.moderation.acts import Verb
from app.moderation.models import Decision, Review
from app.moderation.operations import Seen
from app.moderation.words import Reason
from app.questions.events import AnswerPosted, Asked
from app.questions.operations import delete
from tests.core.images.pictures import picture
from tests.forum.sorting_steps import verbs
from tests.forum.steps import opening
from tests.moderation.steps import decide, flag, looked, on_post, refuse, release, review
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
    for event in (Asked, AnswerPosted):
        on(app, event, said.append)
    return said


def held(browser: FlaskClient) -> list[int]:
    """The posts that wait, in the order of the queue."""
    found = re.findall(r'data-id="(\d+)"', browser.get("/mod/queue?why=held&sort=oldest").text)
    ids = [int(one) for one in found]
    db.session.rollback()
    rows = {row.id: row.target.id for row in queries.rows_of(_MODERATOR.actor, Review.id.in_(ids))}
    return [rows[one] for one in ids]


_MODERATOR = SimpleNamespace()


@pytest.fixture(autouse=True)
def _moderator(cast: SimpleNamespace) -> None:
    _MODERATOR.actor = cast.adam.actor


def rail(browser: FlaskClient) -> str | None:
    """What the rail says beside 'Queue'; None when it is not there."""
    found = re.search(r'/mod/queue"[^>]*>Queue(?: <span>([^<]+)</span>)?', browser.get("/").text)
    return (found[1] or "0") if found else None


def test_the_queue_has_what_waits_and_spells_links_out(app: Flask, cast: SimpleNamespace) -> None:
    first = opening(ask(cast.nia, source=LINK))
    second = answer(cast.nia, ask(cast.alice), LINK)
    third = reply(cast.nia, answer(cast.bob, ask(cast.alice)), LINK)
    answer(cast.nia, ask(cast.alice), "No link at all.")
    assert held(cast.mona.client) == held(cast.adam.client) == [first, second, third]
    shown = cast.mona.client.get(f"/mod/reviews/{review(first).id}").text
    assert "<code>https://shop.example/coat</code>" in shown
    assert "<code>https://other.example/a?b=1</code>" in shown
    for who in (cast.alice, cast.nia, cast.agnes):
        assert who.client.get("/mod/queue").status_code == 404


def test_its_photos_are_there(app: Flask, cast: SimpleNamespace) -> None:
    forum.add_photo(cast.nia.actor, Album(form="ask"), content=picture())
    post_id = opening(ask(cast.nia, source="Is this real leather?"))
    assert held(cast.mona.client) == [post_id]
    name = db.session.scalars(select(Photo.name)).one()
    shown = cast.mona.client.get(f"/mod/reviews/{review(post_id).id}").text
    assert f"/photos/{name}/small.webp" in shown
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
    release(cast.mona, opening(thread_id))
    assert rail(cast.mona.client) == "0"


def test_where_the_list_was_leads_to_the_queue(app: Flask, cast: SimpleNamespace) -> None:
    led = cast.mona.client.get("/mod/held")
    assert (led.status_code, led.location) == (301, "/mod/queue?why=held")


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
    row = review(post_id)
    sent = {"verb": "keep", "seen": f"{row.id}:{row.version}:1", "form_token": token()}
    for _twice in range(2):
        done = cast.mona.client.post(f"/mod/reviews/{row.id}/decide", data=sent, follow_redirects=True)
        assert "Kept." in done.text
    assert f'id="p-{post_id}"' in page(client, thread_id)
    assert heard == [AnswerPosted(post_id, thread_id)]
    assert verbs() == ["keep"]
    assert count(Decision) == 1
    assert thread(thread_id).answer_count == 1
    assert "everybody can read it now" in cast.nia.client.get("/me/notifications").text


def test_what_is_refused_stays_with_its_author_who_reads_why(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.nia, source=LINK)
    post_id = opening(thread_id)
    refuse(cast.mona, post_id)
    assert thread(thread_id).visibility == Visibility.HIDDEN
    assert "Not shown to others." in page(cast.nia.client, thread_id)
    why = cast.nia.client.get(f"/p/{post_id}/why", follow_redirects=True)
    assert "It advertises something." in why.text
    assert "Mona" not in why.text
    assert cast.mona.client.get(f"/p/{post_id}/why", follow_redirects=True).status_code == 200
    for browser in (cast.alice.client, cast.agnes.client):
        assert browser.get(f"/p/{post_id}/why").status_code == 404
        assert browser.get(why.request.path).status_code == 404
    assert client.get(f"/t/{thread_id}").status_code == 404
    assert held(cast.mona.client) == []
    assert verbs() == ["hide"]


@pytest.mark.parametrize("reason", ["", "because", "SPAM", "x" * 500])
def test_a_refusal_needs_a_reason_from_the_list(app: Flask, cast: SimpleNamespace, reason: str) -> None:
    post_id = opening(ask(cast.nia, source=LINK))
    row = review(post_id)
    sent = {"verb": "hide", "reason": reason, "said": "Kindly.", "seen": f"{row.id}:{row.version}:1"}
    shown = cast.mona.client.post(f"/mod/reviews/{row.id}/decide", data=sent)
    assert shown.status_code == 422
    assert "Choose a reason" in shown.text
    assert "Kindly." in shown.text
    assert held(cast.mona.client) == [post_id]


def test_the_second_moderator_is_shown_what_happened(app: Flask, cast: SimpleNamespace) -> None:
    for verb, said in ((Verb.KEEP, "Kept."), (Verb.HIDE, "Hidden.")):
        post_id = opening(ask(cast.nia, source=LINK))
        seen = looked(on_post(post_id))
        decide(cast.mona, post_id, verb, Reason.SPAM)
        with pytest.raises(Problem, match=f"Mona has decided this meanwhile: {said}"):
            decide(cast.adam, post_id, Verb.REMOVE, Reason.SPAM, seen=seen)
    assert verbs() == ["keep", "hide"]


def test_what_its_author_took_back_waits_no_more(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.nia, ask(cast.alice), LINK)
    delete(cast.nia.actor, post_id=post_id)
    assert held(cast.mona.client) == []
    with pytest.raises(NotFound):
        decide(cast.mona, 10_000, Verb.KEEP)


def test_nobody_decides_on_their_own(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.mona)
    hide(Thread, thread_id, Visibility.HELD)
    post_id = opening(thread_id)
    with pytest.raises(Problem, match="You wrote this yourself"):
        release(cast.mona, post_id)
    row = review(post_id)
    assert "another moderator looks at it" in cast.mona.client.get(f"/mod/reviews/{row.id}").text
    for who in (cast.alice, cast.nia, cast.agnes):
        with pytest.raises(NotFound):
            release(who, post_id)
    release(cast.adam, post_id)
    assert thread(thread_id).visibility == Visibility.PUBLIC


def change(who: Any, post_id: int, source: str, version: int = 1) -> None:
    forum.edit(who.actor, post_id=post_id, version=version, source=source, token=token())


def test_what_was_edited_since_it_was_looked_at_goes_on_waiting(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.nia, ask(cast.alice), LINK)
    seen = looked(on_post(post_id))
    change(cast.nia, post_id, "Rather look at https://worse.example now.")
    with pytest.raises(Problem, match="edited this since you looked"):
        decide(cast.mona, post_id, Verb.KEEP, seen=seen)
    assert held(cast.mona.client) == [post_id]
    assert verbs() == []
    release(cast.mona, post_id)
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
    release(cast.mona, post_id)
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
    shown = cast.mona.client.get(f"/mod/reviews/{review(post_id).id}").text
    assert "shop.example/pay</code>" in shown
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
    seen = looked(on_post(post_id))
    forum.add_photo(cast.nia.actor, forum.Album(post_id=post_id), content=picture(colour="blue"))
    with pytest.raises(Problem, match="since you looked"):
        decide(cast.mona, post_id, Verb.KEEP, seen=seen)
    release(cast.mona, post_id)
    assert held(cast.mona.client) == []


def test_what_is_held_and_flagged_is_one_row(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.nia, thread_id, "Measure it lying flat.")
    flag(cast.bob, post_id, Reason.OFF_TOPIC)
    change(cast.nia, post_id, LINK)
    row = review(post_id)
    assert (row.held, row.flag_count) == (True, 1)
    assert cast.mona.client.get("/mod/queue").text.count("queue__row") == 1
    decide(cast.mona, post_id, Verb.KEEP, seen=Seen(row.version, 2))
    row = review(post_id)
    assert (row.held, row.flag_count, row.opened_at) == (False, 0, None)


def test_the_queue_stays_as_it_was_narrowed_and_opens_what_follows(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answers = [answer(cast.bob, thread_id) for _two in range(2)]
    for post_id in answers:
        flag(cast.tess, post_id)
    first, second = (review(post_id) for post_id in answers)
    browser = cast.mona.client
    narrowed = {"flagged_for": "spam", "open": str(second.id)}
    sent = {"verb": "hide", "reason": "scam", "seen": f"{first.id}:{first.version}:1", "form_token": token()}
    done = browser.post(f"/mod/reviews/{first.id}/decide", data={**narrowed, **sent})
    assert done.location == f"/mod/queue?flagged_for=spam&open={second.id}"
    assert f'data-review="{second.id}"' in browser.get(done.location).text
    decision = db.session.scalars(select(Decision)).one()
    assert decision.reason == "scam"
    undone = browser.post(f"/mod/decisions/{decision.ref}/undo", data={"flagged_for": "spam"})
    assert undone.location == f"/mod/queue?flagged_for=spam&open={first.id}"
    assert f'data-review="{first.id}"' in browser.get(undone.location).text


def test_an_empty_queue_says_so(app: Flask, cast: SimpleNamespace) -> None:
    assert "Nothing is waiting" in cast.mona.client.get("/mod/queue").text
    assert "Nothing on this page" in cast.mona.client.get("/mod/queue?page=9").text
