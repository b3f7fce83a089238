"""What people write, made safe to show: Markdown to HTML, limits, cleaning, plain words, highlighting.

`render` is the only way from Markdown to HTML; `trusted` and `highlighted` are the only ways to HTML that a
template leaves as it is.
"""

from app.core.text.cleaning import clean_line, clean_text
from app.core.text.differing import Piece, difference
from app.core.text.importing import as_markdown
from app.core.text.limits import CHARACTERS, refusal
from app.core.text.masking import Found, linked_in, masked_html, seen_in
from app.core.text.naming import names_in
from app.core.text.passages import is_long_enough, spans_of
from app.core.text.personal import REGION, Kind, Passages, find, find_all, mask, masked
from app.core.text.reading import excerpt, links, plain
from app.core.text.rendering import PIPELINE_VERSION, Rendered, render
from app.core.text.safe import highlighted, trusted

__all__ = [
    "CHARACTERS",
    "PIPELINE_VERSION",
    "REGION",
    "Found",
    "Kind",
    "Passages",
    "Piece",
    "Rendered",
    "as_markdown",
    "clean_line",
    "clean_text",
    "difference",
    "excerpt",
    "find",
    "find_all",
    "highlighted",
    "is_long_enough",
    "linked_in",
    "links",
    "mask",
    "masked",
    "masked_html",
    "names_in",
    "plain",
    "refusal",
    "render",
    "seen_in",
    "spans_of",
    "trusted",
]
