"""The few formulas behind the numbers, each with its source."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054
"""The 97.5 % point of the normal distribution: two of them bound 95 %."""

MARGIN = 0.05
"""Half the width of the interval that a trial is planned for: ± 5 points."""

MOST_NEEDED = 10_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value between -1 and 1 with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def __contains__(self, truth: float) -> bool:
        return self.low <= truth <= self.high


def wilson(hits: float, total: float) -> Estimate:
    """A proportion with Wilson's score interval, without correction for continuity.

    Source: E. B. Wilson, 'Probable inference, the law of succession, and statistical inference', J. Am. Stat. Assoc. 22
    (1927) 209-212. `total` is above 0; neither has to be whole, so that a study can be planned with what is expected.
    """
    share = hits / total
    spread = Z * sqrt(share * (1 - share) / total + (Z / (2 * total)) ** 2)
    middle, scale = share + Z * Z / (2 * total), 1 + Z * Z / total
    return Estimate(share, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


def difference(hits: float, total: float, other_hits: float, other_total: float) -> Estimate:
    """The first proportion less the other, with Newcombe's hybrid score interval (his method 10).

    Source: R. G. Newcombe, 'Interval estimation for the difference between independent proportions: comparison of eleven
    methods', Statistics in Medicine 17 (1998) 873-890. Both totals are above 0.
    """
    one, other = wilson(hits, total), wilson(other_hits, other_total)
    value = one.value - other.value
    down = sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    up = sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Estimate(value, value - down, value + up)


def needed(rate: float, margin: float = MARGIN) -> int:
    """How many sessions each arm needs, when `rate` of them file, for an interval of ± `margin` about the difference.

    The smallest number at which the interval that will be shown (`difference`, with `rate` in both arms) is no wider:
    precision is planned for, as in J. M. Bland, 'The tyranny of power: is there a better approach to sample size
    calculation?', BMJ 339 (2009) b3985. It is close to 2 z² p (1 - p) / margin², of the plain interval. At most MOST_NEEDED.
    """
    low, high = 1, MOST_NEEDED
    while low < high:
        middle = (low + high) // 2
        planned = difference(rate * middle, middle, rate * middle, middle)
        if planned.high - planned.low <= 2 * margin:
            high = middle
        else:
            low = middle + 1
    return low


def quantile(waits: Iterable[tuple[float, bool]], share: float) -> float | None:
    """The time by which `share` of all have what they wait for; None when that is later than anybody has waited.

    Each wait is how long it lasted and whether it is over: those that last still count as longer than that, not as left
    out. Source: E. L. Kaplan, P. Meier, 'Nonparametric estimation from incomplete observations', J. Am. Stat. Assoc. 53
    (1958) 457-481.
    """
    # At equal times an end comes before a wait that goes on beyond it.
    in_order = sorted(waits, key=lambda wait: (wait[0], not wait[1]))
    waiting = 1.0
    for place, (lasted, over) in enumerate(in_order):
        at_risk = len(in_order) - place
        if over:
            waiting *= (at_risk - 1) / at_risk
        if waiting <= 1 - share + 1e-9:
            return lasted
    return None
