"""Many at once change what counts for a person: the counter stays the sum of the ledger."""

import random
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.community import recounting
from app.community.models import Reputation
from app.core.db import db
from app.core.events import emit
from app.core.transaction import transaction
from app.forum.events import Voted
from app.forum.models import Post, Visibility
from app.forum.operations import set_visibility
from tests.community.steps import reputation
from tests.questions.steps import accept, accepted, answer, ask, count

AtOnce = Callable[..., list[Any]]

rounds = pytest.mark.parametrize("rounds", [3, pytest.param(40, marks=pytest.mark.slow)])


def _in_app(app: Flask, act: Callable[[], object]) -> Callable[[], object]:
    def run() -> object:
        with app.app_context():
            return act()

    return run


def _vote(post_id: int, voter_id: int, values: list[int]) -> None:
    """Toggle one's vote, as voting does: the post is locked while its counters change."""
    before = 0
    for value in values:
        with transaction() as session:
            session.get_one(Post, post_id, with_for_update=True)
            emit(Voted(post_id, 0, voter_id, before, value))
        before = value


@rounds
def test_toggled_votes(
    app: Flask, cast: SimpleNamespace, enter: Callable[..., Any], at_once: AtOnce, rounds: int
) -> None:
    thread_id = ask(cast.alice)
    posts = [answer(who, thread_id) for who in (cast.bob, cast.charlie)]
    voters = [enter(f"voter{number}").id for number in range(8)]
    chance = random.Random(7)
    for _round in range(rounds):
        values = {voter: [chance.choice([-1, 0, 1]) for _time in range(3)] + [1] for voter in voters}
        at_once(
            [
                _in_app(
                    app,
                    lambda voter=voter, post_id=post_id, values=values: _vote(post_id, voter, values[voter]),
                )
                for voter in voters
                for post_id in posts
            ]
        )
        assert (reputation(cast.bob), reputation(cast.charlie)) == (80, 80)
    assert [mended for _looked_at, mended in recounting.recount()] == [[]]


@rounds
def test_people_who_vote_on_each_other(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, rounds: int
) -> None:
    """Each holds what the other one needs, were the accounts locked as a whole."""
    thread_id = ask(cast.alice)
    posts = {who.id: answer(who, thread_id) for who in (cast.bob, cast.charlie, cast.mona)}
    for _round in range(rounds):
        at_once(
            [
                _in_app(app, lambda voter=voter, post_id=post_id: _vote(post_id, voter, [1, 0, 1]))
                for voter in posts
                for author, post_id in posts.items()
                if author != voter
            ]
        )
        assert [reputation(who) for who in (cast.bob, cast.charlie, cast.mona)] == [20, 20, 20]


@rounds
def test_two_accepts_at_once_give_points_once(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, rounds: int
) -> None:
    for number in range(1, rounds + 1):
        thread_id = ask(cast.alice)
        first, second = answer(cast.bob, thread_id), answer(cast.charlie, thread_id)

        def take(post_id: int) -> bool:
            try:
                accept(cast.alice, post_id)
            except Exception:  # noqa: BLE001 - the loser is told so
                return False
            return True

        won = at_once([_in_app(app, lambda post_id=post_id: take(post_id)) for post_id in (first, second)])
        assert sorted(won) == [False, True]
        assert accepted(thread_id) in {first, second}
        assert reputation(cast.bob) + reputation(cast.charlie) == 15 * number
        assert count(Reputation) == number


@rounds
def test_votes_while_the_post_is_hidden_and_shown(
    app: Flask, cast: SimpleNamespace, enter: Callable[..., Any], at_once: AtOnce, rounds: int
) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    voters = [enter(f"voter{number}").id for number in range(4)]

    def flicker() -> None:
        for visibility in (Visibility.HIDDEN, Visibility.PUBLIC) * 3:
            with transaction():
                set_visibility(post_id, visibility, by_id=None)

    for _round in range(rounds):
        at_once(
            [_in_app(app, flicker)]
            + [_in_app(app, lambda voter=voter: _vote(post_id, voter, [1, -1, 1])) for voter in voters]
        )
        assert reputation(cast.bob) == 40
    db.session.rollback()
