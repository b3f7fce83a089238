"""What people write, made safe to show: Markdown to HTML, limits, cleaning, plain words, highlighting.

`render` is the only way from Markdown to HTML; `trusted` and `highlighted` are the only ways to HTML that a
template leaves as it is.
"""

from app.core.text.cleaning import clean_line, clean_text
from app.core.text.limits import CHARACTERS, refusal
from app.core.text.personal import masked
from app.core.text.reading import excerpt, plain
from app.core.text.rendering import PIPELINE_VERSION, Rendered, render
from app.core.text.safe import highlighted, trusted

__all__ = [
    "CHARACTERS",
    "PIPELINE_VERSION",
    "Rendered",
    "clean_line",
    "clean_text",
    "excerpt",
    "highlighted",
    "masked",
    "plain",
    "refusal",
    "render",
    "trusted",
]
