"""Heads written down daily show what was cut off at the end, which the chain itself does not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, text, update

from app.audit.heads import Head, first_missing, head, heads_file, write_head, written
from app.audit.models import AuditEntry, AuditPayload
from app.audit.operations import verify
from app.cli.audit import audit
from app.cli.worker import REGULARLY
from app.core.clock import frozen
from app.core.db import db
from app.core.transaction import transaction
from tests.audit.test_chain import _tamper

DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture
def days(write: Callable[..., None]) -> None:
    """Three days of three entries each, and the head of each day."""
    for day in range(3):
        with frozen(MONDAY + day * DAY):
            for number in range(3):
                write(f"act-{day}-{number}")
            write_head()


def verified(app: Flask, *more: str) -> tuple[int, str]:
    db.session.remove()
    ended = CliRunner().invoke(audit, ["verify", *more])
    return ended.exit_code, ended.output


def cut_off(since: int) -> None:
    _tamper(delete(AuditPayload).where(AuditPayload.entry_id >= since))
    _tamper(delete(AuditEntry).where(AuditEntry.id >= since))
    db.session.remove()


def test_one_line_a_day(app: Flask, days: None, write: Callable[..., None]) -> None:
    assert [(each.day.day, each.number) for each in written(heads_file())] == [(2, 3), (3, 6), (4, 9)]
    with frozen(MONDAY + 2 * DAY + timedelta(hours=5)):
        write("later")
        assert not write_head()
    assert len(list(written(heads_file()))) == 3
    assert heads_file().stat().st_mode & 0o077 == 0
    assert any(loop.run is write_head and loop.every <= DAY for loop in REGULARLY)


def test_a_log_without_entries_has_no_head(app: Flask) -> None:
    assert head() is None
    assert not write_head()
    assert not heads_file().exists()
    assert CliRunner().invoke(audit, ["head"]).exit_code == 1
    code, said = verified(app)
    assert code == 0
    assert "has no head yet" in said


def test_the_head_is_printed_as_it_is_written(app: Flask, days: None) -> None:
    with frozen(MONDAY + 2 * DAY):
        said = CliRunner().invoke(audit, ["head"]).output
    assert said.strip() == heads_file().read_text().splitlines()[-1]


@pytest.mark.parametrize(("since", "day"), [(9, 4), (7, 4), (4, 3), (1, 2)])
def test_entries_cut_off_at_the_end_are_missed(app: Flask, days: None, since: int, day: int) -> None:
    assert verified(app)[0] == 0
    cut_off(since)
    assert verify() is None, "the chain alone does not miss its end"
    code, said = verified(app)
    assert code == 1
    assert f"the head of 2026-03-0{day} is not in the chain" in said


def test_a_log_written_anew_is_found(app: Flask, days: None, write: Callable[..., None]) -> None:
    """Whoever cuts entries off and lets others follow has a chain that holds, as long as the one before."""
    cut_off(9)
    write("another act")
    assert verify() is None
    code, said = verified(app)
    assert code == 1
    assert "the head of 2026-03-04" in said


def test_a_changed_byte_names_the_first_entry_that_is_broken(app: Flask, days: None) -> None:
    _tamper(update(AuditEntry).where(AuditEntry.id == 5).values(verb="act-1-X"))
    code, said = verified(app)
    assert code == 1
    assert "entry 5 does not hold" in said


def test_a_copy_kept_elsewhere_is_asked_instead(app: Flask, days: None) -> None:
    copy = heads_file().with_name("copy.txt")
    copy.write_text(heads_file().read_text())
    cut_off(7)
    heads_file().write_text("".join(f"{each}\n" for each in list(written(copy))[:2]))
    assert verified(app)[0] == 0, "who cuts the file, too, is not found by it"
    assert verified(app, "--heads", str(copy))[0] == 1


@pytest.mark.parametrize(
    "line", ["2026-03-05", "soon 9 " + "0" * 64, "2026-03-05 9 " + "0" * 63, "2026-03-05 x y"]
)
def test_a_line_that_is_no_head_is_named(app: Flask, days: None, line: str) -> None:
    with heads_file().open("a") as file:
        file.write(f"{line}\n")
    code, said = verified(app)
    assert code == 1
    assert "line 4" in said


def test_a_line_cut_short_does_not_take_the_next_one_with_it(app: Flask, days: None) -> None:
    with heads_file().open("a") as file:
        file.write("2026-03-05 9 ab")
    with frozen(MONDAY + 3 * DAY):
        assert write_head()
    assert heads_file().read_text().splitlines()[-1].startswith("2026-03-05 9 ")
    assert len(heads_file().read_text().splitlines()[-1].split()[2]) == 64


def test_many_heads_are_looked_up_in_few_statements(app: Flask, days: None) -> None:
    known = list(written(heads_file()))
    assert first_missing(known * 400) is None
    wrong = Head(known[0].day, 4, known[0].hash)
    assert first_missing([*known * 400, wrong]) == wrong


def test_a_part_of_the_chain_is_verified_from_an_entry_on(app: Flask, days: None) -> None:
    assert [verify(since=number) for number in (1, 4, 9, 10)] == [None] * 4
    assert verify(since=12) == 11
    _tamper(update(AuditEntry).where(AuditEntry.id == 3).values(target_id=8))
    db.session.remove()
    assert verify(since=5) is None
    assert verify(since=3) == 3
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM audit_entry")).scalar() == 9
