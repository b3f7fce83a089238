"""A locked thread takes nothing new from members, and says why."""

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.audit.operations import verify
from app.core.db import db
from app.core.events import on
from app.core.problems import NotFound, Problem
from app.forum import operations as forum
from app.forum.events import ThreadLocked
from tests.forum.steps import edit, opening, propose
from tests.questions.steps import accept, answer, ask, page, reply, thread

WHY = "It went round in circles."


def lock(who: SimpleNamespace, thread_id: int) -> None:
    forum.lock(who.actor, thread_id=thread_id, reason=WHY)


def test_locked_says_why_and_unlocked_is_as_before(app: Flask, cast: SimpleNamespace) -> None:
    said: list[ThreadLocked] = []
    on(app, ThreadLocked, said.append)
    thread_id = ask(cast.alice)
    assert f"/t/{thread_id}/lock" in page(cast.mona.client, thread_id)
    assert "Moderate" not in page(cast.bob.client, thread_id)
    sent = cast.mona.client.post(f"/t/{thread_id}/lock", data={"reason": WHY}, follow_redirects=True)
    assert "The page says why." in sent.text
    for browser in (app.test_client(), cast.bob.client, cast.alice.client):
        shown = page(browser, thread_id)
        assert WHY in shown
        assert "takes no answers at the moment" in shown
        assert 'id="answer"' not in shown
        assert "/edit" not in shown
    assert 'id="answer"' in page(cast.mona.client, thread_id)
    cast.mona.client.post(f"/t/{thread_id}/unlock")
    shown = page(cast.bob.client, thread_id)
    assert WHY not in shown
    assert 'id="answer"' in shown
    assert said == [
        ThreadLocked(thread_id, cast.mona.id, locked=True),
        ThreadLocked(thread_id, cast.mona.id, locked=False),
    ]
    assert db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all() == ["lock", "unlock"]
    assert verify() is None


def test_nothing_new_from_members(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    lock(cast.mona, thread_id)
    for act in (
        lambda: answer(cast.charlie, thread_id),
        lambda: reply(cast.alice, post_id),
        lambda: edit(cast.bob, post_id),
        lambda: edit(cast.alice, opening(thread_id)),
        lambda: propose(cast.tess, post_id),
        lambda: accept(cast.alice, post_id),
    ):
        with pytest.raises(Problem, match="locked"):
            act()
    assert cast.bob.client.get(f"/p/{post_id}/edit").status_code == 404
    answer(cast.agnes, thread_id)
    reply(cast.mona, post_id)
    edit(cast.mona, post_id, reason="Calmer.")


def test_what_was_typed_meanwhile_stays(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    lock(cast.mona, thread_id)
    sent = cast.bob.client.post(f"/questions/{thread_id}/answers", data={"source": "I had begun to write."})
    assert sent.status_code == 422
    assert "I had begun to write." in sent.text
    assert "This thread is locked" in sent.text


def test_twice_is_once_and_the_first_reason_stays(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    lock(cast.mona, thread_id)
    forum.lock(cast.adam.actor, thread_id=thread_id, reason="Another reason.")
    assert thread(thread_id).lock_reason == WHY
    for _time in range(2):
        forum.unlock(cast.adam.actor, thread_id=thread_id)
    assert db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all() == ["lock", "unlock"]


def test_nobody_else_may(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    for who in (cast.alice, cast.bob, cast.tess, cast.agnes):
        with pytest.raises(NotFound):
            lock(who, thread_id)
        with pytest.raises(NotFound):
            forum.unlock(who.actor, thread_id=thread_id)
    with pytest.raises(NotFound):
        lock(cast.mona, 999)


@pytest.mark.parametrize(("reason", "said"), [("", "Say in a few words why."), ("x" * 201, "At most 200")])
def test_without_a_reason_it_stays_open(app: Flask, cast: SimpleNamespace, reason: str, said: str) -> None:
    thread_id = ask(cast.alice)
    sent = cast.mona.client.post(f"/t/{thread_id}/lock", data={"reason": reason})
    assert sent.status_code == 422
    assert said in sent.text
    assert thread(thread_id).locked_at is None
