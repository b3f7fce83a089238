"""Rendered HTML back to plain words: for excerpts, search documents and the text part of a letter."""

import re
from html.parser import HTMLParser

PARAGRAPHS = {"p", "pre", "blockquote", "table", "hr"}
LINES = {"br", "li", "ol", "tr", "ul"}
CELLS = {"td", "th"}
ADDRESS = re.compile(r"(?:https?://|\bwww\.)[^\s<>\"]{2,2000}", re.IGNORECASE)
WHITESPACE = re.compile(r"\s+")


def plain(html: str) -> str:
    """The readable text of rendered HTML, entities decoded.

    A blank line between paragraphs, a newline between lines, list items and table rows; code keeps indents.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (line.rstrip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def excerpt(text: str, limit: int = 160) -> str:
    """The beginning of `text` on one line: at most `limit` characters with an ellipsis, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line[:limit]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut else cut[:-1]
    return at_word.rstrip(" ,;:.-\u2013\u2014") + "…"


def links(html: str, title: str = "") -> list[str]:
    """Where the links of rendered HTML lead that leave this site, each once.

    Addresses that only stand there, in code or in `title`, count too: mail programs make links of them.
    """
    reader = _Links()
    reader.feed(html)
    reader.close()
    return list(dict.fromkeys([*reader.found, *ADDRESS.findall(title)]))


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._in_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") or ""
        if tag == "a":
            self._in_link = True
            self.found += [address] if address.startswith("http") else []

    def handle_endtag(self, tag: str) -> None:
        self._in_link = self._in_link and tag != "a"

    def handle_data(self, data: str) -> None:
        if not self._in_link:
            self.found += ADDRESS.findall(data)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._newlines_due = 0
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._in_code = self._in_code or tag == "pre"
        self._break(tag)
        if tag in CELLS and not self._newlines_due:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._in_code = self._in_code and tag != "pre"
        if tag != "br":
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            data = WHITESPACE.sub(" ", data)
            if self._newlines_due or not self.parts or self.parts[-1].endswith(" "):
                data = data.removeprefix(" ")
        if data:
            self.parts += ["\n" * self._newlines_due, data]
            self._newlines_due = 0

    def _break(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self._newlines_due = 2
        elif tag in LINES:
            self._newlines_due = max(self._newlines_due, 1)
