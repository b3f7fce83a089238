"""The only clock, and times in words."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from app.core import clock
from app.core.web.times import absolute, iso

NOON = datetime(2026, 11, 20, 12, 0, 30, 500, tzinfo=UTC)


def test_it_goes_and_knows_its_zone() -> None:
    first = clock.now()
    assert first.tzinfo is UTC
    assert timedelta(0) <= clock.now() - first < timedelta(seconds=5)


def test_it_stands_still_inside_and_goes_on_after() -> None:
    with clock.frozen(NOON):
        assert clock.now() == clock.now() == NOON
        with clock.frozen(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_it_goes_on_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), clock.frozen(NOON):
        raise ZeroDivisionError
    assert clock.now() != NOON


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_year_is_said_only_when_it_is_another(app: Flask) -> None:
    with app.test_request_context("/"), force_locale("en"), clock.frozen(NOON):
        assert absolute(NOON) == "20 Nov, 12:00"
        assert absolute(NOON - timedelta(days=365)) == "20 Nov 2025, 12:00"
        assert absolute(datetime(2026, 7, 1, 12, 0, tzinfo=UTC)) == "1 Jul, 13:00"


def test_times_for_machines() -> None:
    assert iso(NOON) == "2026-11-20T12:00:30Z"
