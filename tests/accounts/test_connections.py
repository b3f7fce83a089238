"""Where people sign in from is kept for thirty days, and only as what tells that two share it."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import connections, operations
from app.accounts.models import Account, SignInAddress
from app.accounts.queries import MOST_NEIGHBOURS, neighbours
from app.core import clock
from app.core.clock import now
from app.core.db import db
from app.core.transaction import transaction
from tests.accounts.conftest import PASSWORD

HOME = "192.0.2.7"


def _rows() -> list[SignInAddress]:
    return list(db.session.scalars(select(SignInAddress).order_by(SignInAddress.day)))


def _note(who: Any, address: str, *days_ago: int) -> None:
    for days in days_ago:
        with clock.frozen(now() - timedelta(days=days)), transaction():
            connections.note(who.id, address)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (HOME, HOME, True),
        (HOME, "192.0.2.8", False),
        (HOME, f"::ffff:{HOME}", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ],
)
def test_what_counts_as_one_address(app: Flask, one: str, other: str, same: bool) -> None:
    assert (connections.hidden(one) == connections.hidden(other)) is same
    assert one not in str(connections.hidden(one))


def test_what_is_no_address_is_not_kept(cast: SimpleNamespace) -> None:
    _note(cast.alice, "", 0)
    _note(cast.alice, "nonsense", 0)
    assert _rows() == []


def test_it_hangs_on_the_secret_key(make_app: Callable[..., Flask]) -> None:
    hashes = set()
    for key in ("k" * 40, "l" * 40):
        with make_app(secret_key=key).app_context():
            hashes.add(connections.hidden(HOME))
    assert len(hashes) == 2


def test_signing_up_and_signing_in_keep_it(app: Flask) -> None:
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = HOME
    sent = {"name": "emma", "email": "emma@example.org", "password": PASSWORD}
    assert browser.post("/register", data=sent).status_code == 303
    row = _rows()[0]
    assert row.address == connections.hidden(HOME)
    with transaction() as session:
        account = session.scalars(select(Account)).one()
        account.email, account.pending_email, account.email_confirmed_at = account.pending_email, None, now()
        email = account.email
    browser.environ_base["REMOTE_ADDR"] = "192.0.2.8"
    assert browser.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303
    assert {kept.address for kept in _rows()} == {connections.hidden(HOME), connections.hidden("192.0.2.8")}


def test_a_session_keeps_it_once_a_day_and_reading_never(cast: SimpleNamespace) -> None:
    browser = cast.alice.client
    browser.environ_base["REMOTE_ADDR"] = HOME
    with clock.frozen(now() + timedelta(days=1)):
        browser.get("/")
        assert _rows() == []
        browser.post("/preview", data={"source": "Hello."})
        browser.environ_base["REMOTE_ADDR"] = "192.0.2.8"
        with clock.frozen(now() + timedelta(minutes=1)):
            browser.post("/preview", data={"source": "Hello."})
    assert [row.address for row in _rows()] == [connections.hidden(HOME)]


def test_the_sweep_forgets_it_after_thirty_days(cast: SimpleNamespace) -> None:
    _note(cast.alice, HOME, 31, 30, 0)
    operations.sweep()
    assert [(now().date() - row.day).days for row in _rows()] == [30, 0]


def test_who_shares_an_address(cast: SimpleNamespace) -> None:
    _note(cast.alice, HOME, 0, 1, 2)
    _note(cast.bob, HOME, 1, 2)
    _note(cast.tess, HOME, 9)
    _note(cast.charlie, "192.0.2.8", 0, 1)
    _note(cast.nia, HOME, 31)
    found = [(row.person.name, row.days, (now().date() - row.last).days) for row in neighbours(cast.alice.id)]
    assert found == [("bob", 2, 1), ("tess", 0, 9)]
    assert neighbours(cast.charlie.id) == []


def test_of_many_only_the_nearest(cast: SimpleNamespace, enter: Callable[..., Any]) -> None:
    _note(cast.alice, HOME, 0, 1)
    for number in range(MOST_NEIGHBOURS + 1):
        _note(enter(f"crowd{number}"), HOME, 0)
    _note(cast.bob, HOME, 0, 1)
    found = neighbours(cast.alice.id)
    assert len(found) == MOST_NEIGHBOURS
    assert found[0].person.name == "bob"
