"""What questions ask of rooms above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flask_babel import LazyString
from markupsafe import Markup

from app.accounts.actor import Actor


@dataclass(frozen=True, slots=True)
class Match:
    """A thread that may hold the answer; title and passage have the matching words marked.

    `notes` are what else there is to know of its answers, in a few words each.
    """

    thread_id: int
    url: str
    title_html: Markup
    passage_html: Markup
    kind: str
    state: str
    space: str
    replies: int
    solved: bool
    notes: tuple[str, ...] = ()


class Suggest(Protocol):
    """Finds existing answers while somebody writes."""

    def __call__(
        self, actor: Actor, *, title: str, body: str = "", limit: int = 5, exclude: int | None = None
    ) -> Sequence[Match]:
        """The best matches first; none for fewer than two characters. Only what `actor` may see."""
        ...


class Outcomes(Protocol):
    """Notes what became of suggestions. Both write rows in the open transaction.

    Whose they were is used to find the session that is open on `/help`, and tied to nobody elsewhere; `visitor` is the
    key of a browser that nobody is signed in on.
    """

    def solved(self, actor: Actor, visitor: str | None, *, form: str, thread_id: int) -> None:
        """Somebody filling in `form` said that this thread answers them."""
        ...

    def none_fit(self, actor: Actor, visitor: str | None, *, form: str) -> None:
        """Somebody was shown matches in `form` and went on."""
        ...


@dataclass(frozen=True, slots=True)
class SupportStanding:
    """How a thread stands with Support, in words for everybody.

    While it is `there`, nobody can take it there again. `ticket_url` is for those who may read the ticket; `outcome_url`
    for whoever took it to the marketplace and may say how it went.
    """

    since: datetime
    line: LazyString
    there: bool = False
    note: str = ""
    official_post_id: int | None = None
    ticket_url: str | None = None
    outcome_url: str | None = None


class Support(Protocol):
    """The way on for an asker whom peers could not help."""

    def standing(self, actor: Actor, thread_id: int) -> SupportStanding | None:
        """How the thread stands with Support; None when it never went there."""
        ...

    def offer(self, actor: Actor, thread_id: int) -> str | None:
        """Where `actor` can take this thread to support; None when they cannot."""
        ...
