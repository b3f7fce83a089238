"""Who is silenced says nothing in public, whose posts are held is looked at first, and both are told why."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.actor import Role
from app.accounts.models import Account
from app.accounts.operations import sanctioning
from app.accounts.operations.sanctioning import Imposed, Sanction
from app.accounts.queries import actor_of
from app.core import clock
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.desk.models import Ticket
from app.forum import operations as forum
from app.forum.models import Post, Thread, Visibility
from app.moderation.acts import Verb
from app.moderation.models import Flag
from app.moderation.words import Reason
from app.questions import operations as questions
from tests.desk.steps import fields as ticket
from tests.moderation.steps import decide, flag, on_person
from tests.questions.steps import answer, ask, count, fields, page, reply, token

WHY = "Three insults in a week"
MONTH = timedelta(days=30)


def _impose(who: Any, kind: Sanction, because: str = WHY, lasting: timedelta = MONTH) -> Imposed:
    with transaction():
        return sanctioning.impose(who.id, kind, now() + lasting, because)


def _now(who: Any) -> Any:
    """The person with the actor a request would find."""
    return SimpleNamespace(actor=actor_of(who.id))


def _visibility(post_id: int) -> str:
    return db.session.scalar(select(Post.visibility).where(Post.id == post_id)) or ""


def test_somebody_silenced_says_nothing_in_public(cast: SimpleNamespace) -> None:
    thread_id, other = ask(cast.bob), ask(cast.alice)
    theirs, mine = answer(cast.alice, thread_id), answer(cast.bob, other)
    before = count(Post)
    _impose(cast.bob, Sanction.SILENCED)
    for act in (
        ask,
        lambda who: answer(who, other),
        lambda who: reply(who, theirs),
        lambda who: questions.accept(who.actor, post_id=theirs, seen=None),
        lambda who: forum.vote(who.actor, post_id=theirs, value=1),
        lambda who: questions.have_too(who.actor, thread_id=other),
        lambda who: forum.edit(who.actor, post_id=mine, version=1, source="New.", token=token()),
    ):
        with pytest.raises(Problem, match="You cannot post or vote until"):
            act(_now(cast.bob))
    assert count(Post) == before
    assert cast.bob.client.get(f"/p/{mine}/edit").status_code == 404


def test_they_still_flag_and_write_to_support(cast: SimpleNamespace) -> None:
    post_id = answer(cast.alice, ask(cast.alice))
    _impose(cast.bob, Sanction.SILENCED)
    flag(_now(cast.bob), post_id)
    assert cast.bob.client.post("/help", data=ticket()).status_code == 303
    assert (count(Flag), count(Ticket)) == (1, 1)


def test_somebody_suspended_does_not_flag(cast: SimpleNamespace) -> None:
    post_id = answer(cast.alice, ask(cast.alice))
    _impose(cast.bob, Sanction.SUSPENDED)
    with pytest.raises(Problem, match="You cannot post until"):
        flag(_now(cast.bob), post_id)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Sanction.SILENCED, f"{WHY}. You can still read, flag, and write to Support."),
        (Sanction.HELD, "What you post waits for a look until"),
    ],
)
def test_they_are_told_on_every_page_and_nobody_else_is(
    cast: SimpleNamespace, kind: Sanction, told: str
) -> None:
    _impose(cast.bob, kind)
    for path in ("/", "/me", "/people/bob"):
        shown = cast.bob.client.get(path).text
        assert told in shown, path
        assert f"{WHY}." in shown
        assert WHY not in cast.alice.client.get(path).text
    assert WHY not in cast.alice.client.get("/people/bob").text


def test_what_was_typed_stays(cast: SimpleNamespace) -> None:
    _impose(cast.bob, Sanction.SILENCED)
    shown = cast.bob.client.post("/ask", data=fields(source="It is late, and blue."))
    assert shown.status_code == 422
    assert "It is late, and blue." in shown.text


@pytest.mark.parametrize("change", [{"display_name": "Buy at shop"}, {"bio": "Buy at shop.example"}])
def test_what_others_read_of_somebody_silenced_stays(cast: SimpleNamespace, change: dict[str, str]) -> None:
    _impose(cast.bob, Sanction.SILENCED)
    shown = cast.bob.client.post(
        "/me/profile", data={"display_name": "Bob", "bio": "", "tz": "UTC", **change}
    )
    assert shown.status_code == 422
    assert "stays as it is until you may post again" in shown.text


def test_held_posts_wait_without_a_link_and_go_on_waiting_when_edited(cast: SimpleNamespace) -> None:
    other = ask(cast.alice)
    before = answer(cast.bob, other)
    _impose(cast.bob, Sanction.HELD)
    bob = _now(cast.bob)
    thread_id = ask(bob)
    assert db.session.scalar(select(Thread.visibility).where(Thread.id == thread_id)) == Visibility.HELD
    later = answer(bob, other)
    assert (_visibility(before), _visibility(later)) == (Visibility.PUBLIC, Visibility.HELD)
    assert "so does all that somebody posts whose posts are held" in page(cast.bob.client, thread_id)
    forum.edit(bob.actor, post_id=before, version=1, source="Something else.", token=token())
    assert _visibility(before) == Visibility.HELD
    assert cast.mona.client.get("/mod/queue?why=held").text.count("data-id=") == 3


@pytest.mark.parametrize("kind", Sanction)
def test_it_is_over_when_its_time_is(cast: SimpleNamespace, kind: Sanction) -> None:
    _impose(cast.bob, kind, lasting=timedelta(hours=1))
    with clock.frozen(now() + timedelta(hours=2)):
        thread_id = ask(_now(cast.bob))
        assert WHY not in cast.bob.client.get("/").text
    assert db.session.scalar(select(Thread.visibility).where(Thread.id == thread_id)) == Visibility.PUBLIC


@pytest.mark.parametrize("kind", Sanction)
def test_what_was_before_comes_back(cast: SimpleNamespace, kind: Sanction) -> None:
    first = _impose(cast.bob, kind, "First")
    assert first == Imposed(cast.bob.id, kind, None, "")
    second = _impose(cast.bob, kind, "Second", MONTH * 2)
    assert second.because == "First."
    with transaction():
        until_now = sanctioning.restore(second)
    assert until_now.because == "Second."
    row = db.session.get_one(Account, cast.bob.id)
    assert sanctioning.imposed(row, kind) == second
    with transaction():
        sanctioning.end(cast.bob.id, kind)
    assert sanctioning.imposed(db.session.get_one(Account, cast.bob.id), kind) == first


def test_one_sanction_leaves_the_others_alone(cast: SimpleNamespace) -> None:
    for kind in Sanction:
        _impose(cast.bob, kind, kind)
    with transaction():
        sanctioning.end(cast.bob.id, Sanction.SILENCED)
    actor = _now(cast.bob).actor
    assert (actor.is_suspended, actor.is_silenced, actor.is_held) == (True, False, True)
    assert (actor.suspended_because, actor.held_because) == ("suspended.", "held.")


def test_personal_data_in_the_reason_is_masked(cast: SimpleNamespace) -> None:
    _impose(cast.bob, Sanction.SILENCED, "Posted anna@example.org again")
    assert "anna@example.org" not in _now(cast.bob).actor.silenced_because
    until = (now() + MONTH).date()
    decide(
        cast.mona, on_person(cast.bob.id), Verb.SUSPEND, Reason.SPAM, "Posted +44 7700 900123", until=until
    )
    assert "900123" not in _now(cast.bob).actor.suspended_because


def test_staff_who_are_silenced_decide_nothing(cast: SimpleNamespace) -> None:
    _impose(cast.mona, Sanction.SILENCED)
    assert _now(cast.mona).actor.role is Role.MEMBER
    assert cast.mona.client.get("/mod/queue").status_code == 404


def test_nobody_there(cast: SimpleNamespace) -> None:
    with pytest.raises(NotFound), transaction():
        sanctioning.end(2**31 - 1, Sanction.HELD)
