"""What follows in search from events."""

from app.accounts.actor import Role
from app.accounts.events import RoleChanged, SessionBegun
from app.forum.queries import threads_of
from app.search import helping, indexing


def session_begun(event: SessionBegun) -> None:
    helping.adopt(event.account_id, event.visitor)


def role_changed(event: RoleChanged) -> None:
    """Answers by support are marked, so those of somebody who joins or leaves it are looked at anew."""
    if Role.AGENT in {event.before, event.after}:
        for thread_id in threads_of(event.account_id):
            indexing.enqueue(thread_id)
