"""What follows in the trunk from events."""

from app.accounts.events import SessionBegun
from app.forum import mentioning
from app.forum.events import PostVisibilityChanged
from app.forum.models import Visibility
from app.forum.operations.drafts import adopt_drafts


def session_begun(event: SessionBegun) -> None:
    adopt_drafts(event.account_id, event.visitor)


def visibility_changed(event: PostVisibilityChanged) -> None:
    """What was held or hidden is there for others now, with a thread all that stands in it."""
    if event.after is Visibility.PUBLIC:
        mentioning.tell_in(event.thread_id)
