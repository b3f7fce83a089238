"""State machines tried: few short sequences in `make test`, many long ones in `make proofs`."""

from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

LONG = 60, 40

sequences = pytest.mark.parametrize(
    ("database_url", "number", "steps"),
    [
        ("sqlite", 6, 12),
        # Each step by itself is tried there by the tests of the rooms.
        ("postgresql", 3, 12),
        *(pytest.param(database, *LONG, marks=pytest.mark.slow) for database in ("sqlite", "postgresql")),
    ],
    indirect=["database_url"],
)
"""So many sequences of at most so many steps; the same ones in every short run."""


def tried(machine: Any, number: int, steps: int) -> None:
    """Raises what a step or an invariant of `machine` raises, after the shortest sequence that leads there."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=number,
            stateful_step_count=steps,
            deadline=None,
            derandomize=number < LONG[0],
            suppress_health_check=list(HealthCheck),
            print_blob=False,
        ),
    )
