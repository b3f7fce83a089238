"""What a post may hold, checked line by line in linear time before any parser sees it."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from flask_babel import LazyString, lazy_gettext

CHARACTERS = 32_000
LINES = 1_500

# Outside code fences. Python-Markdown takes seconds for 10 kB of any of these.
SQUARE_BRACKETS = 400
ANGLE_BRACKETS = 400
BACKTICKS = 1_000
PIPES = 3_000
EMPHASIS_MARKS = 3_000
HEADINGS = 200
LINKS = 300
BRACKETS_IN_A_ROW = 64
QUOTE_DEPTH = 8
LIST_DEPTH = 6

FENCE = re.compile(r"(`{3,}|~{3,})")
HEADING = re.compile(r"[ ]*(?:#|=+[ ]*$|-+[ ]*$)")
RULE = re.compile(r"[ ]{0,3}(?:(?:-[ ]{0,2}){3,}|(?:_[ ]{0,2}){3,}|(?:\*[ ]{0,2}){3,})")
CONTAINERS = re.compile(r"(?P<indent>[ ]*)(?P<markers>(?:>[ ]*|(?:[-*+]|\d{1,9}\.)[ ]+)*)")
LIST_MARKER = re.compile(r"[-*+.]")
LINK = re.compile(r"\]\(<?(?:https?://)?|https?://", re.IGNORECASE)
ROW_OF_BRACKETS = re.compile(rf"[\[\](){{}}<>!]{{{BRACKETS_IN_A_ROW + 1}}}")


def refusal(source: str) -> LazyString | None:
    """Why this text cannot be posted, in a sentence for its writer; None when it can."""
    if len(source) > CHARACTERS:
        return lazy_gettext(
            "This is %(count)s characters long; a post can have %(limit)s. Shorten it, or put part of it "
            "in a reply.",
            count=f"{len(source):,}",
            limit=f"{CHARACTERS:,}",
        )
    lines = source.splitlines()
    if len(lines) > LINES:
        return lazy_gettext(
            "This has %(count)s lines; a post can have %(limit)s. Shorten it, or put part of it in a reply.",
            count=f"{len(lines):,}",
            limit=f"{LINES:,}",
        )
    prose = [line.expandtabs(4) for line in _outside_fences(lines)]
    return _too_many(prose) or _too_deep(prose)


def _too_many(prose: list[str]) -> LazyString | None:
    text = "\n".join(prose)
    if text.count("[") > SQUARE_BRACKETS or text.count("<") > ANGLE_BRACKETS or ROW_OF_BRACKETS.search(text):
        return lazy_gettext(
            "There are more brackets in this than a post can have. If it is copied from a program, put it "
            "between two lines of ``` so that it is shown as it is."
        )
    if text.count("`") > BACKTICKS:
        return lazy_gettext(
            "There are more backticks (`) in this than a post can have. Please take some out."
        )
    if text.count("*") + text.count("_") > EMPHASIS_MARKS:
        return lazy_gettext(
            "There are more stars and underscores in this than a post can have. Please take some out, or put "
            "what is copied between two lines of ```."
        )
    if text.count("|") > PIPES:
        return lazy_gettext(
            "This table is larger than a post can have. Shorten it, or split it over two posts."
        )
    if sum(HEADING.match(line) is not None for line in prose) > HEADINGS:
        return lazy_gettext(
            "A post can have %(limit)s headings. Please make some of them plain text.", limit=HEADINGS
        )
    if len(LINK.findall(text)) > LINKS:
        return lazy_gettext("A post can have %(limit)s links. Please take some out.", limit=LINKS)
    return None


def _too_deep(prose: list[str]) -> LazyString | None:
    for line in prose:
        containers = CONTAINERS.match(line)
        if containers is None or RULE.fullmatch(line):
            continue
        markers = containers["markers"]
        quotes = markers.count(">")
        lists = len(LIST_MARKER.findall(markers))
        if quotes > QUOTE_DEPTH:
            return lazy_gettext(
                "Quotes can be %(limit)s deep in a post. Please leave out the oldest.", limit=QUOTE_DEPTH
            )
        if lists and lists + len(containers["indent"]) // 4 > LIST_DEPTH:
            return lazy_gettext(
                "Lists can be %(limit)s deep in a post. Please make this one flatter.", limit=LIST_DEPTH
            )
    return None


def _outside_fences(lines: list[str]) -> Iterator[str]:
    """Every line but those between a code fence and its end; a fence that never ends fences nothing."""
    ends = defaultdict(list)
    for number, line in enumerate(lines):
        if (fence := FENCE.match(line)) and line.rstrip() == fence[0]:
            ends[fence[0]].append(number)
    number = 0
    while number < len(lines):
        fence = FENCE.match(lines[number])
        if fence:
            later = ends[fence[0]]
            following = bisect_right(later, number)
            if following < len(later):
                number = later[following] + 1
                continue
        yield lines[number]
        number += 1
