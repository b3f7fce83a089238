"""Who is suspended reads, writes to Support, and is told why and until when."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.actor import Role
from app.accounts.queries import actor_of
from app.audit.models import AuditEntry, AuditPayload
from app.core import clock
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.desk.models import Ticket
from app.forum.models import Post
from app.forum.policy import write
from app.moderation import operations
from app.moderation.acts import Verb
from app.moderation.words import Reason
from tests.community.steps import account
from tests.desk.steps import fields as ticket
from tests.moderation.steps import decide, on_person
from tests.questions.steps import accept, answer, ask, count, fields, token

WHY = "Three warnings about links"
TOLD = "Three warnings about links. You can still read, and write to Support."


def _day(days: int = 30) -> date:
    return (now() + timedelta(days=days)).date()


def _suspend(by: Any, who: Any, days: int = 30) -> None:
    decide(by, on_person(who.id), Verb.SUSPEND, Reason.SPAM, WHY, until=_day(days))


def test_a_moderator_suspends(cast: SimpleNamespace) -> None:
    _suspend(cast.mona, cast.bob)
    row = account(cast.bob)
    assert row.suspended_because == f"{WHY}."
    assert row.suspended_until is not None
    entry = db.session.execute(select(AuditEntry, AuditPayload).join(AuditPayload)).one()
    assert (entry.AuditEntry.verb, entry.AuditEntry.actor_id, entry.AuditEntry.target_id) == (
        "suspend",
        cast.mona.id,
        cast.bob.id,
    )
    assert entry.AuditPayload.facts["said"] == WHY


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
    for path in ("/mod/queue", "/mod/log", "/tags/coats/edit"):
        assert cast.mona.client.get(path).status_code == 404, path
    assert cast.mona.client.get(f"/t/{thread_id}", follow_redirects=True).status_code == 200
    decide(cast.adam, on_person(cast.mona.id), Verb.LIFT)
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


def test_lifting_it(cast: SimpleNamespace) -> None:
    _suspend(cast.mona, cast.bob)
    decide(cast.adam, on_person(cast.bob.id), Verb.LIFT)
    with pytest.raises(Problem, match="Nothing holds them back"):
        decide(cast.adam, on_person(cast.bob.id), Verb.LIFT)
    assert account(cast.bob).suspended_until is None
    assert "You can post again" in cast.bob.client.get("/me/notifications?show=all").text
    assert cast.bob.client.post("/ask", data=fields()).status_code == 303


def test_another_end_for_one_who_is_suspended(cast: SimpleNamespace) -> None:
    _suspend(cast.mona, cast.bob, 30)
    first = account(cast.bob).suspended_until
    _suspend(cast.mona, cast.bob, 3)
    second = account(cast.bob).suspended_until
    assert first is not None
    assert second is not None
    assert second < first


@pytest.mark.parametrize("days", [0, -5, 367, 400])
def test_it_ends_after_today_and_within_a_year(cast: SimpleNamespace, days: int) -> None:
    with pytest.raises(Problem, match="after today and within a year"):
        _suspend(cast.mona, cast.bob, days)
    assert account(cast.bob).suspended_until is None


@pytest.mark.parametrize("until", ["soon", "9999-12-31", "0001-01-01"])
def test_days_that_are_none(cast: SimpleNamespace, until: str) -> None:
    review_id = operations.open_review(cast.mona.actor, target=on_person(cast.bob.id))
    sent = {"verb": "suspend", "reason": "spam", "until": until, "seen": f"{review_id}:1:"}
    page = cast.mona.client.post(f"/mod/reviews/{review_id}/decide", data=sent)
    assert page.status_code == 422
    assert account(cast.bob).suspended_until is None


@pytest.mark.parametrize("who", ["alice", "nia", "agnes", "bob"])
def test_only_moderators(cast: SimpleNamespace, who: str) -> None:
    person = getattr(cast, who)
    assert "Decide about them" not in person.client.get("/people/bob").text
    assert "Decide about them" in cast.mona.client.get("/people/bob").text
    with pytest.raises(NotFound):
        _suspend(person, cast.bob)


@pytest.mark.parametrize("name", ["agnes", "adam", "mona"])
def test_moderators_do_not_suspend_staff(cast: SimpleNamespace, enter: Callable[..., Any], name: str) -> None:
    moira = enter("moira", Role.MODERATOR)
    with pytest.raises(Problem, match="an admin decides"):
        _suspend(moira, getattr(cast, name))
    assert account(getattr(cast, name)).suspended_until is None


def test_an_admin_suspends_a_moderator_but_nobody_suspends_themself(cast: SimpleNamespace) -> None:
    _suspend(cast.adam, cast.mona)
    assert account(cast.mona).suspended_until is not None
    with pytest.raises(Problem, match="about you"):
        _suspend(cast.adam, cast.adam)


def test_accepting_is_writing_too(cast: SimpleNamespace) -> None:
    post_id = answer(cast.alice, ask(cast.bob))
    _suspend(cast.mona, cast.bob)
    stale = SimpleNamespace(actor=actor_of(cast.bob.id))
    with pytest.raises(Problem, match="You cannot post until"):
        accept(stale, post_id)
