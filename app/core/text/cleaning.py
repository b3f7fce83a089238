"""Odd Unicode out of what people type, before anything else looks at it."""

import re
import unicodedata

LONGEST_RUN_OF_MARKS = 8

NEWLINE = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
SURROGATE = re.compile(r"[\ud800-\udfff]")
BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
UNSEEN_IN_A_LINE = re.compile(r"[\u061c\u200b\u200e\u200f\u2060\ufeff]")


def clean_text(text: str) -> str:
    """A body as it is stored and rendered: NFC, lines end with a newline.

    Taken out: NUL and every other control character but newline and tab, and the bidi controls U+202A to U+202E
    and U+2066 to U+2069 (the marks U+200E, U+200F and U+061C stay: they only move their neighbour). A lone
    surrogate becomes U+FFFD. Of a run of combining marks the first 8 stay: a long run takes quadratic time to
    normalise (32,000 marks 0.8 s) and is only ever written to spoil a page.
    """
    text = NEWLINE.sub("\n", text)
    if text.isascii():
        return CONTROL.sub("", text)
    text = BIDI.sub("", CONTROL.sub("", SURROGATE.sub("\ufffd", text)))
    return unicodedata.normalize("NFC", _without_long_runs_of_marks(text))


def clean_line(text: str) -> str:
    """A title or name on one line: as `clean_text`, every run of whitespace one space, none at the ends.

    Also taken out: the marks U+200E, U+200F and U+061C and the invisible U+200B, U+2060 and U+FEFF, so that a
    line with nothing to see is empty.
    """
    return " ".join(UNSEEN_IN_A_LINE.sub("", clean_text(text)).split())


def _without_long_runs_of_marks(text: str) -> str:
    kept = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        if run <= LONGEST_RUN_OF_MARKS:
            kept.append(character)
    return "".join(kept)
