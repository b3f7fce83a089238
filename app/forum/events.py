"""What happens in the trunk. Each event names its thread, so that whoever keeps a copy of it can refresh."""

from dataclasses import dataclass

from app.core.events import Event
from app.forum.models import Visibility


@dataclass(frozen=True, slots=True)
class ThreadTouched(Event):
    """Something of a thread changed that its page shows, and so its version did; what it was, other events say."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class PostEdited(Event):
    """A post's words changed, or with the opening post's its thread's title or tags.

    `decided` says that moderators decided so, who tell its author themselves.
    """

    post_id: int
    thread_id: int
    by_id: int
    decided: bool = False


@dataclass(frozen=True, slots=True)
class PostHeld(Event):
    """A post was written that waits for a look."""

    post_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class PostVisibilityChanged(Event):
    """Others see a post than before, or with an `opening` post its whole thread; `by_id` is None for a rule's doing."""

    post_id: int
    thread_id: int
    opening: bool
    before: Visibility
    after: Visibility
    by_id: int | None


@dataclass(frozen=True, slots=True)
class Voted(Event):
    """Somebody's word on a post went from `before` to `value`: 1, -1, or 0 for none."""

    post_id: int
    thread_id: int
    voter_id: int
    before: int
    value: int


@dataclass(frozen=True, slots=True)
class Mentioned(Event):
    """A post that others may see names somebody."""

    post_id: int
    thread_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class ThreadMoved(Event):
    """A thread's tag or space became another because those were merged."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class PostsMoved(Event):
    """Posts came to this thread from another one, or left it for one: two threads changed, each has its event."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class TextRebuilt(Event):
    """Posts of a thread, or its title, read differently though nobody edited them."""

    thread_id: int


@dataclass(frozen=True, slots=True)
class EditProposed(Event):
    """Somebody suggests a change to what another wrote; its author may decide on it."""

    proposal_id: int
    post_id: int
    thread_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class EditDecided(Event):
    """A suggested change was approved, and is in the post now, or was not.

    It also ends unapproved when its post was changed or went; `by_id` is None for a rule's doing.
    """

    proposal_id: int
    post_id: int
    thread_id: int
    by_id: int | None
    approved: bool
