"""An archived question is found and read, and stays as it is."""

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core.db import db
from app.core.events import on
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Visibility
from app.questions import operations
from app.questions.events import Archived
from tests.forum.steps import edit, opening, propose
from tests.questions.steps import accept, answer, ask, page, reply, thread

WHY = "The courier closed down in spring."


def archive(who: SimpleNamespace, thread_id: int) -> None:
    operations.archive(who.actor, thread_id=thread_id, reason=WHY)


def unarchive(who: SimpleNamespace, thread_id: int) -> None:
    operations.unarchive(who.actor, thread_id=thread_id)


def test_read_only_says_why_and_comes_back(app: Flask, cast: SimpleNamespace) -> None:
    said: list[Archived] = []
    on(app, Archived, said.append)
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    accept(cast.alice, answer_id)
    sent = cast.mona.client.post(
        f"/questions/{thread_id}/archive", data={"reason": WHY}, follow_redirects=True
    )
    assert "Archived. The page says why." in sent.text
    assert thread(thread_id).state == "archived"
    for who in (cast.alice, cast.bob, cast.mona):
        shown = page(who.client, thread_id)
        assert WHY in shown
        assert "archived, so it takes no answers" in shown
        assert 'id="answer"' not in shown
    assert WHY in page(app.test_client(), thread_id)
    for act in (
        lambda: answer(cast.charlie, thread_id),
        lambda: answer(cast.mona, thread_id),
        lambda: reply(cast.alice, answer_id),
        lambda: edit(cast.bob, answer_id),
        lambda: propose(cast.tess, answer_id),
        lambda: operations.unaccept(cast.alice.actor, thread_id=thread_id, seen=answer_id),
        lambda: operations.delete(cast.alice.actor, post_id=opening(thread_id)),
    ):
        with pytest.raises(Problem):
            act()
    edit(cast.mona, answer_id, reason="Broken link.")
    cast.mona.client.post(f"/questions/{thread_id}/unarchive")
    assert thread(thread_id).state == "solved"
    assert WHY not in page(cast.alice.client, thread_id)
    assert said == [
        Archived(thread_id, cast.mona.id, archived=True),
        Archived(thread_id, cast.mona.id, archived=False),
    ]
    assert db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all() == [
        "archive",
        "edit",
        "unarchive",
    ]


def test_it_goes_back_to_what_it_was_or_has_become(app: Flask, cast: SimpleNamespace) -> None:
    earlier, later = ask(cast.bob, "The one that came first"), ask(cast.alice)
    operations.mark_duplicate(cast.alice.actor, thread_id=later, of_id=earlier)
    answer_id = answer(cast.charlie, earlier)
    for thread_id in (earlier, later):
        archive(cast.mona, thread_id)
    with transaction():
        forum.set_visibility(answer_id, Visibility.HIDDEN, by_id=cast.mona.id)
    for thread_id, state in ((later, "duplicate"), (earlier, "open")):
        unarchive(cast.mona, thread_id)
        assert thread(thread_id).state == state


def test_twice_is_once(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    for _time in range(2):
        archive(cast.mona, thread_id)
    for _time in range(2):
        unarchive(cast.adam, thread_id)
    assert thread(thread_id).state == "open"
    assert db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all() == [
        "archive",
        "unarchive",
    ]


def test_nobody_else_may(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    for who in (cast.alice, cast.bob, cast.tess, cast.agnes):
        for act in (archive, unarchive):
            with pytest.raises(NotFound):
                act(who, thread_id)


@pytest.mark.parametrize(("reason", "said"), [("", "Say in a few words why."), ("x" * 201, "At most 200")])
def test_without_a_reason_it_stays(app: Flask, cast: SimpleNamespace, reason: str, said: str) -> None:
    thread_id = ask(cast.alice)
    sent = cast.mona.client.post(f"/questions/{thread_id}/archive", data={"reason": reason})
    assert sent.status_code == 422
    assert said in sent.text
    assert thread(thread_id).state == "open"
