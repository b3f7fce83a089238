"""Plain text on sheets of paper, as PDF. What is written is drawn and never read as markup: there is none.

The only module that knows the PDF library.
"""

import unicodedata
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONTS = Path(__file__).parent / "fonts"
WIDTH, HEIGHT = A4
MARGIN = 56.0
LABELS = 150.0
"""Width of the column in which labels stand beside their values, in points, as all lengths here."""
LEADING = 1.42
FOOT = 8.0
LAST_CONTROL = 0x20


class _Piece(NamedTuple):
    x: float
    y: float
    face: str
    size: float
    text: str


class Sheets:
    """Sheets of A4, begun anew as one is full. `undrawn` is whether a character had to stand as its code."""

    def __init__(self) -> None:
        _faces()
        self.undrawn = False
        self._sheets: list[list[_Piece]] = [[]]
        self._y = HEIGHT - MARGIN

    def title(self, text: str) -> None:
        self._lines(text, "Bold", 19, MARGIN)
        self._y -= 6

    def heading(self, text: str) -> None:
        """Never the last line of a sheet."""
        self._y -= 16
        self._room(70)
        self._lines(text, "Bold", 13, MARGIN)
        self._y -= 3

    def paragraph(self, text: str) -> None:
        self._y -= 3
        self._lines(text, "Book", 10, MARGIN)
        self._y -= 4

    def item(self, text: str) -> None:
        self._y -= 8
        self._room(50)
        self._lines(text, "Bold", 10, MARGIN)

    def pair(self, label: str, value: str) -> None:
        """A value beside its label."""
        lines = self._wrapped(value, "Book", 9.5, WIDTH - 2 * MARGIN - LABELS)
        self._room(9.5 * LEADING)
        self._put(MARGIN, "Bold", 8.5, self._wrapped(label, "Bold", 8.5, LABELS - 8)[0])
        self._set(lines, "Book", 9.5, MARGIN + LABELS)

    def seal(self, text: str) -> None:
        """In letters of one width."""
        self._lines(text, "Courier", 7.5, MARGIN)

    def pdf(self, *, title: str, author: str, foot: str, language: str) -> bytes:
        """The document; `foot` holds {page} and {pages} and stands under each sheet."""
        out = BytesIO()
        canvas = Canvas(out, pagesize=A4, lang=language)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        for number, sheet in enumerate(self._sheets, start=1):
            for piece in sheet:
                canvas.setFont(piece.face, piece.size)
                canvas.drawString(piece.x, piece.y, piece.text)
            canvas.setFont("Book", FOOT)
            below = foot.format(page=number, pages=len(self._sheets))
            canvas.drawCentredString(WIDTH / 2, MARGIN / 2, self._drawable(below))
            canvas.showPage()
        canvas.save()
        return out.getvalue()

    def _lines(self, text: str, face: str, size: float, x: float) -> None:
        self._set(self._wrapped(text, face, size, WIDTH - MARGIN - x), face, size, x)

    def _set(self, lines: list[str], face: str, size: float, x: float) -> None:
        for line in lines:
            self._room(size * LEADING)
            self._put(x, face, size, line)
            self._y -= size * LEADING

    def _put(self, x: float, face: str, size: float, text: str) -> None:
        if text:
            self._sheets[-1].append(_Piece(x, self._y - size, face, size, text))

    def _room(self, tall: float) -> None:
        if self._y - tall < MARGIN:
            self._sheets.append([])
            self._y = HEIGHT - MARGIN

    def _wrapped(self, text: str, face: str, size: float, width: float) -> list[str]:
        """Lines no wider than `width`: broken between words, and where a word is wider, within it."""
        lines: list[str] = []
        for written in self._drawable(text).split("\n"):
            line, room = "", width
            for word in _words(written):
                wide = _wide(word, face, size)
                if wide <= room:
                    line, room = line + word, room - wide
                    continue
                if line.strip() and wide <= width:
                    lines.append(line.rstrip())
                    line = word.lstrip()
                    room = width - _wide(line, face, size)
                    continue
                for letter in word:
                    step = _wide(letter, face, size)
                    if step > room:
                        lines.append(line.rstrip())
                        line, room = "", width
                    line, room = line + letter, room - step
            lines.append(line.rstrip())
        return lines

    def _drawable(self, text: str) -> str:
        """What the typefaces have no letter for, and what would not show, as its code: `[U+202E]`."""
        known = _known()
        shown = []
        for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", "    ")):
            if letter == "\n" or (ord(letter) >= LAST_CONTROL and ord(letter) in known):
                shown.append(letter)
            else:
                shown.append(f"[U+{ord(letter):04X}]")
                self.undrawn = True
        return "".join(shown)


def _words(line: str) -> list[str]:
    """Words, each with the spaces before it."""
    found, word = [], ""
    for letter in line:
        if letter == " " and word.strip():
            found.append(word)
            word = ""
        word += letter
    return [*found, word]


def _wide(text: str, face: str, size: float) -> float:
    return sum(_width(letter, face) for letter in text) * size


@cache
def _width(letter: str, face: str) -> float:
    return float(pdfmetrics.stringWidth(letter, face, 1))


@cache
def _faces() -> dict[str, TTFont]:
    """Read from their files once a process."""
    files = {"Book": "DejaVuSans.ttf", "Bold": "DejaVuSans-Bold.ttf"}
    faces = {name: TTFont(name, str(FONTS / file)) for name, file in files.items()}
    for face in faces.values():
        pdfmetrics.registerFont(face)
    return faces


@cache
def _known() -> frozenset[int]:
    """What both typefaces can draw."""
    return frozenset.intersection(*(frozenset(face.face.charToGlyph) for face in _faces().values()))
