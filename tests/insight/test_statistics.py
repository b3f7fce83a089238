"""The formulas, against published examples, against each other, and how often their intervals hold the truth."""

from itertools import product
from math import comb

import pytest

from app.insight.statistics import MARGIN, Z, difference, needed, quantile, wilson


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    # Newcombe, 'Two-sided confidence intervals for the single proportion', Statistics in Medicine 17 (1998) 857-872,
    # table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(hits: int, total: int, low: float, high: float) -> None:
    found = wilson(hits, total)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    # Newcombe (1998) 873-890, table II, method 10, the examples (a) to (h).
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_difference_as_published(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = difference(*one, *other)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    turned = difference(*other, *one)
    assert (turned.low, turned.high) == (pytest.approx(-found.high), pytest.approx(-found.low))


def test_so_many_sessions_are_enough_and_one_less_is_not() -> None:
    for percent in range(1, 100):
        rate = percent / 100
        number = needed(rate)
        widths = [
            (found.high - found.low) / 2
            for found in (difference(rate * n, n, rate * n, n) for n in (number, number - 1))
        ]
        assert widths[0] <= MARGIN < widths[1], percent
    assert needed(0.5) == 765
    # Of the plain interval: 2 z² p (1 - p) / margin².
    assert abs(needed(0.5) - 2 * Z * Z * 0.25 / MARGIN**2) < 5
    assert needed(0.5) == max(needed(percent / 100) for percent in range(1, 100))


@pytest.mark.parametrize(("p", "q", "n"), [(0.3, 0.3, 60), (0.5, 0.5, 45), (0.35, 0.55, 60), (0.1, 0.2, 50)])
def test_intervals_hold_the_truth_ninety_five_times_of_a_hundred(p: float, q: float, n: int) -> None:
    """Exactly, over every pair of counts there can be."""
    chance = lambda rate: [comb(n, hits) * rate**hits * (1 - rate) ** (n - hits) for hits in range(n + 1)]
    ones, others = chance(p), chance(q)
    held = sum(
        ones[one] * others[other]
        for one, other in product(range(n + 1), repeat=2)
        if p - q in difference(one, n, other, n)
    )
    assert 0.945 < held < 0.975


def test_without_waits_that_go_on_it_is_the_plain_quantile() -> None:
    waits = [(float(hour), True) for hour in range(1, 101)]
    assert quantile(waits, 0.5) == 50
    assert quantile(waits, 0.9) == 90
    assert quantile([], 0.5) is None


def test_waits_that_go_on_count_as_long() -> None:
    answered = [(1.0, True)] * 6
    assert quantile([*answered, *[(100.0, False)] * 4], 0.5) == 1
    assert quantile([*answered, *[(100.0, False)] * 4], 0.9) is None
    assert quantile([*[(1.0, True)] * 4, *[(100.0, False)] * 6], 0.5) is None


def test_kaplan_and_meier_by_hand() -> None:
    """Six waits: 1, 2+, 3, 4+, 5, 6. S: 5/6, then 5/6 · 3/4, then · 1/2, then 0."""
    waits = [(1.0, True), (2.0, False), (3.0, True), (4.0, False), (5.0, True), (6.0, True)]
    assert quantile(waits, 0.1) == 1
    assert quantile(waits, 0.3) == 3
    assert quantile(waits, 0.5) == 5
    assert quantile(waits, 0.9) == 6
