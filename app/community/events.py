"""What happens to people among people."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, slots=True)
class QuestionRouted(Event):
    """Somebody whose accepted answers fit a waiting question is asked, once."""

    thread_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class TrustChanged(Event):
    """A person's trust went from level `before` to `after`, 0 to 3, by what they did or did not do."""

    account_id: int
    before: int
    after: int
