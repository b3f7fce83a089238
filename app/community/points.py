"""What reputation is made of, in one table.

Source: Stack Exchange's reputation (stackoverflow.com/help/whats-reputation): an answer voted up +10, voted down −2,
accepted +15, and −1 for voting an answer down. Adapted: questions take no votes here, for a question is mostly a need,
and nobody shall think twice before asking for help; a word against an answer is free, for here it warns the next
seller. There is no daily cap: votes are few in a small town.
"""

from sqlalchemy import ColumnElement, case, select

from app.community.models import Reason, Reputation
from app.forum.models import Post, Thread, Visibility

POINTS = {
    Reason.HELPFUL: 10,
    Reason.UNHELPFUL: -2,
    Reason.ACCEPTED: 15,
}


def shown(reputation: int) -> int:
    """Nobody is shown with less than nothing."""
    return max(0, reputation)


def worth() -> ColumnElement[int]:
    """What a row of the ledger counts now, for statements on it: nothing while others do not see what it is about."""
    seen = (
        select(Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Post.id == Reputation.post_id,
            Post.visibility == Visibility.PUBLIC,
            Thread.visibility == Visibility.PUBLIC,
        )
        .exists()
    )
    return case(
        *[(seen & (Reputation.reason == reason), points) for reason, points in POINTS.items()], else_=0
    )
