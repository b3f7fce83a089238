"""How the queue does: every number is what its rows count, by age, by day and by rule."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.insight.queries import moderating
from app.insight.queries.moderating import Came, Stood
from app.insight.sections import SECTIONS
from app.insight.tables import Cell
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import Appeal, AppealState, Decision
from app.moderation.queries import AGES, Sieve, queue, waiting_by_age
from app.moderation.words import Reason
from tests.insight.test_transparency import BY_RULE, some
from tests.moderation.steps import decide, flag, review
from tests.questions.steps import answer, ask, token
from tests.statements import statements

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def ago(**of: float) -> Any:
    return clock.frozen(NOW - timedelta(**of))


def cells(cast: SimpleNamespace, name: str) -> list[list[Cell]]:
    with cast.mona.client.application.test_request_context():
        return [list(row) for row in SECTIONS[name](cast.mona.actor).rows]


def rows_at(who: Any, url: str) -> int:
    """How many rows a list has, all its pages together."""
    number, counted = 1, 0
    while True:
        page = who.client.get(f"{url}&page={number}").text
        counted += page.split("<tbody>")[1].count("<tr>")
        if 'rel="next"' not in page:
            return counted
        number += 1


@pytest.fixture
def waiting(app: Flask, cast: SimpleNamespace) -> list[int]:
    """Ten posts flagged so long ago that their ages stand at every border of the bands."""
    thread_id = ask(cast.alice)
    hours = (0, 0.99, 1, 5, 23.99, 24, 71.99, 72, 500, 500)
    posts = [answer(cast.bob, thread_id) for _each in hours]
    for post_id, waited in zip(posts, hours, strict=True):
        with ago(hours=waited):
            flag(cast.charlie, post_id)
    return posts


def test_by_age_with_a_queue_behind_every_number(cast: SimpleNamespace, waiting: list[int]) -> None:
    with clock.frozen(NOW):
        assert waiting_by_age(cast.mona.actor) == {"hour": 2, "day": 3, "days": 2, "older": 3}
        shown: dict[str, set[int]] = {}
        for (_label, number), age in zip(cells(cast, "queue"), AGES, strict=True):
            assert number.url == f"/mod/queue?age={age}"
            page = cast.mona.client.get(number.url).text
            shown[age] = set(map(int, re.findall(r'queue__row[^"]*" data-id="(\d+)"', page)))
            assert len(shown[age]) == number.value
            assert f'<option value="{age}" selected>' in page
            assert {row.id for row in queue(cast.mona.actor, Sieve(age=age), 1).rows} == shown[age]
        assert len(set().union(*shown.values())) == sum(map(len, shown.values())) == 10
        assert '<option value="" selected>Any time' in cast.mona.client.get("/mod/queue?age=century").text


def test_what_came_and_was_decided_by_day(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    posts = [answer(cast.bob, thread_id) for _three in range(3)]
    with ago(days=5):
        for post_id in posts:
            flag(cast.charlie, post_id)
    with ago(days=3):
        decide(cast.mona, posts[0], Verb.HIDE, Reason.SPAM)
    with ago(days=2):
        ref = decide(cast.mona, posts[1], Verb.KEEP)
        moderation.undo(cast.mona.actor, ref=ref)
        decide(cast.mona, answer(cast.bob, thread_id), Verb.HIDE, Reason.SPAM)
    with clock.frozen(NOW):
        found = {(NOW.date() - day.on).days: (day.arrived, day.decided) for day in moderating.days()}
        assert set(found) == set(range(30))
        # What was taken back waits as it did; what nobody had waited for was not taken from the queue.
        assert {on: counted for on, counted in found.items() if counted != (0, 0)} == {5: (3, 0), 3: (0, 1)}
        followed = 0
        for _day, *numbers in cells(cast, "flow"):
            for cell in numbers:
                if cell.url:
                    assert rows_at(cast.mona, cell.url) == cell.value
                    followed += 1
        assert followed == 2
        listed = moderating.waits(Came.ARRIVED, (NOW - timedelta(days=5)).date(), 1).rows
        assert sorted(wait.act or "" for wait in listed) == ["", "", "hide"]
        page = cast.mona.client.get("/mod/dashboard").text
        assert (page.count('class="chart__all"'), page.count('class="chart__part"')) == (1, 1)
    assert review(posts[2]).opened_at == NOW - timedelta(days=5)


def test_what_was_in_hand_and_not_decided_by_day(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    ids = []
    for _four in range(4):
        post_id = answer(cast.bob, thread_id)
        flag(cast.charlie, post_id)
        ids.append(review(post_id).id)
    gone, forgotten, taken_over, _decided = ids
    with ago(days=5):
        for review_id in ids:
            moderation.claim(cast.mona.actor, review_id=review_id)
    with ago(days=5, minutes=-5):
        moderation.claim(cast.mona.actor, review_id=taken_over)
        moderation.let_go(cast.adam.actor, review_id=taken_over)
        moderation.let_go(cast.mona.actor, review_id=gone)
        moderation.let_go(cast.mona.actor, review_id=gone)
        decide(cast.mona, post_id, Verb.KEEP)
    with ago(days=3):
        moderation.claim(cast.adam.actor, review_id=taken_over)
        moderation.claim(cast.adam.actor, review_id=gone)
    with clock.frozen(NOW):
        moderation.claim(cast.adam.actor, review_id=gone)
        found = {(NOW.date() - day.on).days: (day.let_go, day.ran_out) for day in moderating.days()}
        assert {on: counted for on, counted in found.items() if counted != (0, 0)} == {5: (1, 2), 3: (0, 2)}
        followed = [
            rows_at(cast.mona, cell.url) == cell.value
            for _day, _arrived, _decided, *ended in cells(cast, "flow")
            for cell in ended
            if cell.url
        ]
        assert followed == [True] * 3
        page = cast.mona.client.get(f"/mod/dashboard/waits?came=let_go&day={NOW.date() - timedelta(days=5)}")
        assert f'href="/mod/reviews/{gone}"' in page.text
        assert f"/mod/reviews/{forgotten}" not in page.text


def test_a_day_is_the_sites(app: Flask, cast: SimpleNamespace) -> None:
    """In summer the last hour of a day in UTC is the next one's first in London."""
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    post_id = answer(cast.bob, ask(cast.alice))
    with clock.frozen(late):
        flag(cast.charlie, post_id)
    with clock.frozen(late + timedelta(minutes=10)):
        decide(cast.mona, post_id, Verb.KEEP)
        counted = {day.on.isoformat(): (day.arrived, day.decided) for day in moderating.days() if day.arrived}
    assert counted == {"2026-07-02": (1, 1)}


def test_by_rule_with_the_decisions_behind_every_number(app: Flask, cast: SimpleNamespace) -> None:
    scam = {"reason": Reason.SCAM}
    with clock.frozen(NOW):
        ids = some(
            cast,
            [(NOW, {})] * 3
            + [(NOW, {**BY_RULE, **scam})] * 2
            + [(NOW, scam)] * 58
            + [(NOW - timedelta(days=91), {}), (NOW, {"reason": "", "act": Verb.KEEP})],
        )
        with transaction() as session:
            for place, decision_id in enumerate(ids[5:25]):
                state = AppealState.REVERSED if place < 5 else AppealState.STANDS
                for who in (cast.bob, cast.charlie)[: 1 + (place == 0)]:
                    session.add(
                        Appeal(
                            decision_id=decision_id,
                            account_id=who.id,
                            side="author",
                            source="Why?",
                            created_at=NOW,
                            decided_at=NOW,
                            state=state,
                        )
                    )
                if place < 5:
                    session.get_one(Decision, decision_id).reversed_at = NOW
        found = {record.number: record for record in moderating.by_rule()}
        one, five = found[1], found[5]
        assert (one.decided, one.automated, one.looked_again, one.reversed, one.share) == (60, 2, 20, 5, 0.25)
        assert (five.decided, five.automated, five.looked_again, five.reversed, five.share) == (
            3,
            0,
            0,
            0,
            None,
        )
        assert sum(record.decided for record in found.values()) == 63
        followed = 0
        for _rule, *numbers in cells(cast, "rulings"):
            for cell in numbers:
                if cell.url:
                    assert rows_at(cast.mona, cell.url) == cell.value, cell.url
                    followed += 1
        assert followed == 5
        assert moderating.decisions(1, None, 1).more
        assert len(moderating.decisions(1, Stood.REVERSED, 1).rows) == 5


def test_who_is_no_moderator_finds_none_of_it(app: Flask, cast: SimpleNamespace) -> None:
    for path in ("waits?day=2026-11-20", "rulings?rule=1", "queue.csv", "flow.csv", "rulings.csv"):
        for who in (cast.alice, cast.agnes, cast.tess):
            assert who.client.get(f"/mod/dashboard/{path}").status_code == 404
        assert cast.adam.client.get(f"/mod/dashboard/{path}").status_code == 200
    for path in ("waits", "waits?day=soon", "rulings", "rulings?rule=99", "rulings?rule=x"):
        assert cast.mona.client.get(f"/mod/dashboard/{path}").status_code == 404


def test_it_takes_the_same_statements_however_much_waits(cast: SimpleNamespace, waiting: list[int]) -> None:
    def selects() -> int:
        db.session.rollback()
        with statements() as sent:
            moderating.days()
            moderating.by_rule()
            waiting_by_age(cast.mona.actor)
        return sum(one.startswith("SELECT") for one in sent)

    with clock.frozen(NOW):
        before = selects()
        some(cast, [(NOW - timedelta(hours=number), {}) for number in range(300)])
        assert selects() == before == 7


def test_an_appeal_reversed_is_counted_once_it_is(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    ref = decide(cast.mona, post_id, Verb.HIDE, Reason.ABUSE)
    appeal_id = moderation.appeal(cast.bob.actor, ref=ref, source="It was kind.", token=token())
    four = lambda: {record.number: record for record in moderating.by_rule()}[4]
    assert (four().decided, four().looked_again, four().reversed) == (1, 0, 0)
    moderation.decide_appeal(
        cast.adam.actor, appeal_id=appeal_id, reverse=True, answer="Right.", token=token()
    )
    assert (four().decided, four().looked_again, four().reversed) == (1, 1, 1)
