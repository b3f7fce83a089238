"""Authors take back what nobody has answered, and for a day may change their mind."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from app.core.clock import frozen, now
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Deletion, Draft, Post, Thread, Visibility
from app.questions import operations
from tests.forum.steps import opening, proposal, propose
from tests.house.town import bytes_of
from tests.moderation.steps import lock
from tests.questions.steps import accept, answer, ask, count, hide, page, post, reply, thread


def delete(who: SimpleNamespace, post_id: int) -> None:
    operations.delete(who.actor, post_id=post_id)


def undelete(who: SimpleNamespace, post_id: int) -> None:
    operations.undelete(who.actor, post_id=post_id)


def show(post_id: int, visibility: Visibility) -> None:
    with transaction():
        forum.set_visibility(post_id, visibility, by_id=None)


def test_an_unanswered_question_goes_and_comes_back(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = opening(thread_id)
    assert f"/posts/{post_id}/delete" in page(cast.alice.client, thread_id)
    asked = cast.alice.client.get(f"/posts/{post_id}/delete")
    assert "Delete your question?" in asked.text
    assert thread(thread_id).visibility == Visibility.PUBLIC
    sent = cast.alice.client.post(f"/posts/{post_id}/delete", data={}, follow_redirects=True)
    assert "What you deleted" in sent.text
    assert f"/posts/{post_id}/undelete" in sent.text
    for browser in (app.test_client(), cast.bob.client, cast.alice.client):
        gone, missing = browser.get(f"/t/{thread_id}"), browser.get("/t/999")
        assert bytes_of(gone) == bytes_of(missing)
    assert page(cast.mona.client, thread_id)
    back = cast.alice.client.post(f"/posts/{post_id}/undelete", follow_redirects=True)
    assert "It is back." in back.text
    assert thread(thread_id).visibility == Visibility.PUBLIC
    assert count(Deletion) == 0
    assert "Nothing here" in cast.alice.client.get("/me/deleted").text


def test_an_answer_and_its_counter(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    delete(cast.bob, post_id)
    assert (thread(thread_id).answer_count, thread(thread_id).state) == (0, "open")
    undelete(cast.bob, post_id)
    assert (thread(thread_id).answer_count, thread(thread_id).state) == (1, "answered")


def test_what_others_build_on_stays(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answered = answer(cast.bob, thread_id)
    replied = reply(cast.charlie, answered)
    accepted = answer(cast.charlie, thread_id)
    accept(cast.alice, accepted)
    for who, post_id in ((cast.alice, opening(thread_id)), (cast.bob, answered), (cast.charlie, accepted)):
        with pytest.raises(Problem, match="so it stays"):
            delete(who, post_id)
        shown = who.client.get(f"/posts/{post_id}/delete")
        assert "so it stays" in shown.text
        assert "Delete it" not in shown.text
        assert who.client.post(f"/posts/{post_id}/delete").status_code == 422
    delete(cast.charlie, replied)
    delete(cast.bob, answered)
    assert (thread(thread_id).answer_count, thread(thread_id).reply_count) == (1, 0)


def test_ones_own_replies_hold_nothing(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    reply(cast.bob, post_id)
    delete(cast.bob, post_id)
    assert post(post_id).visibility == Visibility.DELETED


def test_what_another_question_points_to_stays(app: Flask, cast: SimpleNamespace) -> None:
    earlier, later = ask(cast.alice), ask(cast.bob, "The same thing once more")
    operations.mark_duplicate(cast.bob.actor, thread_id=later, of_id=earlier)
    with pytest.raises(Problem, match="so it stays"):
        delete(cast.alice, opening(earlier))


def test_nobody_else_may(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    for who in (cast.alice, cast.tess, cast.mona, cast.agnes):
        assert who.client.get(f"/posts/{post_id}/delete").status_code == 404
        with pytest.raises(Problem, match="only what you wrote"):
            delete(who, post_id)
    delete(cast.bob, post_id)
    for who in (cast.alice, cast.tess, cast.mona, cast.agnes):
        assert who.client.post(f"/posts/{post_id}/undelete").status_code == 404
    with pytest.raises(NotFound):
        undelete(cast.bob, 999)
    assert post(post_id).visibility == Visibility.DELETED


def test_twice_is_once(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    delete(cast.bob, post_id)
    with pytest.raises(NotFound):
        delete(cast.bob, post_id)
    for _time in range(2):
        undelete(cast.bob, post_id)
    delete(cast.bob, post_id)
    assert count(Deletion) == 1


def test_after_a_day_it_stays_deleted(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    delete(cast.bob, post_id)
    with frozen(now() + timedelta(days=1, minutes=1)):
        sent = cast.bob.client.post(f"/posts/{post_id}/undelete", follow_redirects=True)
        assert "more than a day ago" in sent.text
        assert "Bring it back" not in sent.text
    assert post(post_id).visibility == Visibility.DELETED


def test_what_waited_for_a_look_waits_again(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.nia, ask(cast.alice), "Look at https://shop.example/coat please.")
    delete(cast.nia, post_id)
    undelete(cast.nia, post_id)
    assert post(post_id).visibility == Visibility.HELD


def test_a_moderators_decision_is_not_undone(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    delete(cast.bob, post_id)
    show(post_id, Visibility.HIDDEN)
    show(post_id, Visibility.DELETED)
    with pytest.raises(NotFound):
        undelete(cast.bob, post_id)
    assert post(post_id).visibility == Visibility.DELETED
    hidden = answer(cast.bob, ask(cast.alice))
    show(hidden, Visibility.HIDDEN)
    with pytest.raises(Problem, match="any more"):
        delete(cast.bob, hidden)


def test_in_a_locked_thread_nothing_goes_or_comes(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    first, second = answer(cast.bob, thread_id), answer(cast.bob, thread_id, "And the slip.")
    delete(cast.bob, first)
    lock(cast.mona, thread_id)
    with pytest.raises(Problem, match="locked"):
        undelete(cast.bob, first)
    with pytest.raises(Problem, match="locked"):
        delete(cast.bob, second)


def test_what_hung_on_it_ends_and_others_words_are_kept(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = opening(thread_id)
    proposal_id = propose(cast.tess, post_id)
    forum.keep_draft(cast.alice.actor, None, forum.edit_draft(post_id), {"source": "Unsaved."})
    forum.keep_draft(cast.tess.actor, None, forum.propose_draft(post_id), {"source": "Unsent."})
    forum.keep_draft(cast.bob.actor, None, operations.answer_draft(thread_id), {"source": "My answer."})
    delete(cast.alice, post_id)
    assert proposal(proposal_id).state == "ended"
    assert count(Draft) == 1
    undelete(cast.alice, post_id)
    assert "My answer." in page(cast.bob.client, thread_id)


def test_the_list_names_no_thread_that_was_hidden_since(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice, "A title that went into hiding")
    delete(cast.bob, answer(cast.bob, thread_id))
    assert "went into hiding" in cast.bob.client.get("/me/deleted").text
    hide(Thread, thread_id)
    shown = cast.bob.client.get("/me/deleted").text
    assert "went into hiding" not in shown
    assert "In a thread that cannot be read at the moment" in shown


def test_others_see_no_delete(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    for who, there in ((cast.bob, True), (cast.alice, False), (cast.mona, False)):
        assert (f"/posts/{post_id}/delete" in page(who.client, thread_id)) is there
    assert count(Post) == 2
