"""A month of moderation, held to what docs/moderation.md says of it."""

from pathlib import Path
from statistics import median

import pytest

from tests.simulation.moderation import simulate

MEDIAN_HOURS = 4.6
"""That spam can be read: once and a half what was measured."""

LEAST_ACCURATE = 0.95


@pytest.mark.slow
def test_a_month(tmp_path: Path) -> None:
    found = simulate(tmp_path, seed=1)
    assert found.brigade_flags > 90
    assert found.brigade_hid == 0
    assert median(found.visible_hours) < MEDIAN_HOURS
    assert found.by_rule > 30
    assert found.accuracy >= LEAST_ACCURATE
    assert found.still_hidden == 0
    assert found.restored_hours
    assert found.reversed > 0
    assert max(found.queue) > found.queue[-1]
