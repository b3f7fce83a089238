"""Letters that came back and complaints stop mail to one address, if the letter was ours; hostile reports do nothing."""

import io
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy.exc import OperationalError

from app.cli.mail import TEMPORARY_FAILURE, mail
from app.core.clock import frozen
from app.core.db import db
from app.mail import naming, reports, stopping
from app.mail.models import MailBounce, MailStop
from app.mail.operations import post
from app.mail.queries import Letter
from app.mail.reports import Verdict
from tests.mail.reports import arf, dsn

ALICE = "alice@example.org"
NOON = datetime(2026, 7, 15, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("app")


def _name(key: str = "letter:1", to: str = ALICE) -> str:
    return naming.message_id(key, to, "localhost")


def _read(raw: bytes) -> str:
    result = CliRunner().invoke(mail, ["bounced"], input=raw, catch_exceptions=False)
    assert result.exit_code == 0
    db.session.rollback()
    return result.output


def _why(address: str = ALICE) -> str | None:
    row = stopping.stopped(address)
    return row.why if row else None


@pytest.mark.parametrize("quoted", ["message/rfc822", "text/rfc822-headers"])
def test_a_letter_that_came_back_for_good_stops_mail_to_its_address(quoted: str) -> None:
    assert "has stopped" in _read(dsn(_name(), quoted=quoted))
    assert _why() == "bounced"
    assert _why("ALICE@example.org ") == "bounced"
    assert _why("bob@example.org") is None


def test_a_complaint_stops_it_although_the_report_hides_the_address() -> None:
    _read(arf(_name()))
    assert _why() == "complained"


def test_the_same_report_again_changes_nothing() -> None:
    _read(dsn(_name()))
    assert "had stopped before" in _read(dsn(_name()))
    assert db.session.query(MailStop).count() == 1


def test_several_in_a_week_that_may_pass_stop_it() -> None:
    for number, hours in enumerate((0, 30, 60)):
        assert _why() is None
        with frozen(NOON + timedelta(hours=hours)):
            _read(dsn(_name(f"letter:{number}"), status="4.2.2"))
            _read(dsn(_name(f"letter:{number}"), status="4.2.2"))
    assert _why() == "bounced"


def test_far_apart_they_do_not() -> None:
    for number in range(6):
        with frozen(NOON + timedelta(days=4 * number)):
            _read(dsn(_name(f"letter:{number}"), status="4.4.1"))
    assert _why() is None
    with frozen(NOON + timedelta(days=60)):
        stopping.sweep()
    assert db.session.query(MailBounce).count() == 0


@pytest.mark.parametrize(
    "raw",
    [
        dsn("<not-ours@localhost>"),
        b"",
        b"\x00" * 100,
        b"Subject: I am away\n\nBack on Monday.",
        b"Content-Type: multipart/report; boundary=\n\n--\n",
        b"Content-Type: multipart/report\n\n\n",
        b"Content-Type: multipart/report; boundary=a\n\n--a\nContent-Type: message/delivery-status\n\n\xff\xfe: \n\n--a--",
    ],
)
def test_what_is_no_report_of_ours_changes_nothing(raw: bytes) -> None:
    assert "Nothing was changed" in _read(raw)
    assert db.session.query(MailStop).count() == 0


@pytest.mark.parametrize(
    ("action", "status"),
    [("delayed", "4.4.1"), ("relayed", "2.0.0"), ("delivered", "2.1.5"), ("failed", "x")],
)
def test_what_has_not_failed_counts_for_nothing(action: str, status: str) -> None:
    _read(dsn(_name(), action=action, status=status))
    assert _why() is None
    assert db.session.query(MailBounce).count() == 0


def test_a_report_that_it_was_no_spam_changes_nothing() -> None:
    _read(arf(_name(), kind="not-spam"))
    assert _why() is None


def test_a_name_that_was_tampered_with_is_not_ours() -> None:
    """Somebody with a letter of their own cannot stop anybody else's mail."""
    letter, to, seal = _name()[1:-1].split("@")[0].split(".")
    other = naming.address_key("bob@example.org")
    for forged in (
        f"<{letter}.{other}.{seal}@localhost>",
        f"<{letter[::-1]}.{to}.{seal}@localhost>",
        f"<{letter}.{to}.{'0' * 12}@localhost>",
    ):
        assert naming.read(forged) is None
        _read(dsn(forged))
    assert db.session.query(MailStop).count() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_hostile_reports_are_read_in_no_time() -> None:
    whole = dsn(_name())
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
        for number in range(10_000)
    )
    hostile = [
        deep,
        b"Content-Type: message/rfc822\n\n" * 20_000,
        b"Message-ID: <" * 50_000,
        b"Message-ID:" + b"\n " * 200_000,
        b"X: y\n" * 100_000 + whole,
        whole + b"A" * 5_000_000,
        whole.replace(b"Status:", b"Status:" + b" " * 100_000),
        b"Content-Type: multipart/report; boundary=a\n" + b"--a\n" * 100_000,
        b"Content-Type: " + b"a/" * 100_000 + b"\n\n",
        b"Content-Type: multipart/report; boundary=" + b'"a" (' * 50_000 + b"\n\n",
    ]
    for raw in hostile:
        began = time.process_time()
        reports.parse(raw)
        assert time.process_time() - began < 5


def test_reports_with_bytes_changed_never_fail() -> None:
    draw = random.Random(7)
    for raw in (dsn(_name()), arf(_name())):
        for _time in range(300):
            broken = bytearray(raw)
            for _byte in range(draw.randint(1, 40)):
                broken[draw.randrange(len(broken))] = draw.randrange(256)
            found = reports.parse(bytes(broken[: draw.randint(1, len(broken))]))
            assert found is None or found.verdict in Verdict


def test_a_database_out_of_reach_lets_the_mail_server_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_rest: object, **_more: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    monkeypatch.setattr(stopping, "bounced", locked)
    result = CliRunner().invoke(mail, ["bounced"], input=io.BytesIO(dsn(_name())))
    assert result.exit_code == TEMPORARY_FAILURE


class TestStopped:
    """No news to a stopped address, but what a person asks for themselves."""

    @pytest.fixture
    def send(self, mailbox: Callable[[], list[Letter]]) -> Callable[..., list[str]]:
        def one(kind: str, **context: object) -> list[str]:
            facts = {"url": "http://localhost/x", **context}
            post(kind, to=ALICE, locale="en", context=facts, key=f"{kind}:1")
            return [letter.subject for letter in mailbox()]

        return one

    def test_letters_asked_for_go_out_and_news_does_not(self, send: Any) -> None:
        _read(arf(_name()))
        assert send("news", subject_line="News", news="", part=None, one=True) == []
        assert len(send("confirm")) == 1
        assert len(send("reset")) == 2
        assert len(send("prove")) == 3

    def test_letters_that_guard_the_account_go_out(self, send: Any) -> None:
        _read(arf(_name()))
        for kind in ("move", "move_asked", "move_known", "moved_from", "moved_to", "password_changed"):
            sent = len(send(kind))
        assert sent == 6

    def test_after_starting_again_everything_goes(self, send: Any) -> None:
        _read(dsn(_name()))
        _read(dsn(_name("letter:2"), status="4.2.2"))
        stopping.start_again("Alice@Example.org")
        assert _why() is None
        assert db.session.query(MailBounce).count() == 0
        assert len(send("password_changed")) == 1
