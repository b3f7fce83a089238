"""The ledger: what counts, what no longer does, and the counter that is its sum."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.accounts.models import Account
from app.community import recounting
from app.community.models import Reputation
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Post, Visibility
from app.questions import operations as questions
from tests.community.steps import reputation, show, vote
from tests.questions.steps import accept, answer, ask, count, reply

Answered = Callable[[], tuple[int, int]]


def _opening(thread_id: int) -> int:
    return db.session.scalars(
        select(Post.id).where(Post.thread_id == thread_id, Post.parent_id.is_(None))
    ).one()


@pytest.mark.parametrize(("value", "points"), [(1, 10), (-1, -2), (0, 0)])
def test_a_vote_on_an_answer(cast: SimpleNamespace, answered: Answered, value: int, points: int) -> None:
    _thread_id, post_id = answered()
    vote(cast.charlie, post_id, value)
    assert reputation(cast.bob) == points


def test_a_vote_counts_as_it_stands(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    for before, value, points in ((0, 1, 10), (1, -1, -2), (-1, 1, 10), (1, 0, 0), (0, -1, -2)):
        vote(cast.charlie, post_id, value, before)
        assert reputation(cast.bob) == points
    vote(cast.mona, post_id, 1)
    assert reputation(cast.bob) == 8


def test_the_same_vote_told_twice_counts_once(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    vote(cast.charlie, post_id, 1)
    vote(cast.charlie, post_id, 1)
    assert (reputation(cast.bob), count(Reputation)) == (10, 1)


def test_ones_own_word_counts_nothing(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    vote(cast.bob, post_id, 1)
    assert (reputation(cast.bob), count(Reputation)) == (0, 0)


def test_an_accepted_answer_at_any_depth(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    reply_id = reply(cast.charlie, post_id)
    accept(cast.alice, reply_id)
    assert (reputation(cast.charlie), reputation(cast.bob)) == (15, 0)


def test_the_points_go_with_the_mark(cast: SimpleNamespace, answered: Answered) -> None:
    thread_id, first = answered()
    second = answer(cast.charlie, thread_id)
    accept(cast.alice, first)
    accept(cast.alice, second, first)
    assert (reputation(cast.bob), reputation(cast.charlie)) == (0, 15)
    questions.unaccept(cast.alice.actor, thread_id=thread_id, seen=second)
    assert (reputation(cast.charlie), count(Reputation)) == (0, 0)


def test_an_asker_earns_nothing_by_accepting_themself(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    accept(cast.alice, answer(cast.alice, thread_id))
    assert reputation(cast.alice) == 0


def test_accepting_ones_own_moves_the_points_away(cast: SimpleNamespace, answered: Answered) -> None:
    thread_id, first = answered()
    own = answer(cast.alice, thread_id)
    accept(cast.alice, first)
    accept(cast.alice, own, first)
    assert (reputation(cast.bob), reputation(cast.alice), count(Reputation)) == (0, 0, 0)


def test_what_is_hidden_counts_nothing_until_it_is_shown(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    accept(cast.alice, post_id)
    vote(cast.charlie, post_id, 1)
    show(post_id, Visibility.HIDDEN)
    assert reputation(cast.bob) == 0
    vote(cast.mona, post_id, 1)
    assert reputation(cast.bob) == 0
    show(post_id, Visibility.PUBLIC)
    assert reputation(cast.bob) == 35


def test_a_hidden_question_takes_all_of_its_posts_along(cast: SimpleNamespace, answered: Answered) -> None:
    thread_id, post_id = answered()
    reply_id = reply(cast.charlie, post_id)
    vote(cast.mona, post_id, 1)
    vote(cast.mona, reply_id, 1)
    show(_opening(thread_id), Visibility.HIDDEN)
    assert [reputation(who) for who in (cast.alice, cast.bob, cast.charlie)] == [0, 0, 0]
    show(reply_id, Visibility.HIDDEN)
    show(_opening(thread_id), Visibility.PUBLIC)
    assert [reputation(who) for who in (cast.alice, cast.bob, cast.charlie)] == [0, 10, 0]


def test_nobody_is_shown_with_less_than_nothing(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    vote(cast.charlie, post_id, -1)
    page = cast.alice.client.get("/people/bob").text
    assert "<b>0</b> reputation" in page
    assert reputation(cast.bob) == -2


def test_recounting_finds_nothing_to_mend(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    vote(cast.charlie, post_id, 1)
    assert [mended for _looked_at, mended in recounting.recount()] == [[]]


def test_recounting_mends_counters_and_rows(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    vote(cast.charlie, post_id, 1)
    with transaction() as session:
        session.execute(update(Account).where(Account.id == cast.bob.id).values(reputation=99))
        session.execute(update(Account).where(Account.id == cast.mona.id).values(reputation=7))
        session.execute(update(Post).where(Post.id == post_id).values(visibility=Visibility.HIDDEN))
    assert recounting.people_count() == 2
    mended = [person for _looked_at, people in recounting.recount(batch=1) for person in people]
    assert [(person.account_id, person.before, person.after) for person in mended] == [
        (cast.bob.id, 99, 0),
        (cast.mona.id, 7, 0),
    ]
    assert (reputation(cast.bob), reputation(cast.mona)) == (0, 0)


def test_the_ledger_says_what_and_never_who(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    vote(cast.charlie, post_id, 1)
    accept(cast.alice, post_id)
    page = cast.nia.client.get("/people/bob/reputation").text
    assert "Reputation of Bob: 25" in page
    assert page.index("answer accepted") < page.index("answer found helpful")
    assert f'href="/p/{post_id}"' in page
    assert "harlie" not in page


def test_a_ledger_of_hidden_things_adds_up_for_everybody(cast: SimpleNamespace, answered: Answered) -> None:
    _thread_id, post_id = answered()
    vote(cast.charlie, post_id, 1)
    show(post_id, Visibility.HIDDEN)
    assert f"/p/{post_id}" not in cast.nia.client.get("/people/bob/reputation").text
    assert f"/p/{post_id}" in cast.mona.client.get("/people/bob/reputation").text
    for who in (cast.nia, cast.mona):
        assert "Reputation of Bob: 0" in who.client.get("/people/bob/reputation").text


def test_a_vote_costs_few_statements(
    app: Flask, cast: SimpleNamespace, answered: Answered, statements: list[str]
) -> None:
    _thread_id, post_id = answered()
    del statements[:]
    vote(cast.charlie, post_id, 1)
    assert len([sent for sent in statements if not sent.startswith(("BEGIN", "PRAGMA"))]) <= 9
    assert db.session.scalar(select(func.count()).select_from(Reputation)) == 1
