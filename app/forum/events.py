"""What happens in the trunk. Each event names its thread, so that whoever keeps a copy of it can refresh."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, slots=True)
class PostEdited(Event):
    """A post's words changed, or with the opening post's its thread's title or tags."""

    post_id: int
    thread_id: int
