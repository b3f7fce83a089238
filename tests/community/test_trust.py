"""Trust follows what people do: up at once, down after a while, and never below what was given."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from app.accounts.actor import LEVELS as GIVEN
from app.accounts.actor import STAFF, Role
from app.accounts.models import Account, SignInSession
from app.accounts.operations.people import add_person, change_role
from app.audit.models import AuditEntry
from app.audit.operations import verify
from app.community.events import TrustChanged
from app.community.operations import forget_days, review
from app.community.operations.trusting import DAYS_KEPT, GRACE, LEVELS, WINDOW, Deeds, Held, Standing, due
from app.community.ports import Days, Presence
from app.core import clock, events
from app.core.clock import now
from app.core.db import db
from app.core.parts import put
from app.core.transaction import transaction
from app.forum.models import AccountDay, Visibility
from app.forum.readings import days_of
from tests.community.steps import account, show, vote
from tests.questions.steps import answer, ask, count


@pytest.fixture
def presence(app: Flask) -> dict[int, Days]:
    """Who was here how often: what a test puts in."""
    known: dict[int, Days] = {}

    def read(account_ids: Collection[int], since: date | None) -> Mapping[int, Days]:
        return {account_id: known[account_id] for account_id in account_ids if account_id in known}

    put(app, Presence, read)
    return known


@pytest.fixture
def told(app: Flask) -> list[TrustChanged]:
    heard: list[TrustChanged] = []
    events.on(app, TrustChanged, heard.append)
    return heard


def _standing(
    days: int = 0, threads: int = 0, posts: int = 0, helpful: int = 0, accepted: int = 0, **more: Any
) -> Standing:
    deeds = Deeds(Days(days, threads), posts, helpful, accepted)
    facts = {"ever": deeds, "lately": deeds, "hidden": 0, "suspended_until": None}
    return Standing(**{**facts, **more})


def _held(role: Role = Role.NEW, trust: int = 0, floor: int = 0, **more: Any) -> Held:
    facts = {"id": 1, "below_since": None, "suspended_until": None}
    return Held(role=role, trust=trust, floor=floor, **{**facts, **more})


ENOUGH = {
    1: _standing(2, 5, 1),
    2: _standing(15, 20, 5, 1),
    3: _standing(30, 60, 10, 20, 5),
}


@pytest.mark.parametrize("level", [1, 2, 3])
def test_each_level_asks_for_all_of_it(level: int) -> None:
    asks = LEVELS[level]
    exact = {
        "days": asks.days_present,
        "threads": asks.threads_read,
        "posts": asks.posts,
        "helpful": asks.helpful,
        "accepted": asks.accepted,
    }
    assert due(_held(), _standing(**exact))[0] == level
    for deed, least in exact.items():
        if least:
            assert due(_held(), _standing(**{**exact, deed: least - 1}))[0] < level, deed


def test_what_was_hidden_stands_in_the_way() -> None:
    for level, standing in ENOUGH.items():
        worse = Standing(standing.ever, standing.lately, LEVELS[level].most_hidden + 1, None)
        assert due(_held(), worse)[0] < level


def test_trusted_is_earned_lately_and_half_a_year_after_a_suspension() -> None:
    good = ENOUGH[3]
    long_ago = Standing(good.ever, ENOUGH[2].ever, 0, None)
    assert due(_held(), long_ago)[0] == 2
    for days, level in ((10, 2), (181, 2), (183, 3)):
        suspended = Standing(good.ever, good.lately, 0, now() - timedelta(days=days))
        assert due(_held(), suspended)[0] == level
    assert due(_held(), Standing(good.ever, good.lately, 0, now() + timedelta(days=1)))[0] == 0


def test_staying_away_loses_only_what_is_earned_lately() -> None:
    away = Standing(ENOUGH[3].ever, _standing().ever, 0, None)
    for role, trust in ((Role.MEMBER, 1), (Role.MEMBER, 2)):
        assert due(_held(role, trust), _standing()) == (trust, None)
    since = now() - GRACE
    assert due(_held(Role.TRUSTED, 3), away) == (3, pytest.approx(now(), abs=timedelta(minutes=1)))
    assert due(_held(Role.TRUSTED, 3, below_since=since + timedelta(hours=1)), away)[0] == 3
    assert due(_held(Role.TRUSTED, 3, below_since=since), away) == (2, None)


def test_nine_tenths_keep_it() -> None:
    """So that nobody rises and falls around a threshold."""
    enough = _standing(27, 54, 9, 18, 5)
    assert due(_held(Role.TRUSTED, 3), enough) == (3, None)
    assert due(_held(Role.MEMBER, 2), enough)[0] == 2
    assert due(_held(Role.TRUSTED, 3), _standing(26, 54, 9, 18, 5))[1] is not None


def test_catching_up_ends_the_grace() -> None:
    assert due(_held(Role.TRUSTED, 3, below_since=now() - timedelta(days=10)), ENOUGH[3]) == (3, None)


def test_it_never_falls_below_what_an_operator_gave() -> None:
    spoilt = _standing(hidden=50)
    assert due(_held(Role.TRUSTED, 3, floor=3, below_since=now() - GRACE), spoilt) == (3, None)
    assert due(_held(Role.MEMBER, 2, floor=1, below_since=now() - GRACE), spoilt) == (1, None)
    assert due(_held(Role.MEMBER, 1, below_since=now() - GRACE), spoilt) == (0, None)


def _rise(cast: SimpleNamespace, presence: dict[int, Days]) -> None:
    """nia has been here twice, read five threads, and answered."""
    presence[cast.nia.id] = Days(2, 5)
    answer(cast.nia, ask(cast.alice), "Ask them for a photo first.")


def test_new_to_member(cast: SimpleNamespace, presence: dict[int, Days], told: list[TrustChanged]) -> None:
    _rise(cast, presence)
    assert review() == 1
    row = account(cast.nia)
    assert (row.role, row.trust) == (Role.MEMBER, 1)
    assert told == [TrustChanged(cast.nia.id, 0, 1)]
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "change trust")).all()
    assert [(entry.actor_id, entry.target_id) for entry in entries] == [(None, cast.nia.id)]
    assert verify() is None
    assert cast.nia.client.get("/me").status_code == 200


def test_twice_is_once(cast: SimpleNamespace, presence: dict[int, Days], told: list[TrustChanged]) -> None:
    _rise(cast, presence)
    assert (review(), review()) == (1, 0)
    assert len(told) == 1


def test_and_back_when_posts_were_hidden(
    cast: SimpleNamespace, presence: dict[int, Days], told: list[TrustChanged]
) -> None:
    _rise(cast, presence)
    review()
    thread_id = ask(cast.alice)
    for _time in range(3):
        show(answer(cast.nia, thread_id), Visibility.HIDDEN)
    assert review() == 0
    assert account(cast.nia).trust_below_since is not None
    with clock.frozen(now() + GRACE - timedelta(hours=1)):
        assert review() == 0
    with clock.frozen(now() + GRACE + timedelta(hours=1)):
        assert review() == 1
    assert (account(cast.nia).role, account(cast.nia).trust) == (Role.NEW, 0)
    assert told[-1] == TrustChanged(cast.nia.id, 1, 0)


def test_helpful_and_accepted_are_read_from_the_ledger(
    cast: SimpleNamespace, presence: dict[int, Days], enter: Callable[..., Any]
) -> None:
    presence[cast.bob.id] = Days(15, 20)
    thread_id = ask(cast.alice)
    posts = [answer(cast.bob, thread_id) for _time in range(5)]
    review()
    assert account(cast.bob).trust == 1
    vote(cast.bob, posts[0], 1)
    review()
    assert account(cast.bob).trust == 1
    vote(cast.charlie, posts[0], 1)
    review()
    assert account(cast.bob).trust == 2


def test_without_presence_nobody_rises_or_falls(app: Flask, cast: SimpleNamespace) -> None:
    answer(cast.nia, ask(cast.alice))
    before = {name: account(who).role for name, who in vars(cast).items()}
    for days in (0, 20, 40):
        with clock.frozen(now() + timedelta(days=days)):
            assert review() == 0
    assert {name: account(who).role for name, who in vars(cast).items()} == before


def test_staff_are_never_touched(cast: SimpleNamespace, presence: dict[int, Days]) -> None:
    for who in (cast.mona, cast.agnes, cast.adam):
        presence[who.id] = Days(99, 999)
        for _time in range(4):
            show(answer(who, ask(cast.alice)), Visibility.HIDDEN)
    with clock.frozen(now() + GRACE * 2):
        review()
    assert [account(who).role for who in (cast.mona, cast.agnes, cast.adam)] == [
        Role.MODERATOR,
        Role.AGENT,
        Role.ADMIN,
    ]
    assert set(GIVEN) >= STAFF


def test_a_role_given_meanwhile_stays(app: Flask, cast: SimpleNamespace, presence: dict[int, Days]) -> None:
    """Between reading and writing an operator made nia a moderator."""
    _rise(cast, presence)
    here = presence.copy()

    def read(ids: Collection[int], since: date | None) -> Mapping[int, Days]:
        with transaction() as session:
            session.execute(update(Account).where(Account.id == cast.nia.id).values(role=Role.MODERATOR))
        return here

    put(app, Presence, read)
    assert review() == 0
    assert account(cast.nia).role is Role.MODERATOR


def test_who_is_invited_is_trusted_at_once(app: Flask) -> None:
    added = add_person(name="tessa", email="tessa@example.org", role=Role.TRUSTED)
    row = db.session.get_one(Account, added.account_id)
    assert (row.trust, row.trust_floor) == (3, 3)
    change_role(account_id=added.account_id, role=Role.MEMBER)
    db.session.expire_all()
    row = db.session.get_one(Account, added.account_id)
    assert (row.trust, row.trust_floor, row.role) == (1, 1, Role.MEMBER)


def test_sessions_stay(cast: SimpleNamespace, presence: dict[int, Days]) -> None:
    _rise(cast, presence)
    sessions = count(SignInSession)
    review()
    assert count(SignInSession) == sessions


@pytest.mark.parametrize("days", [1, 14, 51, 70, 71, 300])
def test_the_days_that_are_forgotten_no_level_asks_for(app: Flask, cast: SimpleNamespace, days: int) -> None:
    people = (cast.bob.id, cast.nia.id)
    here = [now().date() - timedelta(days=2 * number) for number in range(days)]
    with transaction() as session:
        rows = [{"account_id": who, "day": day, "threads_read": 1} for who in people for day in here]
        session.execute(insert(AccountDay), rows)
    for _twice in range(2):
        forget_days()
    db.session.rollback()
    lately = min(days, 51)
    left = lately + min(days - lately, DAYS_KEPT)
    assert days_of(people, None) == dict.fromkeys(people, (left, left))
    assert days_of(people, (now() - WINDOW).date()) == dict.fromkeys(people, (lately, lately))
    for level in LEVELS:
        if level.window is None:
            wanted = max(level.days_present, level.threads_read)
            assert (left >= wanted) is (days >= wanted)
