"""`/mod/trials`: how many sessions it takes, starting with dates, stopping early."""

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.config import Mode
from app.core.clock import frozen, now
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.insight import operations
from app.insight.statistics import needed
from app.search.models import Trial


def _form(**more: str) -> dict[str, str]:
    today = now().date()
    return {
        "begins_on": today.isoformat(),
        "ends_on": (today + timedelta(days=27)).isoformat(),
        "share": "50",
        "rate": "30",
        "seen": str(needed(0.3)),
        **more,
    }


def _facts(**more: int | date) -> dict[str, int | date]:
    today = now().date()
    return {"begins_on": today, "ends_on": today, "share": 50, "rate": 30, "seen": needed(0.3), **more}


def _trials() -> list[Trial]:
    db.session.rollback()
    return list(db.session.scalars(select(Trial).order_by(Trial.id)))


def test_the_page_says_how_many_it_takes_before_anything_can_be_started(cast: SimpleNamespace) -> None:
    page = cast.adam.client.get("/mod/trials").text
    assert f"<strong>{2 * needed(0.5):,}</strong>" in page
    assert "How many file is not known yet; at 50% it takes the most." in page
    page = cast.adam.client.get("/mod/trials?rate=30").text
    assert f"<strong>{2 * needed(0.3):,}</strong>" in page
    assert f'name="seen" type="hidden" value="{needed(0.3)}"' in page
    for odd in ("0", "100", "x", "-3", "9" * 30, "%00"):
        assert f"<strong>{2 * needed(0.5):,}</strong>" in cast.adam.client.get(f"/mod/trials?rate={odd}").text


def test_it_is_started_and_logged(cast: SimpleNamespace) -> None:
    assert cast.adam.client.post("/mod/trials", data=_form()).status_code == 303
    (trial,) = _trials()
    assert (trial.id, trial.share, trial.rate, trial.needed) == (1, 50, 30, needed(0.3))
    assert (trial.begins_on, trial.started_by_id) == (now().date(), cast.adam.id)
    verbs = db.session.execute(select(AuditEntry.verb, AuditEntry.actor_id, AuditEntry.target_id)).all()
    assert verbs == [("start trial", cast.adam.id, 1)]
    page = cast.adam.client.get("/mod/trials").text
    assert "Stop it now" in page
    assert "Start the trial" not in page
    assert trial.salt not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"begins_on": ""}, "Choose the day on which it begins."),
        ({"begins_on": "tomorrow"}, "Write the day like 2026-12-03."),
        ({"begins_on": "2020-01-01"}, "That day is over."),
        ({"ends_on": ""}, "Choose the day on which it ends."),
        ({"ends_on": "2021-01-01"}, "It cannot end before it begins."),
        ({"ends_on": "2999-01-01"}, "At most a year"),
        ({"share": ""}, "Say how many sessions take part."),
        ({"share": "half"}, "A whole number."),
        ({"share": "1"}, "A percentage from 2 to 100"),
        ({"share": "101"}, "A percentage from 2 to 100"),
        ({"rate": "0"}, "A percentage from 1 to 99."),
        ({"seen": "1"}, "See first how many sessions it takes"),
        ({"seen": "\x00²"}, "See first how many sessions it takes"),
    ],
)
def test_what_is_wrong_is_said(cast: SimpleNamespace, wrong: dict[str, str], sentence: str) -> None:
    answer = cast.adam.client.post("/mod/trials", data=_form(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<title>Error:" in answer.text
    assert _trials() == []


def test_one_at_a_time(cast: SimpleNamespace) -> None:
    assert cast.adam.client.post("/mod/trials", data=_form()).status_code == 303
    again = cast.adam.client.post("/mod/trials", data=_form())
    assert again.status_code == 422
    assert "One trial is planned or running." in again.text
    assert len(_trials()) == 1
    cast.adam.client.post("/mod/trials/1/stop")
    assert cast.adam.client.post("/mod/trials", data=_form()).status_code == 303
    assert [trial.id for trial in _trials()] == [1, 2]


def test_of_eight_at_once_one_begins(app: Flask, cast: SimpleNamespace) -> None:
    barrier = threading.Barrier(8)
    begun: list[int] = []

    def start() -> None:
        with app.app_context():
            barrier.wait()
            with suppress(Problem):
                begun.append(operations.start_trial(cast.adam.actor, **_facts()))

    threads = [threading.Thread(target=start) for _eight in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert begun == [1]
    assert len(_trials()) == 1


def test_stopping_is_done_once_and_logged_and_a_trial_that_is_over_stays_as_it_was(
    cast: SimpleNamespace,
) -> None:
    operations.start_trial(cast.adam.actor, **_facts())
    for _twice in range(2):
        assert cast.adam.client.post("/mod/trials/1/stop").status_code == 303
    (trial,) = _trials()
    assert trial.stopped_at is not None
    stops = select(func.count()).select_from(AuditEntry).where(AuditEntry.verb == "stop trial")
    assert db.session.scalar(stops) == 1
    assert "stopped on" in cast.adam.client.get("/mod/trials").text
    operations.start_trial(cast.adam.actor, **_facts())
    with frozen(now() + timedelta(days=2)):
        operations.stop_trial(cast.adam.actor, trial_id=2)
    assert _trials()[1].stopped_at is None


def test_the_operations_refuse_everybody_but_admins(cast: SimpleNamespace) -> None:
    for name in ("alice", "tess", "mona", "agnes"):
        with pytest.raises(NotFound):
            operations.start_trial(getattr(cast, name).actor, **_facts())
        with pytest.raises(NotFound):
            operations.stop_trial(getattr(cast, name).actor, trial_id=1)
    with pytest.raises(NotFound):
        operations.stop_trial(cast.adam.actor, trial_id=9)


def test_where_nobody_files_here_none_can_begin(
    make_app: Callable[..., Flask], cast: SimpleNamespace
) -> None:
    with make_app(mode=Mode.COMMUNITY).app_context(), pytest.raises(Problem, match="nobody can count"):
        operations.start_trial(cast.adam.actor, **_facts())


def test_how_long_it_takes_at_the_pace_there_is(cast: SimpleNamespace) -> None:
    page = cast.adam.client.get("/mod/trials").text
    assert "There was no session in the last four weeks" in page
    assert re.search(r"<strong>1,530</strong>", page)
