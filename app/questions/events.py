"""What happens to a question."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, slots=True)
class Asked(Event):
    thread_id: int


@dataclass(frozen=True, slots=True)
class AnswerPosted(Event):
    post_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class ReplyPosted(Event):
    post_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class AnswerAccepted(Event):
    post_id: int
    thread_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class AnswerUnaccepted(Event):
    thread_id: int


@dataclass(frozen=True, slots=True)
class Imported(Event):
    thread_id: int


@dataclass(frozen=True, slots=True)
class MarkedDuplicate(Event):
    """A question points to `of_id`, which was asked before."""

    thread_id: int
    of_id: int
    by_id: int
    decided: bool = False
    """Moderators decided so, and tell its author themselves."""


@dataclass(frozen=True, slots=True)
class Reopened(Event):
    """A question that pointed elsewhere stands on its own again: its asker says what differs,
    or whoever pointed it there took that back.
    """

    thread_id: int
    by_id: int
    decided: bool = False
    """Moderators decided so, and tell its author themselves."""


@dataclass(frozen=True, slots=True)
class Archived(Event):
    """A question is kept to be read, or lives again."""

    thread_id: int
