"""HTML from elsewhere as Markdown: the one module that imports markdownify. Only importing loads it."""

import re
from collections.abc import Callable
from typing import Any

from bs4.element import NavigableString, Tag
from markdownify import MarkdownConverter

from app.core.text.escaping import escaped, escaped_anywhere, escaped_at_start
from app.core.text.reading import plain

Link = Callable[[str], str]
"""What the address in a link or picture becomes."""

RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
CAN_BE_RAISED = re.compile(r"[0-9+\-=()ni]+")
CAN_BE_LOWERED = re.compile(r"[0-9+\-=()]+")
BACKTICKS = re.compile(r"`+")
ENDS_AN_ADDRESS = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E"}
INDENT = " " * 4
BEGINS_A_LINE = (None, "br", "p", "div", "ul", "ol", "blockquote", "pre", "table", "hr")


def html_as_markdown(html: str, link: Link = str) -> str:
    """Markdown that our pipeline renders to what `html` says.

    Paragraphs, emphasis, lists, quotes, code, tables and links stay. A picture becomes a link to it, a hidden passage
    a quote that says so, a key that is pressed code; raised and lowered figures become the signs for them. Any other
    tag goes and leaves its words. `link` is asked for every address. Never raises: what is nested too deeply comes
    back as words.
    """
    try:
        return str(_Converter(link).convert(html)).strip()
    except RecursionError:
        return "\n".join(escaped(line.strip()) for line in plain(html).split("\n"))


class _Converter(MarkdownConverter):
    """In the dialect of `pipeline.py`: lists are indented by four, a line break is a line break."""

    def __init__(self, link: Link) -> None:
        # `wrap` without a width takes line breaks inside paragraphs for the spaces they are in HTML.
        super().__init__(heading_style="ATX", bullets="-", wrap=True, wrap_width=None)
        self._link = link

    def escape(self, text: str, parent_tags: set[str]) -> str:
        return escaped_anywhere(text)

    def process_text(self, el: NavigableString, parent_tags: set[str] | None = None) -> str:
        text = str(super().process_text(el, parent_tags))  # type: ignore[misc]  # its stubs leave it out
        if "_noformat" in (parent_tags or ()) or _name(el.previous_sibling) not in BEGINS_A_LINE:
            return text
        words = text.lstrip(" ")
        return text[: len(text) - len(words)] + escaped_at_start(words)

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        words = text.strip()
        href = self._address(el.get("href"))
        if not words or not href or "_noformat" in parent_tags:
            return text
        return text.replace(words, f"[{words}]({href})", 1)

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        words = escaped_anywhere(" ".join(str(el.get("alt") or "").split()))
        href = self._address(el.get("src"))
        # Inside a link the picture is what one presses, so its words are enough.
        if "a" in parent_tags or not href or "_noformat" in parent_tags:
            return words or "image"
        return f"[{words or 'image'}]({href})"

    def convert_br(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return " " if "_inline" in parent_tags else "\n"

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip("\n")
        if not text or "_inline" in parent_tags:
            return text
        if parent_tags & {"li", "blockquote"}:
            # Fences are read at the left edge only.
            return "\n\n" + "\n".join(INDENT + line if line else "" for line in text.split("\n")) + "\n\n"
        longest = max(map(len, BACKTICKS.findall(text)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"\n\n{fence}\n{text}\n{fence}\n\n"

    def convert_blockquote(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip("\n").rstrip()
        if not text or "_inline" in parent_tags:
            return f" {text} "
        if "spoiler" in (el.get("class") or ()):
            text = f"**Spoiler:** {text.lstrip()}"
        return "\n\n" + "\n".join(f"> {line}".rstrip() for line in text.split("\n")) + "\n\n"

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip()
        if not text:
            return "\n"
        first, *rest = text.split("\n")
        return (
            "\n".join([_mark(el).ljust(4) + first, *(INDENT + line if line else "" for line in rest)]) + "\n"
        )

    def convert_td(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        # In code a stroke is a stroke already.
        text = text if "`" in text else text.replace("|", r"\|")
        return str(super().convert_td(el, text, parent_tags))  # type: ignore[misc]  # its stubs leave it out

    convert_th = convert_td

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return text.translate(LOWERED) if CAN_BE_LOWERED.fullmatch(text) else text

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return text.translate(RAISED) if CAN_BE_RAISED.fullmatch(text) else text

    def _address(self, written: Any) -> str:
        address = self._link(str(written or "").strip())
        return "".join(ENDS_AN_ADDRESS.get(sign, sign) for sign in address if sign.isprintable())


def _mark(item: Tag) -> str:
    parent = item.parent
    if parent is None or parent.name != "ol":
        return "-"
    start = str(parent.get("start") or "1")
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 7 else 1
    return f"{first + len(item.find_previous_siblings('li'))}."


def _name(element: Any) -> str | None:
    """The tag before a text: None when there is none, '' when it is text."""
    return None if element is None else getattr(element, "name", None) or ""
