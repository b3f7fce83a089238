"""Text from elsewhere, as Markdown that renders to what was written."""

import re
from typing import Literal

from app.core.text.cleaning import clean_text

ANYWHERE = re.compile(r"[\\`*_\[\]]")
ENTITY = re.compile(r"&(?=#?\w+;)")
TAG = re.compile(r"<(?=[\w/!?])")
NUMBER_AT_START = re.compile(r"(\d+)(?=\.\s)")
SIGN_AT_START = re.compile(r"[#>+-]")
SIGN_WITHOUT_ESCAPE_AT_START = re.compile(r"[=~:|]")


Format = Literal["text", "markdown", "html"]


def as_markdown(source: str, format: Format) -> str:  # noqa: A002 - the word of the files read
    """Markdown that says what `source` says in its `format`.

    Plain text keeps its paragraphs, line breaks and every sign as written; Markdown stays as it is.

    :raises ValueError: for a format that cannot be read.
    """
    if format == "markdown":
        return source
    if format == "text":
        return "\n".join(_escaped(line.strip()) for line in clean_text(source).strip().split("\n"))
    message = f"Text in the format {format!r} cannot be imported; 'text' and 'markdown' can."
    raise ValueError(message)


def _escaped(line: str) -> str:
    line = TAG.sub("&lt;", ENTITY.sub("&amp;", ANYWHERE.sub(r"\\\g<0>", line)))
    if SIGN_WITHOUT_ESCAPE_AT_START.match(line):
        return f"&#{ord(line[0])};{line[1:]}"
    if SIGN_AT_START.match(line):
        return "\\" + line
    return re.sub(NUMBER_AT_START, r"\1\\", line, count=1) if NUMBER_AT_START.match(line) else line
