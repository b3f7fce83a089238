"""Asking for another look: who may, how long, who takes it, and what comes back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.community.models import Reputation
from app.core import clock
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Visibility
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import Appeal, AppealState, Decision, Proposal
from app.moderation.operations.ruling import appeal_until
from app.moderation.words import Reason
from tests.forum.sorting_steps import verbs
from tests.moderation.steps import decide, flag, on_person, review
from tests.questions.steps import accept, accepted, answer, ask, count, post, thread, token


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def appeal(who: Any, ref: str, source: str = "It was no advert.") -> int:
    return moderation.appeal(who.actor, ref=ref, source=source, token=token())


def rule(who: Any, appeal_id: int, *, reverse: bool, said: str = "We looked again.") -> None:
    moderation.decide_appeal(who.actor, appeal_id=appeal_id, reverse=reverse, answer=said, token=token())


def row(appeal_id: int) -> Appeal:
    db.session.rollback()
    return db.session.get_one(Appeal, appeal_id)


def told(who: Any) -> str:
    return str(who.client.get("/me/notifications?show=all").text)


def test_flagged_decided_both_told_appealed_reversed_everything_back(
    app: Flask, cast: SimpleNamespace, work: Callable[[], None]
) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    forum.vote(cast.charlie.actor, post_id=post_id, value=1)
    accept(cast.alice, post_id)
    earned = reputation(cast.bob)
    assert earned > 0
    flag(cast.tess, post_id)
    ref = decide(cast.mona, post_id, Verb.REMOVE, Reason.SPAM)
    work()
    assert reputation(cast.bob) == 0
    assert "Moderators removed something you wrote" in told(cast.bob)
    assert "Moderators agreed with your flag" in told(cast.tess)
    shown = cast.bob.client.get(f"/decisions/{ref}").text
    assert f"/appeals/{ref}" in shown
    sent = {"source": "It answers the question.", "form_token": token()}
    for _twice in range(2):
        done = cast.bob.client.post(f"/appeals/{ref}", data=sent, follow_redirects=True)
        assert done.status_code == 200
        assert "It answers the question." in done.text
    assert count(Appeal) == 1
    listed = cast.adam.client.get("/mod/appeals").text
    assert "Bob, about a decision" in listed
    appeal_id = db.session.scalars(select(Appeal.id)).one()
    sent = {"outcome": "reverse", "answer": "You are right, sorry.", "form_token": token()}
    for _twice in range(2):
        assert cast.adam.client.post(f"/mod/appeals/{appeal_id}", data=sent).status_code == 303
    work()
    assert post(post_id).visibility == Visibility.PUBLIC
    assert (post(post_id).up_count, accepted(thread_id)) == (1, post_id)
    assert thread(thread_id).answer_count == 1
    assert reputation(cast.bob) == earned
    assert (review(post_id).flag_count, review(post_id).opened_at is None) == (1, False)
    assert "reversed their decision" in told(cast.bob)
    assert "You are right, sorry." in cast.bob.client.get(f"/appeals/{ref}").text
    assert "looked at again" in told(cast.tess)
    assert verbs() == ["remove", "appeal", "reverse"]


def reputation(who: Any) -> int:
    db.session.rollback()
    kept = db.session.get_one(Account, who.id).reputation
    ledger = db.session.scalars(select(Reputation.account_id).where(Reputation.account_id == who.id)).all()
    return kept if ledger else 0


def test_a_reporter_told_kept_may_too(app: Flask, cast: SimpleNamespace, work: Callable[[], None]) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    flag(cast.tess, post_id, Reason.ABUSE)
    ref = decide(cast.mona, post_id, Verb.KEEP)
    work()
    assert "kept it" in told(cast.tess)
    with pytest.raises(NotFound):
        appeal(cast.bob, ref)
    appeal_id = appeal(cast.tess, ref, "It calls me a liar.")
    rule(cast.adam, appeal_id, reverse=True)
    assert row(appeal_id).state == AppealState.REVERSED
    assert review(post_id).flag_count == 1
    assert post(post_id).visibility == Visibility.PUBLIC


def test_who_agreed_with_it_need_not(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    flag(cast.tess, post_id)
    ref = decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
    with pytest.raises(Problem, match="agreed with what you said"):
        appeal(cast.tess, ref)
    assert "Ask for another look" not in cast.tess.client.get(f"/decisions/{ref}").text
    for who in (cast.alice, cast.charlie, cast.agnes):
        with pytest.raises(NotFound):
            appeal(who, ref)
        assert who.client.get(f"/appeals/{ref}").status_code == 404


@pytest.mark.parametrize(
    ("told_on", "until"),
    [
        (datetime(2026, 1, 31, 9, tzinfo=UTC), datetime(2026, 7, 31, 9, tzinfo=UTC)),
        (datetime(2026, 8, 31, 9, tzinfo=UTC), datetime(2027, 2, 28, 9, tzinfo=UTC)),
        (datetime(2027, 8, 29, 9, tzinfo=UTC), datetime(2028, 2, 29, 9, tzinfo=UTC)),
        (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC)),
    ],
)
def test_six_calendar_months(told_on: datetime, until: datetime) -> None:
    assert appeal_until(told_on) == until


def test_not_later_not_without_words_and_not_of_what_was_undone(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    ref = decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
    for source, said in (("", "Say why it is wrong."), ("word " * 401, "At most 2000 characters.")):
        shown = cast.bob.client.post(f"/appeals/{ref}", data={"source": source})
        assert shown.status_code == 422
        assert said in shown.text
        assert source.strip() in shown.text
    with clock.frozen(clock.now() + timedelta(days=190)), pytest.raises(Problem, match="is over"):
        appeal(cast.bob, ref)
    moderation.undo(cast.mona.actor, ref=ref)
    with pytest.raises(Problem, match="taken back already"):
        appeal(cast.bob, ref)
    assert count(Appeal) == 0


def test_another_moderator_looks_else_the_admin(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    appeal_id = appeal(cast.bob, decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM))
    assert "so somebody else looks at it" in cast.mona.client.get(f"/mod/appeals/{appeal_id}").text
    with clock.frozen(clock.now() + timedelta(days=2)), pytest.raises(Problem, match="somebody else looks"):
        rule(cast.mona, appeal_id, reverse=False)
    for who in (cast.bob, cast.tess, cast.agnes):
        with pytest.raises(NotFound):
            rule(who, appeal_id, reverse=True)
    rule(cast.adam, appeal_id, reverse=False)
    assert (row(appeal_id).state, row(appeal_id).same_moderator) == (AppealState.STANDS, False)
    assert post(post_id).visibility == Visibility.HIDDEN
    assert "their decision stands" in told(cast.bob)
    with pytest.raises(Problem, match="decided about this appeal meanwhile"):
        rule(cast.adam, appeal_id, reverse=True)


def test_where_there_is_nobody_else_the_same_one_after_a_day(app: Flask, cast: SimpleNamespace) -> None:
    with transaction() as session:
        session.get_one(Account, cast.adam.id).suspended_until = clock.now() + timedelta(days=30)
    post_id = answer(cast.bob, ask(cast.alice))
    ref = decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
    appeal_id = appeal(cast.bob, ref)
    with pytest.raises(Problem, match="somebody else looks"):
        rule(cast.mona, appeal_id, reverse=True)
    with clock.frozen(clock.now() + timedelta(hours=25)):
        rule(cast.mona, appeal_id, reverse=True)
    assert row(appeal_id).same_moderator
    assert "so the same person did" in cast.bob.client.get(f"/appeals/{ref}").text
    assert post(post_id).visibility == Visibility.PUBLIC


def test_what_was_decided_since_stands(app: Flask, cast: SimpleNamespace) -> None:
    """Hidden, then removed: reversing the first leaves it removed; reversing that too shows it again."""
    post_id = answer(cast.bob, ask(cast.alice))
    first = decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
    second = decide(cast.mona, post_id, Verb.REMOVE, Reason.SPAM)
    rule(cast.adam, appeal(cast.bob, first), reverse=True)
    assert post(post_id).visibility == Visibility.DELETED
    rule(cast.adam, appeal(cast.bob, second), reverse=True)
    assert post(post_id).visibility == Visibility.PUBLIC


def test_a_sanction_is_reversed_too(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    until = (clock.now() + timedelta(days=14)).date()
    ref = decide(cast.mona, post_id, Verb.SUSPEND, Reason.ABUSE, until=until)
    appeal_id = appeal(cast.bob, ref)
    rule(cast.adam, appeal_id, reverse=True)
    db.session.rollback()
    assert db.session.get_one(Account, cast.bob.id).suspended_until is None


def test_who_agreed_does_not_decide_the_appeal(
    app: Flask, cast: SimpleNamespace, enter: Callable[..., Any]
) -> None:
    max_ = enter("max", cast.mona.actor.role)
    until = (clock.now() + timedelta(days=200)).date()
    assert decide(cast.mona, on_person(cast.bob.id), Verb.SUSPEND, Reason.ABUSE, until=until) == ""
    proposal_id = db.session.scalars(select(Proposal.id)).one()
    moderation.answer(max_.actor, proposal_id=proposal_id, agree=True, why="", token=token())
    appeal_id = appeal(cast.bob, db.session.scalars(select(Decision.ref)).one())
    for who in (cast.mona, max_):
        with pytest.raises(Problem, match="somebody else looks"):
            rule(who, appeal_id, reverse=False)
    rule(cast.adam, appeal_id, reverse=True)


def test_two_who_ask_about_one_decision_hear_the_same(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    for who in (cast.tess, cast.charlie):
        flag(who, post_id, Reason.ABUSE)
    ref = decide(cast.mona, post_id, Verb.KEEP)
    first, second = appeal(cast.tess, ref), appeal(cast.charlie, ref)
    rule(cast.adam, first, reverse=True)
    assert row(second).state == AppealState.REVERSED
    assert "reversed their decision" in told(cast.charlie)


def test_what_was_taken_back_does_not_stand(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    ref = decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
    appeal_id = appeal(cast.bob, ref)
    moderation.undo(cast.mona.actor, ref=ref)
    with pytest.raises(Problem, match="taken back already"):
        rule(cast.adam, appeal_id, reverse=False)
    rule(cast.adam, appeal_id, reverse=True)
