"""'I have this too', following, muting, saving, and what is close to a question."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Follow, Saved, Thread
from app.questions import operations
from app.questions.models import HaveToo, Question
from app.questions.queries import page as read
from tests.desk.steps import Finder
from tests.questions.steps import answer, ask, count, hide, page, thread


def too_count(thread_id: int) -> int:
    db.session.rollback()
    return db.session.get_one(Question, thread_id).too_count


def follows(account_id: int) -> bool | None:
    """Whether they follow; None for neither following nor muted."""
    db.session.rollback()
    muted = db.session.scalar(select(Follow.muted).where(Follow.account_id == account_id))
    return None if muted is None else not muted


def test_each_counts_once_and_may_take_it_back(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    version = thread(thread_id).version
    for who in (cast.bob, cast.bob, cast.nia):
        operations.have_too(who.actor, thread_id=thread_id)
    assert (too_count(thread_id), count(HaveToo), thread(thread_id).version) == (2, 2, version + 2)
    for _twice in range(2):
        operations.have_no_more(cast.bob.actor, thread_id=thread_id)
    assert (too_count(thread_id), count(HaveToo)) == (1, 1)
    assert "1 person has this too" in page(cast.charlie.client, thread_id)


def test_not_ones_own_and_not_what_is_closed_or_unseen(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    with pytest.raises(Problem, match="your own question"):
        operations.have_too(cast.alice.actor, thread_id=thread_id)
    assert "I have this too" not in page(cast.alice.client, thread_id)
    with transaction() as session:
        session.get_one(Thread, thread_id).locked_at = now()
    with pytest.raises(Problem, match="locked"):
        operations.have_too(cast.bob.actor, thread_id=thread_id)
    hide(Thread, thread_id)
    with pytest.raises(NotFound):
        operations.have_too(cast.bob.actor, thread_id=thread_id)
    assert too_count(thread_id) == 0


def test_the_button_says_it_and_takes_it_back(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    url = f"/questions/{thread_id}/too"
    assert cast.bob.client.post(url).status_code == 303
    shown = page(cast.bob.client, thread_id)
    assert f'formaction="{url}" name="take" value="1" aria-pressed="true"' in shown
    cast.bob.client.post(url, data={"take": "1"})
    assert too_count(thread_id) == 0


def test_following_muting_and_neither(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    bob = cast.bob
    for wish, right in (
        ("follow", True),
        ("follow", True),
        ("mute", False),
        ("follow", True),
        ("none", None),
        ("none", None),
        ("mute", False),
    ):
        assert bob.client.post(f"/t/{thread_id}/marks", data={"wish": wish}).status_code == 303
        assert follows(bob.id) is right
    marks = read(bob.actor, thread_id).marks
    assert (marks.follows, marks.muted, marks.saved) == (False, True, False)


def test_new_people_keep_and_mute_but_do_not_follow_yet(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    with pytest.raises(Problem, match="a little longer"):
        forum.follow(cast.nia.actor, thread_id=thread_id)
    forum.save(cast.nia.actor, thread_id=thread_id)
    forum.mute(cast.nia.actor, thread_id=thread_id)
    assert (count(Saved), follows(cast.nia.id)) == (1, False)


def test_the_page_says_what_one_made_of_it(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    browser = cast.bob.client
    assert 'name="wish" value="follow"' in page(browser, thread_id)
    assert 'value="mute"' not in page(browser, thread_id)
    forum.follow(cast.bob.actor, thread_id=thread_id)
    forum.save(cast.bob.actor, thread_id=thread_id)
    shown = page(browser, thread_id)
    assert 'name="wish" value="none" aria-pressed="true"' in shown
    assert 'name="wish" value="unsave" aria-pressed="true"' in shown
    assert 'value="mute"' in shown
    answer(cast.charlie, thread_id)
    assert 'value="mute"' in page(cast.charlie.client, thread_id)


def test_saved_threads_are_in_a_list_of_ones_own(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    kept, gone = ask(cast.alice, "A question worth keeping"), ask(cast.alice, "A question hidden later")
    assert "Nothing saved here" in cast.bob.client.get("/me/saved").text
    for thread_id in (kept, gone, kept):
        cast.bob.client.post(f"/t/{thread_id}/marks", data={"wish": "save"})
    hide(Thread, gone)
    shown = cast.bob.client.get("/me/saved").text
    assert "A question worth keeping" in shown
    assert "A question hidden later" not in shown
    assert "A question worth keeping" not in cast.charlie.client.get("/me/saved").text
    assert client.get("/me/saved").location == "/sign-in?next=/me/saved"
    cast.bob.client.post(f"/t/{kept}/marks", data={"wish": "unsave"})
    assert "Nothing saved here" in cast.bob.client.get("/me/saved").text


@pytest.mark.parametrize("wish", ["", "x", "follow "])
def test_nonsense_changes_nothing(app: Flask, cast: SimpleNamespace, wish: str) -> None:
    thread_id = ask(cast.alice)
    assert cast.bob.client.post(f"/t/{thread_id}/marks", data={"wish": wish}).status_code == 400
    assert count(Follow) == count(Saved) == 0


def test_what_is_watched_can_be_listed(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    watched, other = ask(cast.alice, "A question that is followed"), ask(cast.alice, "A question that is not")
    forum.follow(cast.bob.actor, thread_id=watched)
    forum.mute(cast.bob.actor, thread_id=other)
    shown = cast.bob.client.get("/?show=watching").text
    assert "A question that is followed" in shown
    assert "A question that is not" not in shown.split("<aside")[0]
    assert "Watching" in cast.bob.client.get("/").text
    assert "Watching" not in client.get("/").text
    assert "A question that is not" in client.get("/?show=watching").text
    assert "You follow nothing yet" in cast.charlie.client.get("/?show=watching").text


def test_what_is_close_comes_as_a_fragment_and_without_script_as_a_search(
    app: Flask, client: FlaskClient, cast: SimpleNamespace, finder: Finder, match: Callable[[int], None]
) -> None:
    thread_id, other = ask(cast.alice), ask(cast.alice, "Refund to a closed card")
    match(thread_id)
    match(other)
    url = f"/questions/{thread_id}/related"
    assert f'data-hx-get="{url}"' in page(client, thread_id)
    shown = client.get(url, headers={"HX-Request": "true"})
    assert f'href="/t/{other}"' in shown.text
    assert f'href="/t/{thread_id}"' not in shown.text
    assert finder.asked[-1]["exclude"] == thread_id
    assert client.get(url).location.startswith("/search?q=Buyer+says")
    hide(Thread, thread_id)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(("path", "sent"), [("/t/{}/marks", {"wish": "follow"}), ("/questions/{}/too", {})])
def test_one_comes_back_to_where_the_button_is(
    app: Flask, cast: SimpleNamespace, path: str, sent: dict[str, str]
) -> None:
    thread_id = ask(cast.alice)
    path = path.format(thread_id)
    done = cast.bob.client.post(path, data=sent)
    assert done.location.endswith("#acts")
    assert 'id="acts"' in cast.bob.client.get(done.location).text
    by_script = {"HX-Request": "true"}
    signed_out = app.test_client().post(path, data=sent, headers=by_script)
    assert (signed_out.status_code, signed_out.headers["HX-Redirect"][:8]) == (204, "/sign-in")


def test_what_is_refused_is_said_on_the_whole_page(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    for who, path, sent, why in (
        (cast.nia, f"/t/{thread_id}/marks", {"wish": "follow"}, "a little longer"),
        (cast.alice, f"/questions/{thread_id}/too", {}, "your own question"),
    ):
        assert who.client.post(path, data=sent, headers={"HX-Request": "true"}).status_code == 409
        refused = who.client.post(path, data=sent)
        assert "#" not in refused.location
        assert why in who.client.get(refused.location).text
