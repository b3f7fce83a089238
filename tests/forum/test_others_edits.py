"""Only who wrote something edits it, and may say why; a newcomer's new link waits."""

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.db import db
from app.core.problems import Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Revision, Visibility
from tests.forum.steps import BETTER, edit, opening
from tests.questions.steps import answer, ask, count, page, post, thread

LINK = "Look at https://shop.example/coat please."


@pytest.mark.parametrize("name", ["charlie", "tess", "agnes", "mona", "adam"])
def test_nobody_else_edits_it_and_moderators_decide_about_it(cast: SimpleNamespace, name: str) -> None:
    who = getattr(cast, name)
    post_id = opening(ask(cast.alice))
    fields = {
        "version": "1",
        "title": "A better title for it",
        "source": BETTER,
        "tags": "wool",
        "reason": "Why.",
    }
    assert who.client.get(f"/p/{post_id}/edit").status_code == 404
    assert who.client.post(f"/p/{post_id}/edit", data=fields).status_code == 404
    with pytest.raises(Problem, match="only what you wrote"):
        edit(who, post_id, reason="Why.")
    assert count(Revision) == 0


def test_of_ones_own_the_reason_may_be_left_out(app: Flask, cast: SimpleNamespace) -> None:
    post_id = opening(ask(cast.alice))
    edit(cast.alice, post_id)
    edit(cast.alice, post_id, "Again.", version=2, reason="Second thoughts.")
    assert [row.reason for row in db.session.scalars(select(Revision).order_by(Revision.version))] == [
        "",
        "Second thoughts.",
    ]
    assert count(AuditEntry) == 0


def test_its_author_sees_the_button(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    for who, there in ((cast.bob, True), (cast.mona, False), (cast.charlie, False), (cast.tess, False)):
        assert (f'href="/p/{post_id}/edit"' in page(who.client, thread_id)) is there


@pytest.mark.parametrize("reason", ["x" * 201, "\u202e" * 300 + "x" * 201])
def test_a_reason_that_is_too_long_is_said_beside_it(app: Flask, cast: SimpleNamespace, reason: str) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    sent = cast.bob.client.post(
        f"/p/{post_id}/edit", data={"version": "1", "source": BETTER, "reason": reason}
    )
    assert sent.status_code == 422
    assert "At most 200 characters" in sent.text
    assert BETTER in sent.text


def test_a_newcomers_new_link_lets_the_post_wait_again(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.nia, thread_id)
    assert thread(thread_id).answer_count == 1
    sent = cast.nia.client.post(
        f"/p/{post_id}/edit", data={"version": "1", "source": LINK}, follow_redirects=True
    )
    assert "somebody looks at it before others see it" in sent.text
    assert post(post_id).visibility == Visibility.HELD
    assert db.session.scalars(select(Revision.source)).one() == "Send the photo of the hole."
    assert thread(thread_id).answer_count == 0
    assert "shop.example" not in page(cast.bob.client, thread_id)
    assert "shop.example" in page(cast.nia.client, thread_id)


def test_a_newcomers_question_waits_whole(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.nia)
    edit(cast.nia, opening(thread_id), LINK)
    assert thread(thread_id).visibility == Visibility.HELD
    assert cast.bob.client.get(f"/t/{thread_id}").status_code == 404


def test_a_link_that_was_looked_at_does_not_wait_twice(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.nia, ask(cast.alice), LINK)
    edit(cast.nia, post_id, LINK + " Thank you.")
    assert post(post_id).visibility == Visibility.HELD
    _show(post_id, Visibility.PUBLIC)
    edit(cast.nia, post_id, LINK + " Thanks again.", version=2)
    assert post(post_id).visibility == Visibility.PUBLIC
    edit(cast.nia, post_id, LINK + " Or https://other.example/.", version=3)
    assert post(post_id).visibility == Visibility.HELD


def test_members_links_do_not_wait(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    edit(cast.bob, post_id, LINK)
    assert post(post_id).visibility == Visibility.PUBLIC


def test_a_reason_is_kept_with_what_was_typed_signed_out(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    visitor = app.test_client()
    sent = visitor.post(
        f"/p/{post_id}/edit", data={"version": "1", "source": BETTER, "reason": "Slip of the pen."}
    )
    assert sent.status_code == 303
    with visitor.session_transaction() as cookie, cast.bob.client.session_transaction() as bobs:
        bobs["draft"] = cookie["draft"]
    form = cast.bob.client.get(f"/p/{post_id}/edit?kept=1").text
    assert "Slip of the pen." in form
    assert BETTER in form


def test_what_is_hidden_is_not_edited(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    _show(post_id, Visibility.HIDDEN)
    assert cast.bob.client.get(f"/p/{post_id}/edit").status_code == 404
    with pytest.raises(Problem, match="any more"):
        edit(cast.bob, post_id)


def _show(post_id: int, visibility: Visibility) -> None:
    with transaction():
        forum.set_visibility(post_id, visibility, by_id=None)
