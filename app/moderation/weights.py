"""What a flag weighs, and what many of them do by themselves: every number of it in one place.

Sources: Discourse, 'Reviewable scores' (meta.discourse.org/t/116464): a flag's score is the kind's bonus plus the
flagger's trust and accuracy, and a post is hidden above a threshold that several people must reach; Stack Exchange,
'Who can flag' (stackoverflow.com/help/privileges/flag-posts): six spam flags hide a post; here three of established
people do, as `product.md` asks. Adapted: whoever is new weighs something in the queue and nothing towards hiding.
"""

import math
from collections.abc import Mapping
from datetime import timedelta

from app.moderation.rules import BROKEN
from app.moderation.words import Reason

SEVERITY: Mapping[Reason, int] = {
    Reason.DANGEROUS_LINK: 5,
    Reason.PERSONAL: 5,
    Reason.SCAM: 4,
    Reason.IMPERSONATION: 4,
    Reason.ABUSE: 3,
    Reason.SPAM: 2,
    Reason.OFF_TOPIC: 1,
    Reason.UNCLEAR: 1,
    Reason.OTHER: 1,
}
"""How much harm an hour does while it can be read, from 1 (untidy) to 5 (somebody is robbed or found at home)."""

SEVERE = 4
"""From here on moderators are told at once, and what hid by itself stays hidden until one has looked."""

HELD_SEVERITY = 1
"""Of what nobody sees yet: it harms nobody, but its author waits."""

BY_TRUST = (0.25, 1.0, 1.5, 2.0)
"""A flag's weight by its author's trust, 0 to 3, before accuracy."""

REPORT_WEIGHT = 0.25
"""Of a report without an account: as a fresh account's first flag. It never counts towards hiding."""

LEAST_TRUST_TO_HIDE = 1
"""Who is below counts in the queue, not towards hiding: however many fresh accounts agree, they hide nothing."""

HIDES_AT = 3.0
INDEPENDENT = 3
"""Words hide by themselves at this weight from at least so many independent people: no two from one address."""

TRUSTED_TO_MASK = 3
"""From this trust on one flag unlinks a link that is said to be dangerous, or masks what is said to be personal."""

PRIOR = 2.0
"""Flags a person is taken to have had upheld, and as many declined, before the first was decided (Laplace's rule)."""

FLOOD = 10
"""Flags within a day that weigh fully; with n of them each weighs FLOOD / n of that."""

RESTORED_AFTER = timedelta(hours=72)
"""What hid by itself and nobody looked at is shown again then, unless it is SEVERE."""

REACH_WINDOW = timedelta(days=7)

OLDEST_HOURS = 72.0
"""Age raises priority up to here: by then what waits counts fourfold."""

APPEALABLE_MONTHS = 6
"""Calendar months from being told. Regulation (EU) 2022/2065, article 20(1): at least six months."""


MOST_NOTICED = 3
"""How severe a machine's notice may be at most: it never calls moderators at once."""

SPAM_NOTICED = SEVERITY[Reason.SPAM]


def noticed(rule: int | None) -> int:
    """How severe a watched word of this rule is."""
    worst = max((SEVERITY[reason] for reason, broken in BROKEN.items() if broken.number == rule), default=1)
    return min(worst, MOST_NOTICED)


def accuracy(upheld: int, declined: int) -> float:
    """How often a person's flags were right, 0 to 1; one half when none was decided."""
    return (upheld + PRIOR) / (upheld + declined + 2 * PRIOR)


def weight(trust: int, upheld: int, declined: int, today: int) -> float:
    """Of one flag, by the flagger's trust, accuracy and number of flags within the last day, this one included."""
    flooding = min(1.0, FLOOD / max(today, 1))
    return BY_TRUST[max(0, min(trust, len(BY_TRUST) - 1))] * 2 * accuracy(upheld, declined) * flooding


def reach(readers: int) -> float:
    """By how many people opened the thread within a week: 1 for none, 2 for nine, 3 for a hundred."""
    return 1 + math.log10(1 + readers)
