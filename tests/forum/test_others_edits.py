"""Moderators change what others wrote, and say why; a newcomer's new link waits."""

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry, AuditPayload
from app.audit.operations import verify
from app.core.db import db
from app.core.problems import Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Revision, Visibility
from tests.forum.steps import BETTER, edit, opening
from tests.questions.steps import answer, ask, count, page, post, thread

LINK = "Look at https://shop.example/coat please."


def test_a_moderator_edits_with_a_reason_and_it_is_noted(app: Flask, cast: SimpleNamespace) -> None:
    post_id = opening(ask(cast.alice))
    form = cast.mona.client.get(f"/p/{post_id}/edit").text
    assert "Edit somebody else" in form
    fields = {"version": "1", "title": "A better title for it", "source": BETTER, "tags": "wool"}
    refused = cast.mona.client.post(f"/p/{post_id}/edit", data=fields)
    assert refused.status_code == 422
    assert "Say in a few words why." in refused.text
    assert BETTER in refused.text
    assert count(Revision) == 0
    sent = cast.mona.client.post(f"/p/{post_id}/edit", data={**fields, "reason": "Says what it is about."})
    assert sent.status_code == 303
    row = db.session.scalars(select(Revision)).one()
    assert (row.editor_id, row.reason, row.tags) == (cast.mona.id, "Says what it is about.", ["coats"])
    entry = db.session.scalars(select(AuditEntry)).one()
    facts = db.session.scalars(select(AuditPayload)).one().facts
    assert (entry.verb, entry.actor_id, entry.target_id, facts["reason"]) == (
        "edit",
        cast.mona.id,
        post_id,
        "Says what it is about.",
    )
    assert verify() is None
    assert post(post_id).author_id == cast.alice.id


def test_the_operation_asks_for_the_reason_too(app: Flask, cast: SimpleNamespace) -> None:
    post_id = opening(ask(cast.alice))
    with pytest.raises(Problem, match="few words why"):
        edit(cast.mona, post_id)
    edit(cast.mona, post_id, reason="Typing error.")
    assert post(post_id).source == BETTER


def test_of_ones_own_the_reason_may_be_left_out(app: Flask, cast: SimpleNamespace) -> None:
    post_id = opening(ask(cast.alice))
    edit(cast.alice, post_id)
    edit(cast.alice, post_id, "Again.", version=2, reason="Second thoughts.")
    assert [row.reason for row in db.session.scalars(select(Revision).order_by(Revision.version))] == [
        "",
        "Second thoughts.",
    ]
    assert count(AuditEntry) == 0


def test_moderators_see_the_button_and_members_do_not(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    for who, there in ((cast.mona, True), (cast.bob, True), (cast.charlie, False), (cast.tess, False)):
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


def test_what_is_hidden_is_not_edited_by_moderators_either(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    _show(post_id, Visibility.HIDDEN)
    assert cast.mona.client.get(f"/p/{post_id}/edit").status_code == 404
    with pytest.raises(Problem, match="any more"):
        edit(cast.mona, post_id, reason="Clearer.")


def _show(post_id: int, visibility: Visibility) -> None:
    with transaction():
        forum.set_visibility(post_id, visibility, by_id=None)
