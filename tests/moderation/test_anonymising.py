"""Somebody becomes nobody: what they posted stays, and nothing says any more who they were."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS
from app.accounts.models import Account, AccountState, FormerEmail, SignInAddress, SignInSession
from app.accounts.operations import sanctioning
from app.accounts.operations.sanctioning import Sanction
from app.audit import operations as audit
from app.audit.models import AuditEntry
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Draft, Post
from app.mail.queries import Letter
from app.moderation import operations as moderation
from app.moderation import owning
from app.moderation.acts import Verb
from app.moderation.models import Report
from app.notifications.models import Notification
from tests.house.town import rows
from tests.moderation.steps import decide, decision, on_person, review
from tests.moderation.test_evidence import PDF, ref_and_token
from tests.moderation.test_reporting import link_in, report, to
from tests.questions.steps import answer, ask, count, page, reply, token

SECRETS = ("robertson", "bob@example.org", "old@example.com", "Old coats", "Half a sentence")


@pytest.fixture
def bob(cast: SimpleNamespace) -> SimpleNamespace:
    """bob renamed himself robertson, wrote of himself, and has something of every sort; his posts."""
    things = SimpleNamespace(thread=ask(cast.alice))
    things.post = answer(cast.bob, things.thread)
    reply(cast.alice, things.post, "Thank you.")
    mine = {"display_name": "Robertson", "bio": "Old coats.", "tz": "UTC"}
    assert cast.bob.client.post("/me/profile", data=mine).status_code == 303
    assert cast.bob.client.post("/me/name", data={"name": "robertson"}).status_code == 303
    forum.keep_draft(cast.bob.actor, None, "ask", {"title": "Half a sentence"})
    forum.save(cast.bob.actor, thread_id=things.thread)
    with transaction() as session:
        session.add(FormerEmail(account_id=cast.bob.id, email="old@example.com", replaced_at=now()))
        session.add(SignInAddress(account_id=cast.bob.id, address="0" * 64, day=now().date()))
        sanctioning.impose(cast.bob.id, Sanction.HELD, now(), "Called himself Robertson")
    return things


def _anonymise(by: Any, who: Any, typed: str | None = None) -> None:
    name = db.session.scalar(select(Account.name).where(Account.id == who.id)) or ""
    owning.anonymise(by.actor, account_id=who.id, typed=name if typed is None else typed)


def _everything() -> str:
    return repr(rows()).lower()


def test_nothing_says_who_they_were(cast: SimpleNamespace, bob: SimpleNamespace) -> None:
    assert all(secret.lower() in _everything() for secret in SECRETS)
    _anonymise(cast.mona, cast.bob)
    left = _everything()
    assert [secret for secret in SECRETS if secret.lower() in left] == []
    row = db.session.get_one(Account, cast.bob.id)
    assert (row.state, row.display_name) == (AccountState.GHOST, f"deleted person {cast.bob.id}")
    for table in (Draft, SignInAddress):
        assert count(table) == 0, table
    for table in (SignInSession, Notification):
        assert db.session.scalar(select(table.id).where(table.account_id == cast.bob.id)) is None, table


def test_what_they_posted_stays(cast: SimpleNamespace, bob: SimpleNamespace) -> None:
    _anonymise(cast.mona, cast.bob)
    shown = page(cast.alice.client, bob.thread)
    assert "Send the photo of the hole." in shown
    assert f"deleted person {cast.bob.id}" in shown
    assert db.session.get_one(Post, bob.post).author_id == cast.bob.id
    assert "Robertson" not in shown


def test_their_page_and_their_browsers_are_gone(
    app: Flask, cast: SimpleNamespace, bob: SimpleNamespace
) -> None:
    _anonymise(cast.mona, cast.bob)
    for name in ("bob", "robertson", f"_deleted_{cast.bob.id}"):
        assert cast.alice.client.get(f"/people/{name}").status_code == 404, name
    assert cast.bob.client.get("/me").status_code == 303


def test_it_stands_in_the_log_and_the_log_still_holds(cast: SimpleNamespace, bob: SimpleNamespace) -> None:
    _anonymise(cast.mona, cast.bob)
    verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs == ["rename", "anonymise"]
    assert audit.verify() is None


def test_others_keep_what_is_theirs(cast: SimpleNamespace, bob: SimpleNamespace) -> None:
    forum.keep_draft(cast.alice.actor, None, "ask", {"title": "Mine"})
    _anonymise(cast.mona, cast.bob)
    assert count(Draft) == 1
    assert cast.alice.client.get("/me").status_code == 200
    assert db.session.scalar(select(Notification.id).where(Notification.account_id == cast.alice.id))


def test_the_name_is_typed(cast: SimpleNamespace) -> None:
    for typed in ("", "charlie"):
        with pytest.raises(Problem, match="Write the name exactly: bob"):
            _anonymise(cast.mona, cast.bob, typed)
    _anonymise(cast.mona, cast.bob, " @Bob ")


@pytest.mark.parametrize("who", ["alice", "bob", "tess", "agnes"])
def test_only_moderators(cast: SimpleNamespace, who: str) -> None:
    with pytest.raises(NotFound):
        _anonymise(getattr(cast, who), cast.bob)


def test_staff_are_for_admins(cast: SimpleNamespace) -> None:
    with pytest.raises(Problem, match="an admin decides"):
        _anonymise(cast.mona, cast.agnes)
    with pytest.raises(Problem, match="about themselves"):
        _anonymise(cast.mona, cast.mona)
    _anonymise(cast.adam, cast.agnes)
    with pytest.raises(NotFound):
        _anonymise(cast.adam, cast.agnes)


@pytest.mark.parametrize("asks", [False, True])
def test_what_a_reporter_asked_about_them_stays_answered(
    cast: SimpleNamespace, work: Callable[[], None], mailbox: Callable[[], list[Letter]], asks: bool
) -> None:
    """Somebody without an account was told an outcome, and has added a file or asked for another look."""
    report(on_person(cast.bob.id))
    ref = decide(cast.mona, on_person(cast.bob.id), Verb.KEEP)
    work()
    _ref, link = ref_and_token(link_in(to(mailbox())[0]))
    if asks:
        appeal_id = moderation.appeal_report(ANONYMOUS, ref=ref, link=link, source="Still.", token=token())
        moderation.decide_appeal(
            cast.adam.actor, appeal_id=appeal_id, reverse=True, answer="So it is.", token=token()
        )
    else:
        moderation.add_file(ANONYMOUS, ref=ref, link=link, content=PDF, called="a.pdf")
        moderation.undo(cast.mona.actor, ref=ref)
    owning.anonymise(cast.mona.actor, account_id=cast.bob.id, typed=cast.bob.name)
    told = db.session.scalars(select(Report)).one()
    assert told.decision_id == decision(ref).id
    assert review(on_person(cast.bob.id)).opened_at is None
