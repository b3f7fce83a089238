"""In which order answers stand."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from math import sqrt

from app.forum.queries import Node

Z_95 = 1.96

# When readers' votes outweigh the asker's mark. Whoever asked has tried the answer, so the mark gives way only to what
# could not be chance.
#
#   least votes       10    below ten, three friends decide
#   least difference  0.3   between lower bounds: 10 of 10 (0.72) passes an answer with 3 of 5 (0.23) or without votes,
#                           and does not pass one with 5 of 5 (0.57)
OUTSCORED_VOTES = 10
OUTSCORED_BY = 0.3


class Sort(StrEnum):
    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"


def score(up: int, down: int) -> float:
    """How sure one may be that a post helps: the lower bound of the 95 % Wilson interval of its share of helpful votes.

    Between 0 and 1; 0 without votes. With p = up / n and z = 1.96:
    (p + z²/2n - z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n). Source: E. B. Wilson, Probable Inference, the Law of Succession,
    and Statistical Inference, JASA 22 (1927), 209-212.
    """
    votes = up + down
    if not votes:
        return 0.0
    share, z2 = up / votes, Z_95 * Z_95
    margin = Z_95 * sqrt(share * (1 - share) / votes + z2 / (4 * votes * votes))
    return max(0.0, (share + z2 / (2 * votes) - margin) / (1 + z2 / votes))


def in_order(
    answers: Sequence[Node], accepted: Node | None, sort: Sort = Sort.BEST, *, stale: bool = False
) -> list[Node]:
    """The best first: the accepted one, unless it is clearly outscored; support's; by score; by time.

    `accepted` is the post that holds the mark; the answer it is, or hangs under, goes first, or when it is `stale` last.
    """
    if sort is not Sort.BEST:
        return sorted(answers, key=_age, reverse=sort is Sort.NEWEST)
    marked = next((node for node in answers if accepted and _holds(node, accepted)), None)
    first = marked if accepted and not stale and not _outscored(accepted, answers) else None
    return sorted(
        answers,
        key=lambda node: (
            stale and node is marked,
            node is not first,
            not (node.official and node.seen),
            -score(node.up_count, node.down_count) if node.seen else 0.0,
            *_age(node),
        ),
    )


def _age(node: Node) -> tuple[datetime, int]:
    return node.created_at, node.id


def _outscored(accepted: Node, answers: Sequence[Node]) -> bool:
    least = score(accepted.up_count, accepted.down_count) + OUTSCORED_BY
    return any(
        node.up_count + node.down_count >= OUTSCORED_VOTES and score(node.up_count, node.down_count) > least
        for node in answers
        if node.seen and node is not accepted
    )


def _holds(answer: Node, accepted: Node) -> bool:
    return answer is accepted or any(node is accepted for node in answer.below())
