"""What a help session remembers, of whom, and for how long."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS
from app.accounts.events import SessionBegun
from app.core.clock import frozen, now
from app.core.db import db
from app.core.events import emit
from app.core.transaction import transaction
from app.search import helping
from app.search.models import Arm, HelpSession, SuggestionEvent, Trial
from tests.house.town import thread
from tests.statements import statements

KEY = "k" * 32


@pytest.fixture
def ids(cast: SimpleNamespace) -> list[int]:
    """Four threads to suggest."""
    return [thread(cast.bob.id)[0] for _four in range(4)]


@pytest.fixture
def trial(cast: SimpleNamespace) -> Callable[..., int]:
    """Begin a trial of everybody today; its id."""

    def begin(share: int = 100, salt: str = "salt") -> int:
        with transaction() as session:
            row = Trial(
                started_by_id=cast.adam.id,
                started_at=now(),
                begins_on=now().date(),
                ends_on=now().date() + timedelta(days=27),
                share=share,
                rate=50,
                needed=765,
                salt=salt,
            )
            session.add(row)
            session.flush()
            return row.id

    return begin


def _happened() -> list[tuple[int | None, str, int | None]]:
    rows = select(SuggestionEvent.session_id, SuggestionEvent.what, SuggestionEvent.thread_id)
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(rows.order_by(SuggestionEvent.id))]


def _sessions() -> list[HelpSession]:
    db.session.rollback()
    return list(db.session.scalars(select(HelpSession).order_by(HelpSession.id)))


def _file(player: SimpleNamespace) -> None:
    with transaction():
        helping.file(player.actor)


def test_what_is_shown_is_noted_once_and_no_matches_begin_nothing(
    cast: SimpleNamespace, ids: list[int]
) -> None:
    one, two, three, _four = ids
    alice = cast.alice.actor
    assert not helping.show(alice, None, thread_ids=[], urgent=False)
    assert _sessions() == []
    helping.show(alice, None, thread_ids=[one, two], urgent=False)
    helping.show(alice, None, thread_ids=[two, three], urgent=False)
    (session,) = _sessions()
    assert (session.account_id, session.visitor, session.nth, session.arm) == (alice.id, None, 0, None)
    assert session.matches == [two, three]
    assert _happened() == [(session.id, "shown", each) for each in (one, two, three)]


def test_the_same_matches_again_write_nothing(cast: SimpleNamespace, ids: list[int]) -> None:
    helping.show(cast.alice.actor, None, thread_ids=ids, urgent=False)
    with statements() as sent:
        helping.show(cast.alice.actor, None, thread_ids=ids, urgent=False)
    assert len(sent) == 1
    assert sent[0].startswith("SELECT")


def test_after_seven_days_it_is_another_session(cast: SimpleNamespace, ids: list[int]) -> None:
    begin = now()
    for days in (0, 6.9, 7.1, 20):
        with frozen(begin + timedelta(days=days)):
            helping.show(cast.alice.actor, None, thread_ids=ids[: 1 + int(days) % 3], urgent=False)
    assert [(session.nth, session.begun_on) for session in _sessions()] == [
        (nth, (begin + timedelta(days=days)).date()) for nth, days in enumerate((0, 7.1, 20))
    ]


def test_going_on_refuses_what_stood_there_last(cast: SimpleNamespace, ids: list[int]) -> None:
    alice = cast.alice.actor
    helping.show(alice, None, thread_ids=ids[:2], urgent=False)
    helping.show(alice, None, thread_ids=ids[2:], urgent=False)
    with transaction():
        helping.refuse(alice, None)
    assert [thread_id for _id, what, thread_id in _happened() if what == "refused"] == ids[2:]


def test_whoever_files_after_saying_that_it_is_solved_regrets_that(
    cast: SimpleNamespace, ids: list[int]
) -> None:
    for player in (cast.alice, cast.bob):
        helping.show(player.actor, None, thread_ids=ids, urgent=False)
    with transaction():
        helping.solved(cast.alice.actor, None, ids[1])
    for player in (cast.alice, cast.alice, cast.bob):
        _file(player)
    alices, bobs = _sessions()
    happened = [row for row in _happened() if row[1] != "shown"]
    assert happened == [
        (alices.id, "solved", ids[1]),
        (alices.id, "regretted", ids[1]),
        (alices.id, "filed", None),
        (bobs.id, "filed", None),
    ]


def test_filing_after_seven_days_is_no_part_of_the_session(cast: SimpleNamespace, ids: list[int]) -> None:
    with frozen(now() - timedelta(days=7, minutes=1)):
        helping.show(cast.alice.actor, None, thread_ids=ids, urgent=False)
    _file(cast.alice)
    assert "filed" not in {what for _id, what, _thread in _happened()}


def test_only_what_stands_there_can_be_opened(cast: SimpleNamespace, ids: list[int]) -> None:
    helping.open_thread(cast.alice.actor, None, thread_id=ids[0])
    helping.show(cast.alice.actor, None, thread_ids=ids[:2], urgent=False)
    for thread_id in (ids[0], ids[0], ids[3], 10**8):
        helping.open_thread(cast.alice.actor, None, thread_id=thread_id)
    helping.open_thread(cast.bob.actor, None, thread_id=ids[0])
    assert [row[1:] for row in _happened() if row[1] == "opened"] == [("opened", ids[0])]


def test_a_visitors_session_goes_with_them_when_they_sign_in(cast: SimpleNamespace, ids: list[int]) -> None:
    helping.show(cast.alice.actor, None, thread_ids=ids[:1], urgent=False)
    with frozen(now() + timedelta(minutes=1)):
        helping.show(ANONYMOUS, KEY, thread_ids=ids, urgent=False)
        helping.show(ANONYMOUS, "another" * 4, thread_ids=ids, urgent=False)
        with transaction():
            emit(SessionBegun(cast.alice.id, KEY))
        _file(cast.alice)
    first, hers, another = _sessions()
    assert [(row.account_id, row.visitor, row.nth) for row in (first, hers, another)] == [
        (cast.alice.id, None, 0),
        (cast.alice.id, None, 1),
        (None, "another" * 4, 0),
    ]
    # Both last still, and she filed within either.
    assert {row[0] for row in _happened() if row[1] == "filed"} == {first.id, hers.id}


def test_a_visitor_without_a_key_has_no_session(app: Flask, ids: list[int]) -> None:
    helping.show(ANONYMOUS, KEY, thread_ids=ids, urgent=False)
    with frozen(now() + timedelta(days=91)):
        helping.sweep()
    assert not helping.folded(ANONYMOUS, None, urgent=False)
    with transaction():
        helping.solved(ANONYMOUS, None, ids[0])
    assert _happened()[-1] == (None, "solved", ids[0])


def test_after_ninety_days_it_is_nobodys_and_stays(cast: SimpleNamespace, ids: list[int]) -> None:
    begin = datetime.fromisoformat("2026-03-01T09:12:00+00:00")
    with frozen(begin):
        helping.show(cast.alice.actor, None, thread_ids=ids, urgent=False)
        helping.show(ANONYMOUS, KEY, thread_ids=ids, urgent=False)
        _file(cast.alice)
    before = _happened()
    with frozen(begin + timedelta(days=89)):
        helping.sweep()
        assert [row.account_id for row in _sessions()] == [cast.alice.id, None]
        assert _sessions()[1].visitor == KEY
    with frozen(begin + timedelta(days=90)):
        helping.sweep()
    for row in _sessions():
        assert (row.account_id, row.visitor, row.begun_at, row.matches) == (None, None, None, [])
        assert row.begun_on == date(2026, 3, 1)
    assert _happened() == before


def test_no_column_can_hold_what_was_typed() -> None:
    """Identifiers, days, counts, two words of ours; the key of a visitor is random."""
    columns = {column.name for table in (HelpSession, SuggestionEvent) for column in table.__table__.columns}
    assert columns == {
        *(
            "id",
            "account_id",
            "visitor",
            "nth",
            "begun_at",
            "begun_on",
            "trial_id",
            "arm",
            "urgent",
            "matches",
        ),
        *("session_id", "form", "what", "thread_id", "day"),
    }


def test_two_at_once_begin_one_session(app: Flask, cast: SimpleNamespace, ids: list[int]) -> None:
    barrier = threading.Barrier(6)

    def show() -> None:
        with app.app_context():
            barrier.wait()
            helping.show(cast.alice.actor, None, thread_ids=ids, urgent=False)

    threads = [threading.Thread(target=show) for _six in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(_sessions()) == 1
    assert len(_happened()) == len(ids)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_half_of_the_share_is_folded_and_each_session_is_drawn_once(
    cast: SimpleNamespace, ids: list[int], trial: Callable[..., int]
) -> None:
    number = trial(share=50)
    keys = [f"visitor-{place:04}" for place in range(400)]
    first = {key: helping.show(ANONYMOUS, key, thread_ids=ids, urgent=False) for key in keys}
    again = {key: helping.show(ANONYMOUS, key, thread_ids=ids[:2], urgent=False) for key in keys}
    assert first == again
    arms = [session.arm for session in _sessions()]
    # Binomial with n = 400: five standard deviations are 43 about 100 and 50 about 200.
    assert abs(arms.count(Arm.CONTROL) - 100) < 43
    assert abs(arms.count(Arm.OPEN) - 100) < 43
    assert sum(first.values()) == arms.count(Arm.CONTROL)
    assert {session.trial_id for session in _sessions() if session.arm} == {number}
    assert {session.trial_id for session in _sessions() if not session.arm} == {None}


def test_a_page_that_reads_shows_what_the_session_will_be(
    cast: SimpleNamespace, ids: list[int], trial: Callable[..., int]
) -> None:
    trial()
    keys = [f"visitor-{place:04}" for place in range(60)]
    foreseen = [helping.folded(ANONYMOUS, key, urgent=False) for key in keys]
    assert _sessions() == []
    assert foreseen == [helping.show(ANONYMOUS, key, thread_ids=ids, urgent=False) for key in keys]
    assert {True, False} == set(foreseen)


def test_each_session_of_one_person_is_drawn_anew(
    cast: SimpleNamespace, ids: list[int], trial: Callable[..., int]
) -> None:
    begin = now()
    trial()
    drawn = set()
    for week in range(4):
        with frozen(begin + timedelta(days=7 * week)):
            drawn |= {
                (helping.show(ANONYMOUS, f"v{place}", thread_ids=ids, urgent=False), place)
                for place in range(9)
            }
    assert len(drawn) > 9


def test_what_is_urgent_is_never_folded_and_leaves_the_trial(
    cast: SimpleNamespace, ids: list[int], trial: Callable[..., int]
) -> None:
    trial()
    keys = [f"visitor-{place:04}" for place in range(40)]
    assert not any(helping.show(ANONYMOUS, key, thread_ids=ids, urgent=True) for key in keys[:20])
    assert {(session.urgent, session.arm) for session in _sessions()} == {(True, None)}
    folded = [key for key in keys[20:] if helping.show(ANONYMOUS, key, thread_ids=ids, urgent=False)]
    assert folded
    for key in folded:
        assert not helping.folded(ANONYMOUS, key, urgent=True)
        assert not helping.show(ANONYMOUS, key, thread_ids=ids, urgent=True)
        # Once urgent, for good.
        assert not helping.show(ANONYMOUS, key, thread_ids=ids, urgent=False)
    assert sum(session.urgent for session in _sessions()) == 20 + len(folded)


def test_folded_answers_are_neither_shown_nor_refused(
    cast: SimpleNamespace, ids: list[int], trial: Callable[..., int]
) -> None:
    trial()
    key = next(
        key
        for key in (f"visitor-{place}" for place in range(40))
        if helping.show(ANONYMOUS, key, thread_ids=ids, urgent=False)
    )
    with transaction():
        helping.refuse(ANONYMOUS, key)
    helping.open_thread(ANONYMOUS, key, thread_id=ids[0])
    mine = next(session.id for session in _sessions() if session.visitor == key)
    assert [what for session_id, what, _thread in _happened() if session_id == mine] == ["opened"]


def test_a_stopped_trial_opens_everything_and_an_ended_one_draws_nobody(
    cast: SimpleNamespace, ids: list[int], trial: Callable[..., int]
) -> None:
    number = trial()
    keys = [f"visitor-{place}" for place in range(20)]
    folded = [key for key in keys if helping.show(ANONYMOUS, key, thread_ids=ids, urgent=False)]
    with frozen(now() + timedelta(days=3)):
        assert all(helping.folded(ANONYMOUS, key, urgent=False) for key in folded)
    with frozen(now() + timedelta(days=28)):
        assert not any(helping.show(ANONYMOUS, f"late-{key}", thread_ids=ids, urgent=False) for key in keys)
    with transaction() as session:
        session.get_one(Trial, number).stopped_at = now()
    assert not any(helping.folded(ANONYMOUS, key, urgent=False) for key in folded)
    assert not any(helping.show(ANONYMOUS, f"new-{key}", thread_ids=ids, urgent=False) for key in keys)


def test_what_stood_closed_when_a_trial_was_stopped_is_not_refused(
    cast: SimpleNamespace, ids: list[int], trial: Callable[..., int]
) -> None:
    number = trial()
    keys = [f"visitor-{place}" for place in range(20)]
    key = next(key for key in keys if helping.show(ANONYMOUS, key, thread_ids=ids, urgent=False))
    with transaction() as session:
        session.get_one(Trial, number).stopped_at = now()
    with transaction():
        helping.refuse(ANONYMOUS, key)
    mine = next(session.id for session in _sessions() if session.visitor == key)
    assert [what for session_id, what, _thread in _happened() if session_id == mine] == []
