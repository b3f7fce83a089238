"""Text as the eye takes it, with the way back: odd digits, spaces, dashes and hidden signs made plain."""

import html
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote

# Marks that Markdown takes out again, and entities: what is written may be looked at before it is rendered.
_REMOVED_MARKS = r"*`~\\"
_ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,12});"
_SPACE = r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
# Of spaces in a row the last one counts, as on a page.
_SPACE_TOO_MANY = rf"{_SPACE}(?={_SPACE})"
_PERCENT = r"%(?:2[0BDEbde]|3[0-9]|40)"
_ODD_ASCII = re.compile(rf"[{_REMOVED_MARKS}]|{_ENTITY}|{_PERCENT}|{_SPACE_TOO_MANY}")
_DASHES = {"\N{MINUS SIGN}", "\N{HYPHEN BULLET}"}
_DOTS = {"\N{MIDDLE DOT}", "\N{IDEOGRAPHIC FULL STOP}", "\N{KATAKANA MIDDLE DOT}"}
_UNSEEN = {"Cf", "Mn", "Me"}


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` made plain; the character at `i` was written at `places[i]`, and what is written ends at `places[-1]`."""

    text: str
    places: range | list[int]

    def written(self, start: int, end: int) -> tuple[int, int]:
        """Where in the writing the plain characters from `start` to `end` are; neither may be more than the length."""
        return self.places[start], self.places[end - 1] + 1 if end > start else self.places[start]


def fold(text: str) -> Folded:
    """Digits of every script as 0 to 9, full width as half, every space a space, every dash a hyphen.

    Spaces in a row are one. Left out are marks and signs that are not seen, and `*`, backtick, `~` and backslash;
    entities are read, and signs as addresses of pages spell them. A line break stays one. In time linear in the length.
    """
    if text.isascii() and not _ODD_ASCII.search(text):
        return Folded(text, range(len(text) + 1))
    table = {ord(sign): _plain(sign) for sign in set(text) if not sign.isascii()}
    gone = "".join(re.escape(chr(sign)) for sign, plain in table.items() if not plain)
    odd = re.compile(rf"[{_REMOVED_MARKS}{gone}]|{_ENTITY}|{_PERCENT}|{_SPACE_TOO_MANY}")
    parts: list[str] = []
    places: list[int] = []
    position = 0
    for found in odd.finditer(text):
        parts.append(text[position : found.start()].translate(table))
        places += range(position, found.start())
        position = found.end()
        if found[0][0] in "&%":
            said = html.unescape(found[0]) if found[0][0] == "&" else unquote(found[0])
            read = "".join(_plain(sign) for sign in said)
            parts.append(read)
            # It is masked whole or not at all.
            places += [found.start()] * len(read)
    parts.append(text[position:].translate(table))
    places += range(position, len(text) + 1)
    return Folded("".join(parts), places)


def _plain(sign: str) -> str:
    """One plain character for one written, or none for what is not seen."""
    if sign.isascii():
        return sign
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(sign)
    if category in _UNSEEN:
        return ""
    if category == "Pd" or sign in _DASHES:
        return "-"
    if category == "Zs":
        return " "
    if sign in _DOTS:
        return "."
    alike = unicodedata.normalize("NFKC", sign)
    return alike if len(alike) == 1 else sign
