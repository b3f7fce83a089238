"""Months of help sessions whose effect is known."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from app.accounts.actor import Actor, Role
from app.accounts.models import Account
from app.core.clock import frozen, now
from app.core.db import db
from app.core.transaction import transaction
from app.insight import operations
from app.insight.queries.trials import Result, result
from app.insight.statistics import needed
from app.search import helping
from app.search.models import Trial
from tests.house.town import thread

DAYS = 28
FIRST = datetime(2030, 1, 1, tzinfo=UTC)
APART = timedelta(days=42)
"""From one month to the next: by then everybody's session is long over."""


@dataclass(frozen=True)
class Truth:
    """What part of the sessions files, by how the answers stand."""

    open: float
    closed: float

    @property
    def effect(self) -> float:
        return self.open - self.closed


@pytest.fixture
def people(app: Flask) -> Callable[[int], list[Actor]]:
    """So many members with nothing else to do."""

    def bring(number: int) -> list[Actor]:
        with transaction() as session:
            accounts = [
                Account(
                    name=f"member{place}",
                    display_name=f"Member {place}",
                    skeleton=f"member{place}",
                    email=f"member{place}@example.org",
                    email_confirmed_at=now(),
                    role=Role.MEMBER,
                    tz="Europe/London",
                )
                for place in range(number)
            ]
            session.add_all(accounts)
            session.flush()
            return [Actor(account.id, Role.MEMBER, 1, "en", "Europe/London") for account in accounts]

    return bring


@pytest.fixture
def live(
    cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int, Truth, list[Actor]], Result]:
    """Live one month of a trial, everybody with one session in it, through the real operations; what came of it.

    The month is drawn from `seed`: the trial's salt, when each session begins, who files and when. Whoever is shown the
    answers files with one chance, whoever has them closed with the other: nothing else tells the two apart.
    """
    threads = [thread(cast.bob.id)[0] for _three in range(3)]

    def month(seed: int, truth: Truth, members: list[Actor]) -> Result:
        chance = random.Random(seed)
        monkeypatch.setattr(
            "app.insight.operations.secrets.token_hex", lambda _size: f"{chance.getrandbits(128):032x}"
        )
        begin = FIRST + APART * seed
        with frozen(begin):
            helping.sweep()
            trial_id = operations.start_trial(
                cast.adam.actor,
                begins_on=begin.date(),
                ends_on=(begin + timedelta(days=DAYS - 1)).date(),
                share=100,
                rate=50,
                seen=needed(0.5),
            )
        for member in members:
            at = begin + timedelta(days=DAYS) * chance.random()
            with frozen(at):
                folded = helping.show(member, None, thread_ids=threads, urgent=False)
            if chance.random() < (truth.closed if folded else truth.open):
                with frozen(at + timedelta(days=6.9) * chance.random()), transaction():
                    helping.file(member)
        with frozen(begin + timedelta(days=DAYS + 8)):
            return result(db.session.get_one(Trial, trial_id))

    return month
