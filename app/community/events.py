"""What happens to people among people."""

from dataclasses import dataclass

from app.core.events import Event


@dataclass(frozen=True, slots=True)
class QuestionRouted(Event):
    """Somebody whose accepted answers fit a waiting question is asked, once."""

    thread_id: int
    account_id: int
