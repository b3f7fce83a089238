"""Personal data and masked words in public text: what whoever is not staff reads instead."""

import re
from collections.abc import Callable

from app.config import Settings
from app.core.parts import part
from app.core.text import Found, Kind, Passages, find_all, mask, masked, masked_html
from app.forum.models import LONGEST_IMPORTED_TITLE
from app.forum.ports import Watch

# What a page does not show of Markdown, and what may stand amid a number for that reason.
_MARKS = re.compile(r"\]\([^()\n]{0,2000}\)|\]\[[^\[\]\n]{0,200}\]|[\[\]<>_]")


def public(text: str, hidden: Passages | None = None) -> str:
    """`text`, plain or Markdown, as the public reads it: for titles, old versions, names and letters.

    What is `hidden` of it in particular (`redacted.put_away`) is masked with the rest, here and below.
    """
    return masked(text, _region(), passages=_passages(hidden))


def public_source(source: str, hidden: Passages | None = None) -> str:
    """Markdown as it was written, as the public reads it; marks that tear something apart go with what is masked."""
    shown = public(source, hidden)
    bare = _MARKS.sub("", shown)
    return shown if public(bare, hidden) == bare else public(bare, hidden)


def public_html(html: str, hidden: Passages | None = None) -> tuple[str, tuple[Found, ...]]:
    """Rendered HTML as the public reads it, and what was masked in it."""
    return masked_html(html, _region(), _passages(hidden))


def titled(title: str, hidden: Passages | None = None) -> dict[str, str | None]:
    """The columns that keep a thread's title: as the public reads it, and as written where that differs."""
    shown = public(title, hidden)[:LONGEST_IMPORTED_TITLE]
    return {"title": shown, "unmasked_title": title if shown != title else None}


def found_in(text: str) -> list[Found]:
    """Personal data and masked words in plain `text`."""
    return [
        Found(finding.kind, written, mask(finding.kind, written))
        for finding in find_all(text, _region(), passages=part(Watch).passages)
        for written in (text[finding.start : finding.end],)
    ]


def without_cards(text: str) -> str:
    """`text` with the numbers and codes of cards masked, and everything else as it is."""
    return masked(text, _region(), (Kind.CARD, Kind.CODE))


def _passages(hidden: Passages | None) -> Callable[[str], list[tuple[int, int]]]:
    watched = part(Watch).passages
    return watched if hidden is None else lambda text: [*watched(text), *hidden(text)]


def _region() -> str:
    return part(Settings).region
