"""What follows in search from events."""

from app.accounts.events import SessionBegun
from app.search import helping


def session_begun(event: SessionBegun) -> None:
    helping.adopt(event.account_id, event.visitor)
