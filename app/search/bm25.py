"""How much a document answers a query, whatever index keeps it.

BM25 summed over fields (Robertson and Zaragoza, 'The Probabilistic Relevance Framework: BM25 and Beyond', 2009; the idf
is theirs too), any word being enough.
"""

from collections.abc import Mapping
from math import log

# How much a word counts by where it stands. Measured: titles at 1 to 2 are alike and at 5 hurt, the question's own
# text at 0.2 to 0.4 helps and at 1 hurts, and answers are one text: the accepted one apart from the others hurts.
WEIGHTS: Mapping[str, float] = {"title": 1.5, "body": 0.3, "answers": 1.0}
K1 = 1.2
B = 0.75
RELATED_WEIGHT = 0.5
DRAFT_WEIGHT = 0.4
DRAFT_TERMS = 12
COMPLETIONS = 10
# Where no title knows the beginning of a word, so many stems of answers are looked at.
STEMS_LOOKED_AT = 200


def idf(frequency: float, size: int) -> float:
    """How rare it is to stand in `frequency` of `size` documents; what stands in none is the rarest."""
    frequency = min(float(frequency), size)
    return log(1 + (size - frequency + 0.5) / (frequency + 0.5))


def impact(count: int, length: int, average: float) -> float:
    """What a term that stands `count` times in a text of `length` terms says of it, but for idf and weight."""
    return count * (K1 + 1) / (count + K1 * (1 - B + B * length / average))
