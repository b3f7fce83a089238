"""What the trunk lets rooms above add, kind by kind, and who watches what is written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import LazyString

from app.accounts.actor import Actor


@dataclass(frozen=True, slots=True)
class Place:
    """Where a form stands whose draft is kept.

    `what` says what is written there, `title` what it is about, if that is not what is written; `words` are the fields
    with what a person typed, `rest` those that only go with them.
    """

    what: str
    url: str
    title: str = ""
    words: tuple[str, ...] = ("source",)
    rest: tuple[str, ...] = ()


class Places(Protocol):
    """Knows the forms whose drafts may be kept."""

    def __call__(self, actor: Actor, forms: Collection[str]) -> dict[str, Place]:
        """The places of those of `forms` that exist and are for `actor`, in statements that do not grow with them."""
        ...


Facts = Mapping[str, Any]
"""What taking something back needs to know: numbers, words, None, and lists and mappings of such, as JSON has them."""


class Moving(Protocol):
    """What a kind of thread adds when posts go from one of its threads to another; all in the open transaction.

    Both threads are held, and whoever writes in any thread waits. Each is called once the posts stand where they go.
    """

    @property
    def first_state(self) -> str:
        """The state of a thread that has just been made."""
        ...

    def stays(self, thread_id: int, *, into: bool) -> LazyString | None:
        """Why this thread cannot give its posts away, or with `into` take in another's; None when it can."""
        ...

    def merged(self, thread_id: int, into_id: int) -> Facts:
        """All posts of the first stand in the second; what `unmerged` needs."""
        ...

    def unmerged(self, thread_id: int, from_id: int, facts: Facts) -> None:
        """The posts of the first came back from the second."""
        ...

    def split(self, thread_id: int, new_id: int) -> Facts:
        """Some posts of the first stand in a thread of their own, which this makes one of its kind."""
        ...

    def unsplit(self, thread_id: int, new_id: int, facts: Facts) -> None:
        """The posts of the second, now empty, came back to the first."""
        ...


class KindsMoving(Protocol):
    """`Moving` of every kind there is, by kind."""

    def __call__(self) -> Mapping[str, Moving]: ...


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen in a text before it is posted: the ids of words it holds, which of them make it wait.

    `waits` says that it does for another reason: it looks like spam, or not every word could be looked for in time.
    """

    word_ids: frozenset[int] = frozenset()
    holding: frozenset[int] = frozenset()
    waits: bool = False

    @property
    def held(self) -> bool:
        """Whether it waits for a look."""
        return self.waits or bool(self.holding)

    def __or__(self, other: "Watched") -> "Watched":
        """What was seen in either."""
        return Watched(
            self.word_ids | other.word_ids, self.holding | other.holding, waits=self.waits or other.waits
        )


class Watch(Protocol):
    """Knows which words are watched, and what is done about them."""

    def passages(self, text: str) -> list[tuple[int, int]]:
        """Where in plain `text` words are that the public does not read, as beginnings and ends."""
        ...

    def look(self, actor: Actor, *, title: str, html: str) -> Watched:
        """What is in rendered, unmasked `html` and its thread's `title` that `actor` is about to post; in staff's nothing.

        Called before the transaction. Raises Problem, beside `title` or `source`, for what may not be posted.
        """
        ...

    def look_at(self, actor: Actor, *, text: str, field: str) -> Watched:
        """What is in plain `text` that goes with a post: what a photo shows, why it was edited. In staff's nothing.

        Raises Problem, beside `field`, for what may not be posted.
        """
        ...

    def fresh(self, actor: Actor, watched: Watched, *, title: str, html: str) -> Watched:
        """What of `watched` was not in the earlier `title` and `html`."""
        ...

    def note(self, actor: Actor, post_id: int, watched: Watched) -> None:
        """Write down, in the open transaction, what was seen in a post of `actor`."""
        ...
