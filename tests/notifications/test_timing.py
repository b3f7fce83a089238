"""Hours in a person's zone: quiet ones, and one digest a day whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.notifications.models import Cadence, Kind
from app.notifications.timing import DEFAULTS, GATHERING, Hours, after_quiet, due, next_digest

ZONES = ["Europe/London", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "UTC"]
ODD = ["Australia/Lord_Howe", "America/Havana", "Africa/Casablanca", "America/St_Johns", "Asia/Kathmandu"]


def _utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc]  # a moment in numbers


def test_every_kind_has_a_pace() -> None:
    assert set(DEFAULTS) == set(Kind)


@pytest.mark.parametrize(
    ("hours", "quiet"),
    [
        (Hours(), {22, 23, *range(7)}),
        (Hours(quiet_from=9, quiet_until=17), set(range(9, 17))),
        (Hours(quiet_from=0, quiet_until=6), set(range(6))),
        (Hours(quiet_from=20, quiet_until=0), {20, 21, 22, 23}),
        (Hours(quiet_from=5, quiet_until=5), set()),
    ],
)
def test_quiet_hours_run_over_midnight_or_not(hours: Hours, quiet: set[int]) -> None:
    assert {hour for hour in range(24) if hours.quiet_at(hour)} == quiet


@pytest.mark.parametrize("tz", ZONES + ODD)
@pytest.mark.parametrize(
    "hours", [Hours(), Hours(quiet_from=0, quiet_until=2), Hours(quiet_from=1, quiet_until=0)]
)
def test_after_the_quiet_hours_it_is_not_quiet_and_no_later_than_it_must(tz: str, hours: Hours) -> None:
    moment = _utc(2026, 3, 1)
    while moment < _utc(2026, 4, 10):
        free = after_quiet(moment, tz, hours)
        assert not hours.quiet_at(free.astimezone(ZoneInfo(tz)).hour), moment
        assert moment <= free <= moment + timedelta(hours=48)
        if free > moment:
            assert hours.quiet_at((free - timedelta(seconds=1)).astimezone(ZoneInfo(tz)).hour)
        moment += timedelta(minutes=47)


@pytest.mark.parametrize("tz", ZONES + ODD)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 8, 23])
def test_there_is_one_digest_on_each_day_of_two_years(tz: str, hour: int) -> None:
    moment, days = _utc(2026, 1, 1), []
    hours = Hours(digest_hour=hour)
    while moment < _utc(2028, 1, 1):
        moment = next_digest(moment, tz, hours, Cadence.DAILY)
        days.append(moment.astimezone(ZoneInfo(tz)).date())
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]


def test_an_hour_that_is_left_out_is_its_successor_and_of_one_that_comes_twice_it_is_the_first() -> None:
    night = Hours(digest_hour=1, quiet_from=0, quiet_until=0)
    before, london = _utc(2026, 3, 28, 12), "Europe/London"
    spring = next_digest(before, london, night, Cadence.DAILY)
    assert spring.astimezone(ZoneInfo(london)).isoformat() == "2026-03-29T02:00:00+01:00"
    autumn = next_digest(_utc(2026, 10, 24, 12), london, night, Cadence.DAILY)
    assert autumn.astimezone(ZoneInfo(london)).isoformat() == "2026-10-25T01:00:00+01:00"
    assert next_digest(autumn, london, night, Cadence.DAILY) == _utc(2026, 10, 26, 1)


@pytest.mark.parametrize("tz", ZONES)
@pytest.mark.parametrize("weekday", range(7))
def test_weekly_is_the_chosen_day_at_the_chosen_hour(tz: str, weekday: int) -> None:
    moment = _utc(2026, 3, 20, 5)
    for _week in range(4):
        moment = next_digest(moment, tz, Hours(18, weekday), Cadence.WEEKLY)
        local = moment.astimezone(ZoneInfo(tz))
        assert (local.weekday(), local.hour, local.minute) == (weekday, 18, 0)


def test_a_day_that_had_its_digest_gets_no_second_one() -> None:
    after = _utc(2026, 7, 1, 5)
    today = next_digest(after, "UTC", Hours(), Cadence.DAILY)
    assert today == _utc(2026, 7, 1, 8)
    assert next_digest(after, "UTC", Hours(), Cadence.DAILY, beyond=date(2026, 7, 1)) == _utc(2026, 7, 2, 8)


def test_news_at_once_waits_for_company_and_for_the_morning() -> None:
    noon, night = _utc(2026, 7, 1, 12), _utc(2026, 7, 1, 23, 30)
    assert due(noon, "UTC", Hours(), Cadence.NOW) == noon + GATHERING
    assert due(night, "UTC", Hours(), Cadence.NOW) == _utc(2026, 7, 2, 7)
    assert due(noon, "UTC", Hours(), Cadence.OFF) is None
