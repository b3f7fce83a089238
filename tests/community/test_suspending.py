"""Who is suspended reads, writes to Support, and is told why and until when."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import Role
from app.accounts.queries import actor_of
from app.audit.models import AuditEntry, AuditPayload
from app.community import operations
from app.community.events import PersonSuspended, SuspensionLifted
from app.core import clock, events
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.desk.models import Ticket
from app.forum.models import Post
from app.forum.policy import write
from tests.community.steps import account
from tests.desk.steps import fields as ticket
from tests.questions.steps import accept, answer, ask, count, fields, token

WHY = "Three warnings about links"
TOLD = "Three warnings about links. You can still read, and write to Support."


def _day(days: int = 30) -> date:
    return (now() + timedelta(days=days)).date()


def _form(**changes: object) -> dict[str, object]:
    return {"until": _day().isoformat(), "because": WHY, "form_token": token(), **changes}


def _suspend(by: Any, who: Any, days: int = 30) -> None:
    operations.suspend(by.actor, account_id=who.id, until=_day(days), because=WHY, token=token())


@pytest.fixture
def heard(app: Flask) -> list[object]:
    told: list[object] = []
    events.on(app, PersonSuspended, told.append)
    events.on(app, SuspensionLifted, told.append)
    return told


def test_a_moderator_suspends(cast: SimpleNamespace, heard: list[object]) -> None:
    sent = cast.mona.client.post("/people/bob/suspend", data=_form())
    assert (sent.status_code, sent.location) == (303, "/people/bob")
    row = account(cast.bob)
    assert row.suspended_because == f"{WHY}."
    assert row.suspended_until is not None
    assert heard == [PersonSuspended(cast.bob.id)]
    entry = db.session.execute(select(AuditEntry, AuditPayload).join(AuditPayload)).one()
    assert (entry.AuditEntry.verb, entry.AuditEntry.actor_id, entry.AuditEntry.target_id) == (
        "suspend",
        cast.mona.id,
        cast.bob.id,
    )
    assert entry.AuditPayload.facts["because"] == f"{WHY}."


def test_it_ends_when_the_day_begins_where_they_live(cast: SimpleNamespace) -> None:
    with clock.frozen(now()):
        cast.bob.client.post("/me/profile", data={"display_name": "Bob", "tz": "Pacific/Auckland"})
        _suspend(cast.mona, cast.bob)
        until = account(cast.bob).suspended_until
    assert until is not None
    assert until.hour in {10, 11, 12, 13}
    assert until.date() == _day() - timedelta(days=1)
    with clock.frozen(until - timedelta(seconds=1)):
        assert actor_of(cast.bob.id).is_suspended  # type: ignore[union-attr]
    with clock.frozen(until):
        assert not actor_of(cast.bob.id).is_suspended  # type: ignore[union-attr]
        assert ask(cast.bob)


def test_they_do_not_write_and_are_told_why(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.bob)
    answer_id = answer(cast.alice, thread_id)
    other = ask(cast.alice)
    mine = answer(cast.bob, other)
    before = count(Post)
    _suspend(cast.mona, cast.bob)
    browser = cast.bob.client
    for path, data in (
        ("/ask", fields(title="Where is my parcel", source="It is late.")),
        (f"/questions/{other}/answers", {"source": "Like this.", "form_token": token()}),
        (f"/posts/{answer_id}/replies", {"source": "Thank you.", "form_token": token()}),
        (f"/posts/{answer_id}/accept", {"seen": ""}),
    ):
        page = browser.post(path, data=data, follow_redirects=True)
        assert TOLD in page.text, path
    assert browser.post(f"/p/{mine}/edit", data={"source": "New.", "version": "1"}).status_code == 404
    assert count(Post) == before


def test_what_was_typed_stays(cast: SimpleNamespace) -> None:
    _suspend(cast.mona, cast.bob)
    page = cast.bob.client.post("/ask", data=fields(source="It is late, and blue."))
    assert page.status_code == 422
    assert "It is late, and blue." in page.text


def test_they_read_and_see_it_on_every_page(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    _suspend(cast.mona, cast.bob)
    for path in ("/", "/me", "/people/bob", f"/t/{thread_id}", "/nowhere"):
        page = cast.bob.client.get(path, follow_redirects=True)
        assert TOLD in page.text, path
        assert TOLD not in cast.alice.client.get(path, follow_redirects=True).text
    assert "Post answer" not in cast.bob.client.get(f"/t/{thread_id}", follow_redirects=True).text


def test_they_write_to_support_and_change_their_account(cast: SimpleNamespace) -> None:
    _suspend(cast.mona, cast.bob)
    assert cast.bob.client.post("/help", data=ticket()).status_code == 303
    assert count(Ticket) == 1
    assert cast.bob.client.post("/me/profile", data={"display_name": "Bob", "tz": "UTC"}).status_code == 303
    assert account(cast.bob).tz == "UTC"


@pytest.mark.parametrize("change", [{"display_name": "Buy at shop"}, {"bio": "Buy at shop.example"}])
def test_what_others_read_of_them_stays_as_it_is(cast: SimpleNamespace, change: dict[str, str]) -> None:
    _suspend(cast.mona, cast.bob)
    for path, data in (
        ("/me/profile", {"display_name": "Bob", "bio": "", "tz": "UTC", **change}),
        ("/me/name", {"name": "buy-at-shop"}),
    ):
        page = cast.bob.client.post(path, data=data)
        assert page.status_code == 422, path
        assert "stays as it is while you are suspended" in page.text
    row = account(cast.bob)
    assert (row.name, row.display_name, row.bio) == ("bob", "Bob", "")


def test_staff_who_are_suspended_decide_nothing(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    assert cast.mona.client.get("/mod/queue").status_code == 200
    _suspend(cast.adam, cast.mona)
    assert actor_of(cast.mona.id).role is Role.MEMBER  # type: ignore[union-attr]
    for path in ("/mod/queue", f"/t/{thread_id}/lock", f"/questions/{thread_id}/archive", "/tags/coats/edit"):
        assert cast.mona.client.get(path).status_code == 404, path
    assert cast.mona.client.post("/people/bob/suspend", data=_form()).status_code == 404
    assert cast.mona.client.get(f"/t/{thread_id}", follow_redirects=True).status_code == 200
    operations.lift(cast.adam.actor, account_id=cast.mona.id)
    assert cast.mona.client.get("/mod/queue").status_code == 200


def test_trusted_people_who_are_suspended_describe_no_tags(cast: SimpleNamespace) -> None:
    cast.alice.client.post("/ask", data=fields(tags="coats"))
    _suspend(cast.mona, cast.tess)
    page = cast.tess.client.post("/tags/coats/edit", data={"description": "Buy at shop", "seen": ""})
    assert page.status_code == 422
    assert "You cannot post until" in page.text


def test_asking_costs_no_statement(cast: SimpleNamespace, statements: list[str]) -> None:
    _suspend(cast.mona, cast.bob)
    actor = actor_of(cast.bob.id)
    del statements[:]
    assert actor is not None
    assert TOLD in str(write(actor))
    assert write(cast.alice.actor) is None
    assert statements == []


def test_others_do_not_see_it(cast: SimpleNamespace) -> None:
    _suspend(cast.mona, cast.bob)
    assert WHY not in cast.alice.client.get("/people/bob").text
    page = cast.adam.client.get("/people/bob").text
    assert f"{WHY}." in page
    assert "Lift the suspension" in page


def test_lifting_it(cast: SimpleNamespace, heard: list[object]) -> None:
    _suspend(cast.mona, cast.bob)
    sent = cast.adam.client.post("/people/bob/lift")
    assert (sent.status_code, sent.location) == (303, "/people/bob")
    operations.lift(cast.adam.actor, account_id=cast.bob.id)
    assert heard == [PersonSuspended(cast.bob.id), SuspensionLifted(cast.bob.id)]
    assert account(cast.bob).suspended_until is None
    assert cast.bob.client.post("/ask", data=fields()).status_code == 303


def test_sent_twice_is_once(cast: SimpleNamespace, heard: list[object]) -> None:
    form = _form()
    for _time in range(2):
        assert cast.mona.client.post("/people/bob/suspend", data=form).status_code == 303
    assert (len(heard), count(AuditEntry)) == (1, 1)


def test_another_end_for_one_who_is_suspended(cast: SimpleNamespace) -> None:
    _suspend(cast.mona, cast.bob, 30)
    first = account(cast.bob).suspended_until
    _suspend(cast.mona, cast.bob, 3)
    second = account(cast.bob).suspended_until
    assert first is not None
    assert second is not None
    assert second < first


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"because": ""}, "Say why: they read it."),
        ({"because": "\u200b \u2060"}, "Say why: they read it."),
        ({"because": "x" * 301}, "at most 300 characters"),
        ({"because": "x" * 300}, "at most 300 characters"),
        ({"until": ""}, "Choose the day on which it ends."),
        ({"until": "soon"}, "Write the day like 2026-12-03."),
        ({"until": _day(0).isoformat()}, "after today and within a year"),
        ({"until": _day(-5).isoformat()}, "after today and within a year"),
        ({"until": _day(367).isoformat()}, "after today and within a year"),
        ({"until": "9999-12-31"}, "after today and within a year"),
        ({"until": "0001-01-01"}, "after today and within a year"),
    ],
)
def test_what_will_not_do(cast: SimpleNamespace, change: dict[str, object], sentence: str) -> None:
    page = cast.mona.client.post("/people/bob/suspend", data=_form(**change))
    assert page.status_code == 422
    assert sentence in page.text
    assert account(cast.bob).suspended_until is None


@pytest.mark.parametrize("who", ["alice", "nia", "agnes", "bob"])
def test_only_moderators(cast: SimpleNamespace, who: str) -> None:
    person = getattr(cast, who)
    assert "Suspend" not in person.client.get("/people/bob").text
    assert person.client.post("/people/bob/suspend", data=_form()).status_code == 404
    with pytest.raises(NotFound):
        _suspend(person, cast.bob)
    with pytest.raises(NotFound):
        operations.lift(person.actor, account_id=cast.bob.id)


@pytest.mark.parametrize("name", ["agnes", "adam", "mona"])
def test_moderators_do_not_suspend_staff(cast: SimpleNamespace, enter: Callable[..., Any], name: str) -> None:
    moira = enter("moira", Role.MODERATOR)
    page = moira.client.post(f"/people/{name}/suspend", data=_form())
    assert page.status_code == 422
    assert "Staff are not suspended here." in page.text
    assert account(getattr(cast, name)).suspended_until is None


def test_an_admin_suspends_a_moderator_but_nobody_suspends_themself(cast: SimpleNamespace) -> None:
    _suspend(cast.adam, cast.mona)
    assert account(cast.mona).suspended_until is not None
    with pytest.raises(Problem, match="yourself"):
        _suspend(cast.adam, cast.adam)


def test_accepting_is_writing_too(cast: SimpleNamespace) -> None:
    post_id = answer(cast.alice, ask(cast.bob))
    _suspend(cast.mona, cast.bob)
    stale = SimpleNamespace(actor=actor_of(cast.bob.id))
    with pytest.raises(Problem, match="You cannot post until"):
        accept(stale, post_id)
