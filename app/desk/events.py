"""What happens to a ticket."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, slots=True)
class TicketFiled(Event):
    ticket_id: int


@dataclass(frozen=True, slots=True)
class TicketReplied(Event):
    """A message that both sides see; internal notes are nobody's news."""

    message_id: int
    ticket_id: int
    author_id: int


@dataclass(frozen=True, slots=True)
class ThreadEscalated(Event):
    """A thread went to Support, or in community mode its asker took it to the marketplace.

    Where moderators sent it, their decision tells its asker.
    """

    thread_id: int
    by_id: int


@dataclass(frozen=True, slots=True)
class ThreadAnswerPublished(Event):
    """Support answered in the thread, for everybody."""

    post_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class EscalationEnded(Event):
    """The ticket of a thread is over, or moderators took back that it went: the thread stands among peers again.

    With `taken_back` its asker hears that from moderation.
    """

    thread_id: int
    taken_back: bool


@dataclass(frozen=True, slots=True)
class OutcomeAsked(Event):
    """Somebody who took a thread to the marketplace is asked how it went."""

    thread_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class OutcomeTold(Event):
    """They said how it went."""

    thread_id: int
    by_id: int
