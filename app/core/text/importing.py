"""Text from elsewhere, as Markdown that renders to what was written. Only importing loads this."""

from collections.abc import Callable
from typing import Literal

from app.core.text.cleaning import clean_text
from app.core.text.escaping import escaped
from app.core.text.from_html import Link, html_as_markdown
from app.core.text.limits import CHARACTERS, LINES, refusal

Format = Literal["text", "markdown", "html"]

SHORTENED = "*(This was longer where it comes from.)*"
_ROOM = len(SHORTENED) + 2


def as_markdown(source: str, format: Format, link: Link = str) -> str:  # noqa: A002 - the word of the files read
    """Markdown that says what `source` says in its `format`.

    Plain text keeps its paragraphs, line breaks and every sign as written; Markdown stays as it is; of HTML stays what
    `html_as_markdown` says, which asks `link` where its links lead.
    """
    if format == "markdown":
        return source
    if format == "html":
        return html_as_markdown(clean_text(source), link)
    return "\n".join(escaped(line.strip()) for line in clean_text(source).strip().split("\n"))


def fitting(markdown: str) -> tuple[str, bool]:
    """`markdown` as long as a post can be, and whether it was shortened; a shortened one ends by saying so.

    Cut at a line where that keeps something, else within the first; never raises.
    """
    markdown = clean_text(markdown)
    if not refusal(markdown):
        return markdown, False
    lines = markdown[: CHARACTERS - _ROOM].split("\n")[: LINES - 2]
    kept = _most(len(lines), lambda count: "\n".join(lines[:count]))
    if not kept.strip():
        kept = _most(len(lines[0]), lambda count: lines[0][:count])
    return f"{kept.rstrip()}\n\n{SHORTENED}", True


def _most(longest: int, beginning: Callable[[int], str]) -> str:
    """The longest beginning that a post can be, found by halving."""
    least, most = 0, longest
    while least < most:
        middle = (least + most + 1) // 2
        if refusal(f"{beginning(middle)}\n\n{SHORTENED}"):
            most = middle - 1
        else:
            least = middle
    return beginning(least)
