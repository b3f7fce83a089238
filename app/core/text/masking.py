"""Rendered HTML as the public reads it: personal data masked in what is seen, wherever the marks of the text stand.

What is looked at is what a reader sees, after Markdown: a number in bold halves, in code, in entities or in a link is
one number. A link whose address or words hold personal data is a link no more.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from app.core.text.personal import MOST_ROUNDS, REGION, Finding, Kind, Passages, find_all, mask

# nh3 escapes `<`, `>` and `&` in text, and no attribute that it lets through may hold `<` or `>`.
_TOKEN = re.compile(r"<(?P<end>/?)(?P<tag>[a-z0-9]+)(?P<rest>[^>]*)>|&[#\w]{1,31};|[^<&]+|[<&]")
_HREF = re.compile(r' href="([^"]*)"')
# What stands in cells beside one another is read as one line.
_WITHIN_A_LINE = {"a", "code", "em", "strong", "td", "th"}


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data as it was written, and as others see it."""

    kind: Kind
    written: str
    masked: str


@dataclass(slots=True)
class _Token:
    """A tag, or a piece of text; `text` is what a reader sees of it, at `start` of all that is seen."""

    raw: str
    text: str
    start: int
    tag: str = ""
    href: str | None = None
    closing: bool = False

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def masked_html(
    source: str, region: str = REGION, passages: Passages | None = None
) -> tuple[str, tuple[Found, ...]]:
    """Sanitised HTML of `render` with personal data and further `passages` masked, and what that was, each thing once."""
    found: dict[Found, None] = {}
    for _round in range(MOST_ROUNDS):
        tokens = list(_tokens(source))
        seen = "".join(token.text for token in tokens)
        findings = find_all(seen, region, passages=passages)
        unlinked, in_links = _links(tokens, findings, region, passages)
        new = [_found(finding, seen) for finding in findings] + in_links
        if not new:
            break
        found.update(dict.fromkeys(new))
        source = "".join(_written(tokens, findings, seen, unlinked))
    return source, tuple(found)


def seen_in(source: str) -> str:
    """What a reader sees of sanitised HTML, as `masked_html` looks at it."""
    return "".join(token.text for token in _tokens(source))


def linked_in(source: str) -> list[tuple[str, str]]:
    """The links of sanitised HTML: where each leads, and its words."""
    found: list[tuple[str, str]] = []
    address, words = None, list[str]()
    for token in _tokens(source):
        if token.tag == "a" and token.closing and address is not None:
            found.append((unquote(address), "".join(words)))
            address = None
        elif token.tag == "a" and token.href is not None:
            address, words = token.href, []
        else:
            words.append(token.text)
    return found


def _tokens(source: str) -> Iterator[_Token]:
    start = 0
    in_code = False
    for found in _TOKEN.finditer(source):
        tag = found["tag"] or ""
        if tag:
            in_code = not found["end"] if tag == "pre" else in_code
            href = _HREF.search(found["rest"])
            token = _Token(
                raw=found[0],
                text="" if tag in _WITHIN_A_LINE else "\n",
                start=start,
                tag=tag,
                href=html.unescape(href[1]) if href else None,
                closing=bool(found["end"]),
            )
        else:
            text = html.unescape(found[0])
            token = _Token(found[0], text if in_code else text.replace("\n", " "), start)
        yield token
        start = token.end


def _links(
    tokens: list[_Token], findings: list[Finding], region: str, passages: Passages | None
) -> tuple[set[int], list[Found]]:
    """Which tags of links have to go, by their places among the tokens, and what stood in addresses."""
    gone: set[int] = set()
    found: list[Found] = []
    opening = None
    waiting = iter(findings)
    finding = next(waiting, None)
    for place, token in enumerate(tokens):
        if token.tag != "a":
            continue
        if not token.closing:
            opening = place
            continue
        if opening is None:
            continue
        begins, address = tokens[opening].start, unquote(tokens[opening].href or "")
        while finding is not None and finding.end <= begins:
            finding = next(waiting, None)
        inside = [_found(each, address) for each in find_all(address, region, passages=passages)]
        found += inside
        if inside or (finding is not None and finding.start < token.start):
            gone |= {opening, place}
        opening = None
    return gone, found


def _written(tokens: list[_Token], findings: list[Finding], seen: str, unlinked: set[int]) -> Iterator[str]:
    """The HTML anew: a mask where a finding begins, nothing where it goes on."""
    first = 0
    for place, token in enumerate(tokens):
        if token.tag:
            if place not in unlinked:
                yield token.raw
            continue
        while first < len(findings) and findings[first].end <= token.start:
            first += 1
        parts = []
        position = token.start
        for finding in findings[first:]:
            if finding.start >= token.end:
                break
            if finding.start >= token.start:
                parts += [
                    seen[position : finding.start],
                    mask(finding.kind, seen[finding.start : finding.end]),
                ]
            position = min(finding.end, token.end)
        if position == token.start and not parts:
            yield token.raw
        else:
            yield html.escape("".join([*parts, seen[position : token.end]]), quote=False)


def _found(finding: Finding, text: str) -> Found:
    written = " ".join(text[finding.start : finding.end].split())
    return Found(finding.kind, written, mask(finding.kind, written))
