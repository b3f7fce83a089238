"""What the trunk lets rooms above add, kind by kind."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

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
