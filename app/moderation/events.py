"""What happens when moderators look at something."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, slots=True)
class PostRefused(Event):
    """A post that waited for a look is not shown to others; `reason` is a `words.Refusal`."""

    post_id: int
    thread_id: int
    by_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class PostWatched(Event):
    """A post holds a watched word that is flagged or held, and did not before."""

    post_id: int
    word_id: int
