"""Personal data in public text: what whoever is not staff reads instead."""

from app.config import Settings
from app.core.parts import part
from app.core.text import Found, Kind, find, mask, masked, masked_html
from app.forum.models import LONGEST_IMPORTED_TITLE


def public(text: str) -> str:
    """`text`, plain or Markdown, as the public reads it: for titles, old versions, names and letters."""
    return masked(text, _region())


def public_html(html: str) -> tuple[str, tuple[Found, ...]]:
    """Rendered HTML as the public reads it, and what was masked in it."""
    return masked_html(html, _region())


def titled(title: str) -> dict[str, str | None]:
    """The columns that keep a thread's title: as the public reads it, and as written where that differs."""
    shown = public(title)[:LONGEST_IMPORTED_TITLE]
    return {"title": shown, "unmasked_title": title if shown != title else None}


def found_in(text: str) -> list[Found]:
    """Personal data in plain `text`."""
    return [
        Found(finding.kind, written, mask(finding.kind, written))
        for finding in find(text, _region())
        for written in (text[finding.start : finding.end],)
    ]


def without_cards(text: str) -> str:
    """`text` with the numbers and codes of cards masked, and everything else as it is."""
    return masked(text, _region(), (Kind.CARD, Kind.CODE))


def _region() -> str:
    return part(Settings).region
