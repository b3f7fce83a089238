"""When letters go and what goes together: never two for one thing, never at night, never an empty one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from app.accounts.models import Account
from app.core.clock import frozen
from app.core.db import db
from app.core.transaction import transaction
from app.forum.models import Follow
from app.jobs import operations as jobs
from app.jobs.models import Job
from app.mail.queries import Letter
from app.notifications import mailing, operations
from app.notifications.models import Cadence, Kind, Notification
from app.notifications.timing import Hours
from tests.notifications.town import Town

Mailbox = Callable[[], list[Letter]]
NOON = datetime(2026, 7, 15, 11, tzinfo=UTC)
"""A Wednesday in July, twelve o'clock in London."""

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def at(mailbox: Mailbox) -> Callable[[datetime], list[str]]:
    """The worker's minute at this moment; the subjects of the letters it sent, the oldest first."""

    def step(moment: datetime) -> list[str]:
        before = {letter.name for letter in mailbox()}
        with frozen(moment):
            mailing.send_due()
            for job_id in jobs.due():
                jobs.carry_out(job_id)
        return sorted(letter.subject for letter in mailbox() if letter.name not in before)

    return step


def _follow(who: Any, thread_id: int, *, muted: bool = False) -> None:
    with transaction() as session:
        session.add(Follow(account_id=who.id, thread_id=thread_id, muted=muted, created_at=NOON))


def _answers(town: Town, thread_id: int, *answers: tuple[Any, datetime]) -> None:
    for who, moment in answers:
        with frozen(moment):
            town.answer(who, thread_id)


Step = Callable[[datetime], list[str]]


def test_what_happens_in_one_thread_within_minutes_is_one_letter(
    cast: SimpleNamespace, town: Town, at: Step, mailbox: Mailbox
) -> None:
    with frozen(NOON):
        coat, bag = town.ask(cast.alice, title="Coat"), town.ask(cast.alice, title="Bag")
    _answers(town, coat, (cast.bob, NOON), (cast.charlie, NOON + 2 * MINUTE))
    _answers(town, bag, (cast.bob, NOON + 2 * MINUTE))
    assert at(NOON + 2 * MINUTE) == []
    assert at(NOON + 3 * MINUTE) == ["2 new answers: “Coat”"]
    [letter] = mailbox()
    assert "Bob answered your question" in letter.text
    assert "Charlie answered your question" in letter.html
    assert at(NOON + 5 * MINUTE) == ["Bob answered: “Bag”"]
    assert at(NOON + HOUR) == []


def test_at_night_letters_wait_for_the_morning_of_the_person(
    cast: SimpleNamespace, town: Town, at: Step
) -> None:
    with transaction() as session:
        session.execute(update(Account).where(Account.id == cast.alice.id).values(tz="America/New_York"))
    with frozen(NOON - 6 * HOUR):
        thread_id = town.ask(cast.alice, title="Coat")
    _answers(town, thread_id, (cast.bob, NOON - 5 * HOUR), (cast.charlie, NOON - 2 * HOUR))
    assert at(NOON - 4 * HOUR) == []
    assert at(NOON - MINUTE) == []
    assert at(NOON) == ["2 new answers: “Coat”"]


def test_a_worker_that_was_away_until_night_still_waits(cast: SimpleNamespace, town: Town, at: Step) -> None:
    with frozen(NOON):
        thread_id = town.ask(cast.alice, title="Coat")
    _answers(town, thread_id, (cast.bob, NOON))
    assert at(NOON + 11 * HOUR) == []
    assert at(NOON + 19 * HOUR) == ["Bob answered: “Coat”"]


class TestDigests:
    """charlie follows alice's thread, and hears of it once a day."""

    @pytest.fixture(autouse=True)
    def _followed(self, cast: SimpleNamespace, town: Town) -> None:
        with frozen(NOON):
            self.thread_id = town.ask(cast.alice, title="Coat")
        operations.choose(cast.alice.id, choices={Kind.ANSWER: Cadence.OFF})
        _follow(cast.charlie, self.thread_id)

    def test_it_comes_once_a_day_at_the_hour_and_not_without_news(
        self, cast: SimpleNamespace, town: Town, at: Step
    ) -> None:
        eight = NOON + 20 * HOUR
        _answers(town, self.thread_id, (cast.bob, NOON), (cast.mona, NOON + HOUR))
        assert at(NOON + 2 * HOUR) == []
        assert at(eight - MINUTE) == []
        assert at(eight) == ["News in “Coat”"]
        _answers(town, self.thread_id, (cast.bob, eight + MINUTE))
        assert at(eight + 2 * MINUTE) == at(eight + HOUR) == []
        assert at(eight + 24 * HOUR) == ["News in “Coat”"]
        assert at(eight + 48 * HOUR) == []

    def test_an_outage_of_days_gives_one_digest(self, cast: SimpleNamespace, town: Town, at: Step) -> None:
        _answers(town, self.thread_id, *((cast.bob, NOON + timedelta(days=number)) for number in range(5)))
        at(NOON)
        assert at(NOON + timedelta(days=5)) == ["News in “Coat”"]
        _answers(town, self.thread_id, (cast.mona, NOON + timedelta(days=5, minutes=1)))
        assert at(NOON + timedelta(days=5, hours=1)) == []
        assert at(NOON + timedelta(days=5, hours=20)) == ["News in “Coat”"]

    def test_a_catch_up_just_before_the_hour_is_the_digest_of_that_day(
        self, cast: SimpleNamespace, town: Town, at: Step
    ) -> None:
        _answers(town, self.thread_id, (cast.bob, NOON))
        at(NOON + MINUTE)
        morning = NOON + timedelta(days=2, hours=-4, minutes=-30)
        assert at(morning) == ["News in “Coat”"]
        _answers(town, self.thread_id, (cast.mona, morning + MINUTE))
        at(morning + 2 * MINUTE)
        assert at(morning + HOUR) == []
        assert at(morning + 25 * HOUR) == ["News in “Coat”"]

    def test_what_was_read_on_the_site_is_left_out_and_nothing_is_sent_without_it(
        self, cast: SimpleNamespace, town: Town, at: Step
    ) -> None:
        _answers(town, self.thread_id, (cast.bob, NOON))
        at(NOON + MINUTE)
        operations.read_all(cast.charlie.actor, newest=10_000)
        assert at(NOON + 20 * HOUR) == []

    def test_what_was_hidden_is_left_out(
        self, cast: SimpleNamespace, town: Town, at: Step, mailbox: Mailbox
    ) -> None:
        with frozen(NOON):
            hidden = town.answer(cast.bob, self.thread_id, "Not for long.")
            town.answer(cast.mona, self.thread_id, "For ever.")
        at(NOON + MINUTE)
        town.hide(hidden)
        assert len(at(NOON + 20 * HOUR)) == 1
        assert "Not for long" not in mailbox()[0].text + mailbox()[0].html
        assert "For ever" in mailbox()[0].text

    def test_a_day_and_a_week_at_one_hour_are_one_letter(
        self, cast: SimpleNamespace, town: Town, at: Step, mailbox: Mailbox
    ) -> None:
        operations.choose(cast.charlie.id, choices={Kind.ANSWER: Cadence.WEEKLY})
        operations.choose_hours(cast.charlie.id, hours=Hours(8, 3))
        with frozen(NOON):
            own = town.ask(cast.charlie, title="Bag")
        _answers(town, self.thread_id, (cast.bob, NOON))
        _answers(town, own, (cast.bob, NOON))
        at(NOON + MINUTE)
        assert len(at(NOON + 20 * HOUR)) == 1
        assert "Bob answered your question" in mailbox()[0].text
        assert "Bob wrote in a thread you follow" in mailbox()[0].text

    def test_an_earlier_hour_holds_from_now_on(self, cast: SimpleNamespace, town: Town, at: Step) -> None:
        _answers(town, self.thread_id, (cast.bob, NOON))
        at(NOON + MINUTE)
        with frozen(NOON + HOUR):
            operations.choose_hours(cast.charlie.id, hours=Hours(15))
        assert at(NOON + 2 * HOUR) == []
        assert at(NOON + 3 * HOUR) == ["News in “Coat”"]

    def test_another_zone_holds_from_now_on_without_a_second_digest_that_day(
        self, cast: SimpleNamespace, town: Town, at: Step
    ) -> None:
        _answers(town, self.thread_id, (cast.bob, NOON))
        at(NOON + MINUTE)
        assert at(NOON + 20 * HOUR) == ["News in “Coat”"]
        _answers(town, self.thread_id, (cast.mona, NOON + 21 * HOUR))
        at(NOON + 21 * HOUR)
        with transaction() as session:
            session.execute(
                update(Account).where(Account.id == cast.charlie.id).values(tz="America/New_York")
            )
        sent = [at(NOON + timedelta(hours=hour)) for hour in range(22, 50)]
        assert [number for number, subjects in enumerate(sent, 22) if subjects] == [49]

    def test_switched_to_at_once_it_comes_at_once(self, cast: SimpleNamespace, town: Town, at: Step) -> None:
        _answers(town, self.thread_id, (cast.bob, NOON))
        at(NOON + MINUTE)
        with frozen(NOON + 5 * MINUTE):
            operations.choose(cast.charlie.id, choices={Kind.FOLLOWED: Cadence.NOW})
        assert at(NOON + 6 * MINUTE) == ["Bob wrote in “Coat”"]

    def test_muted_meanwhile_it_does_not_come(self, cast: SimpleNamespace, town: Town, at: Step) -> None:
        _answers(town, self.thread_id, (cast.bob, NOON))
        at(NOON + MINUTE)
        with transaction() as session:
            session.execute(update(Follow).values(muted=True))
        assert at(NOON + 20 * HOUR) == []

    def test_a_digest_stops_with_one_click(
        self, cast: SimpleNamespace, town: Town, at: Step, mailbox: Mailbox
    ) -> None:
        _answers(town, self.thread_id, (cast.bob, NOON))
        at(NOON + MINUTE)
        at(NOON + 20 * HOUR)
        text = mailbox()[0].text
        link = text[text.index("/unsubscribe/") :].split()[0]
        assert cast.bob.client.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
        _answers(town, self.thread_id, (cast.mona, NOON + 21 * HOUR))
        at(NOON + 21 * HOUR)
        assert at(NOON + 44 * HOUR) == []


def test_a_worker_killed_between_sending_and_noting_sends_the_same_letter(
    cast: SimpleNamespace, town: Town, at: Step, mailbox: Mailbox
) -> None:
    with frozen(NOON):
        thread_id = town.ask(cast.alice, title="Coat")
    _answers(town, thread_id, (cast.bob, NOON))
    assert len(at(NOON + 3 * MINUTE)) == 1
    with transaction() as session:
        session.execute(update(Job).values(done_at=None, due_at=NOON))
    assert at(NOON + 9 * MINUTE) == []
    assert len(mailbox()) == 1


def test_news_that_a_letter_took_along_is_never_taken_again(
    cast: SimpleNamespace, town: Town, at: Step
) -> None:
    with frozen(NOON):
        thread_id = town.ask(cast.alice, title="Coat")
    _answers(town, thread_id, (cast.bob, NOON))
    at(NOON + 3 * MINUTE)
    with transaction() as session:
        session.execute(update(Notification).values(mail_at=NOON))
    with frozen(NOON + 4 * MINUTE):
        mailing.send_due()
    assert db.session.scalar(select(func.count(Notification.id)).where(Notification.letter_id == 1)) == 1
    assert at(NOON + 4 * MINUTE) == []


def test_one_persons_trouble_keeps_nobody_elses_letters(
    cast: SimpleNamespace, town: Town, at: Step, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction() as session:
        session.execute(update(Account).where(Account.id == cast.alice.id).values(tz="Europe/London"))
    with frozen(NOON):
        hers, his = town.ask(cast.alice, title="Coat"), town.ask(cast.bob, title="Bag")
    _answers(town, hers, (cast.bob, NOON))
    _answers(town, his, (cast.alice, NOON))
    with transaction() as session:
        session.execute(update(Account).where(Account.id == cast.alice.id).values(tz="Nowhere/Land"))
    assert at(NOON + 3 * MINUTE) == ["Alice answered: “Bag”"]
    assert f"letters for account {cast.alice.id} failed" in caplog.text


def test_what_is_due_is_found_by_its_index(cast: SimpleNamespace, town: Town, at: Step) -> None:
    """People for whom nothing waits cost nothing."""
    with frozen(NOON):
        thread_id = town.ask(cast.alice, title="Coat")
    _answers(town, thread_id, (cast.bob, NOON))
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    with frozen(NOON + MINUTE):
        mailing.send_due()
    event.remove(db.engine, "before_cursor_execute", note)
    assert len([statement for statement in sent if "SELECT" in statement]) == 1
    if db.engine.dialect.name == "sqlite":
        [found] = [statement for statement in sent if "SELECT" in statement]
        plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {found}", ("2026", 9, 0))
        assert "USING COVERING INDEX ix_notification_waiting" in " ".join(map(str, plan))
