"""A month with a known effect is recovered, and one without shows nought.

All of it runs through the operations that serve the site: the trial is started by `start_trial`, sessions are drawn and
noted by `helping.show`, tickets are noted by `helping.file` (which `file_ticket` calls), and read by the dashboard's own
`result`. Only the writing of the tickets themselves is left out here; in `tests/desk/test_trial.py` they are written,
through the pages.
"""

from collections.abc import Callable
from math import comb

import pytest

from app.accounts.actor import Actor
from app.insight.queries.trials import Result
from app.insight.statistics import difference
from app.search.models import Arm
from tests.insight.conftest import Truth

RUNS = 200
SESSIONS = 80
EFFECT = Truth(open=0.25, closed=0.50)
RARE = Truth(open=0.06, closed=0.06)
COMMON = Truth(open=0.35, closed=0.35)
ENOUGH = 0.95 * RUNS

Live = Callable[[int, Truth, list[Actor]], Result]
Bring = Callable[[int], list[Actor]]


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("truth", "least"),
    [(EFFECT, ENOUGH), (RARE, ENOUGH), (COMMON, 180)],
    ids=["effect", "none", "none-common"],
)
def test_the_truth_is_held_in_95_of_100_months(live: Live, people: Bring, truth: Truth, least: float) -> None:
    """The months are those of the seeds 0 to 199, which nobody chose.

    An interval that holds the truth exactly 95 times of 100 in the long run holds it in 190 of 200 months only a little
    more often than not. So the month without an effect is one of few tickets, for which Newcombe's interval is cautious
    (below); the one of many, for which it is exact, may fall short of 190 by what comes once in a thousand.
    """
    members = people(SESSIONS)
    held, values, told_apart = 0, [], 0
    for seed in range(RUNS):
        found = live(seed, truth, members)
        assert found.arms[Arm.OPEN].counted + found.arms[Arm.CONTROL].counted == SESSIONS
        assert found.estimate
        held += truth.effect in found.estimate
        told_apart += 0 not in found.estimate
        values.append(found.estimate.value)
    print(f"{truth}: held {held} of {RUNS}, nought outside in {told_apart}, mean {sum(values) / RUNS:+.4f}")
    assert held >= least
    # Over all months there is no bias: three standard errors of the mean are 0.023.
    assert abs(sum(values) / RUNS - truth.effect) < 0.023
    if truth.effect:
        assert told_apart > RUNS / 2


@pytest.mark.parametrize(
    ("truth", "low", "high"), [(EFFECT, 0.94, 0.96), (RARE, 0.97, 0.98), (COMMON, 0.94, 0.96)]
)
def test_how_often_such_a_month_holds_it_in_the_long_run(truth: Truth, low: float, high: float) -> None:
    """Exactly, for forty sessions an arm: over every pair of counts there can be."""
    arm = SESSIONS // 2
    chances = [
        [comb(arm, hits) * rate**hits * (1 - rate) ** (arm - hits) for hits in range(arm + 1)]
        for rate in (truth.open, truth.closed)
    ]
    held = sum(
        one * other
        for hits, one in enumerate(chances[0])
        for other_hits, other in enumerate(chances[1])
        if truth.effect in difference(hits, arm, other_hits, arm)
    )
    assert low < held < high


def test_one_month_with_an_effect_on_either_database(live: Live, people: Bring) -> None:
    found = live(7, Truth(open=0.1, closed=0.6), people(80))
    assert found.estimate
    assert found.estimate.high < 0
    assert -0.5 in found.estimate
