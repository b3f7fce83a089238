"""Grouped by thread; saved for later; muted; swept when old."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, update

from app.core.clock import frozen, now
from app.core.db import db
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Follow
from app.notifications import operations, queries, timing
from app.notifications.models import Letter, Notification
from app.notifications.queries import View
from tests.notifications.town import Town

LIST = "/me/notifications"


def _ids(who: Any) -> list[int]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Notification.id).where(Notification.account_id == who.id).order_by(Notification.id)
        )
    )


def _post(who: Any, path: str, **data: object) -> Any:
    return who.client.post(f"{LIST}/{path}", data=data)


def _unread(who: Any) -> int:
    db.session.rollback()
    return queries.unread(who.actor)


@pytest.fixture
def answers(cast: SimpleNamespace, town: Town) -> list[int]:
    """Three answers in one thread of alice's, and one in another; what alice was told of them."""
    thread_id = town.ask(cast.alice, title="Coat")
    for who in (cast.bob, cast.charlie, cast.mona):
        town.answer(who, thread_id)
    town.answer(cast.bob, town.ask(cast.alice, title="Bag"))
    return _ids(cast.alice)


def test_one_thread_is_one_row_that_says_how_much_is_new(cast: SimpleNamespace, answers: list[int]) -> None:
    page = cast.alice.client.get(LIST).text
    assert page.count('<li class="item') == 2
    assert "3 new answers" in page
    assert page.index("Bag") < page.index("Coat")
    assert "One by one (3)" in page
    assert (
        page.count("Mona answered your question") == 3
    )  # the row, its line, and the line's button for readers


def test_opening_leads_to_the_first_unread_and_marks_what_stands_there(
    cast: SimpleNamespace, answers: list[int]
) -> None:
    first, _second, third, other = answers
    page = cast.alice.client.get(LIST).text
    assert f'formaction="{LIST}/{first}/open" name="newest" value="{third}"' in page
    answer = _post(cast.alice, f"{first}/open", newest=third)
    assert answer.location == f"/p/{db.session.get_one(Notification, first).post_id}"
    assert [group.first.id for group in queries.groups(cast.alice.actor, View.UNREAD, 1).rows] == [other]


def test_opening_one_by_one_marks_only_that_one(cast: SimpleNamespace, answers: list[int]) -> None:
    _post(cast.alice, f"{answers[1]}/open")
    assert _unread(cast.alice) == 3


def test_what_came_after_the_page_was_looked_at_stays_unread(
    cast: SimpleNamespace, answers: list[int]
) -> None:
    _post(cast.alice, f"{answers[0]}/read", newest=answers[1])
    assert _unread(cast.alice) == 2


def test_saved_ones_stay_in_their_own_part(cast: SimpleNamespace, answers: list[int]) -> None:
    for _time in range(2):
        answer = _post(cast.alice, f"{answers[3]}/save", on="1", back=f"{LIST}?show=saved")
        assert (answer.status_code, answer.location) == (303, f"{LIST}?show=saved")
    page = cast.alice.client.get(f"{LIST}?show=saved").text
    assert "Bag" in page
    assert "Coat" not in page
    _post(cast.alice, f"{answers[3]}/save", on="0")
    assert "Nothing saved" in cast.alice.client.get(f"{LIST}?show=saved").text


def test_everything_read_leaves_a_way_to_all(cast: SimpleNamespace, answers: list[int]) -> None:
    _post(cast.alice, "read", newest=answers[-1])
    assert "Nothing new" in cast.alice.client.get(LIST).text
    assert "Coat" in cast.alice.client.get(f"{LIST}?show=all").text


def test_muting_from_here_ends_answers_and_can_be_undone(
    cast: SimpleNamespace, town: Town, answers: list[int]
) -> None:
    thread_id = db.session.get_one(Notification, answers[0]).thread_id or 0
    for _time in range(2):
        assert _post(cast.alice, f"{answers[0]}/mute", on="1").status_code == 303
    assert "You hear no more of" in cast.alice.client.get(LIST).text
    town.answer(cast.bob, thread_id)
    assert len(_ids(cast.alice)) == 4
    assert "Hear of it again" in cast.alice.client.get(LIST).text
    _post(cast.alice, f"{answers[0]}/mute", on="0")
    assert db.session.scalars(select(Follow.muted)).all() == []
    town.answer(cast.bob, thread_id)
    assert len(_ids(cast.alice)) == 5


@pytest.mark.parametrize("followed", [True, False])
def test_hearing_again_brings_back_what_was(
    cast: SimpleNamespace, town: Town, answers: list[int], followed: bool
) -> None:
    thread_id = db.session.get_one(Notification, answers[0]).thread_id or 0
    if followed:
        forum.follow(cast.alice.actor, thread_id=thread_id)
    for on in "1100":
        _post(cast.alice, f"{answers[0]}/mute", on=on)
    db.session.rollback()
    assert db.session.scalars(select(Follow.muted)).all() == [False] * followed
    for wish in ("mute", "mute", "unmute", "unmute"):
        assert cast.alice.client.post(f"/t/{thread_id}/marks", data={"wish": wish}).status_code == 303
    db.session.rollback()
    assert db.session.scalars(select(Follow.muted)).all() == [False] * followed


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/sign-out", "", "/me/notifications/mail"]
)
def test_one_is_led_back_to_the_list_only(cast: SimpleNamespace, answers: list[int], back: str) -> None:
    assert _post(cast.alice, f"{answers[0]}/save", on="1", back=back).location == LIST


@pytest.mark.parametrize("act", ["open", "read", "save", "mute"])
def test_somebody_elses_is_not_there(cast: SimpleNamespace, answers: list[int], act: str) -> None:
    for number in (answers[0], 10_000):
        assert _post(cast.bob, f"{number}/{act}", on="1", newest="9999").status_code == 404
    assert _unread(cast.alice) == 4


@pytest.mark.parametrize("show", ["everything", "", "UNREAD", "%00"])
def test_a_part_that_is_not_there_is_the_unread_one(
    cast: SimpleNamespace, answers: list[int], show: str
) -> None:
    assert cast.alice.client.get(f"{LIST}?show={show}").text.count('<li class="item') == 2


def test_a_long_group_shows_its_latest_and_its_first_unread(cast: SimpleNamespace, town: Town) -> None:
    thread_id = town.ask(cast.alice)
    for number in range(15):
        town.answer(cast.bob, thread_id, f"Answer number {number}.")
    [group] = queries.groups(cast.alice.actor, View.ALL, 1).rows
    assert (group.total, group.unread, group.news) == (15, 15, "15 new answers")
    assert [notice.subject.excerpt for notice in group.notices] == [
        *(f"Answer number {number}." for number in range(14, 4, -1)),
        "Answer number 0.",
    ]
    assert group.first.subject.excerpt == "Answer number 0."


def test_old_ones_that_were_read_are_swept_and_saved_ones_stay(
    cast: SimpleNamespace, answers: list[int], work: Callable[[], None], mailbox: Callable[[], list[Any]]
) -> None:
    work()
    assert len(mailbox()) == 2
    read, saved, _unread_one, _other = answers
    for number in (read, saved):
        _post(cast.alice, f"{number}/open")
    _post(cast.alice, f"{saved}/save", on="1")
    with frozen(now() + timing.KEPT - timedelta(days=1)):
        assert operations.sweep() == 0
    with frozen(now() + timing.KEPT + timedelta(days=3)):
        assert operations.sweep() == 1
    assert _ids(cast.alice) == answers[1:]
    with transaction() as session:
        session.execute(update(Notification).values(read_at=now(), saved_at=None))
    with frozen(now() + timing.KEPT + timedelta(days=5)):
        assert operations.sweep() == 3
    assert db.session.query(Letter).count() == 0
