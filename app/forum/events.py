"""What happens in the trunk. Each event names its thread, so that whoever keeps a copy of it can refresh."""

from dataclasses import dataclass

from app.core.events import Event
from app.forum.models import Visibility


@dataclass(frozen=True, slots=True)
class PostEdited(Event):
    """A post's words changed, or with the opening post's its thread's title or tags."""

    post_id: int
    thread_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class PostHeld(Event):
    """A post was written that waits for a look."""

    post_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class PostVisibilityChanged(Event):
    """Others see a post than before, or with an opening post its whole thread; `by_id` is None for a rule's doing."""

    post_id: int
    thread_id: int
    before: Visibility
    after: Visibility
    by_id: int | None
