"""What follows in search from events."""

from app.accounts.events import SessionBegun
from app.forum.events import Voted
from app.search import helping, indexing


def session_begun(event: SessionBegun) -> None:
    helping.adopt(event.account_id, event.visitor)


def voted(event: Voted) -> None:
    """Which answer is the best may have changed. Nobody waits to find it, so even a live index hears of it later."""
    indexing.enqueue(event.thread_id)
