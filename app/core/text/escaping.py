"""Signs of plain words, written so that Markdown leaves them as they are."""

import re

ANYWHERE = re.compile(r"[\\`*_\[\]]")
ENTITY = re.compile(r"&(?=#?\w+;)")
TAG = re.compile(r"<(?=[\w/!?])")
NUMBER_AT_START = re.compile(r"(\d+)(?=\.\s)")
SIGN_AT_START = re.compile(r"[#>+-]")
SIGN_WITHOUT_ESCAPE_AT_START = re.compile(r"[=~:|]")


def escaped(line: str) -> str:
    """A whole line of plain words as Markdown."""
    return escaped_at_start(escaped_anywhere(line))


def escaped_anywhere(text: str) -> str:
    """Words as Markdown, as far as signs are concerned that mean something anywhere in a line."""
    return TAG.sub("&lt;", ENTITY.sub("&amp;", ANYWHERE.sub(r"\\\g<0>", text)))


def escaped_at_start(line: str) -> str:
    """A line that `escaped_anywhere` has seen, without what would mean something at its start."""
    if SIGN_WITHOUT_ESCAPE_AT_START.match(line):
        return f"&#{ord(line[0])};{line[1:]}"
    if SIGN_AT_START.match(line):
        return "\\" + line
    return re.sub(NUMBER_AT_START, r"\1\\", line, count=1) if NUMBER_AT_START.match(line) else line
