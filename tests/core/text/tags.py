"""What a reader of rendered HTML sees in it, found by another parser than the sanitisers'."""

import re
from html.parser import HTMLParser

ATTRIBUTES = {
    "a": {"href", "rel"},
    "blockquote": set(),
    "br": set(),
    "code": set(),
    "em": set(),
    "hr": set(),
    "li": set(),
    "mark": set(),
    "ol": {"start"},
    "p": set(),
    "pre": {"class"},
    "strong": set(),
    "table": set(),
    "tbody": set(),
    "td": set(),
    "th": set(),
    "thead": set(),
    "tr": set(),
    "ul": set(),
}
HREF = re.compile(
    r"https?://[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?([/?#][^\s\\<>\"]*)?|/([^/\s\\<>\"][^\s\\<>\"]*)?",
    re.IGNORECASE,
)
REL = "nofollow ugc noopener noreferrer"
FORBIDDEN_CHARACTER = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class _Inspector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.faults += [f"<{tag}>"] if tag not in ATTRIBUTES else []
        self.faults += [f"<{tag} {name}>" for name in values if name not in ATTRIBUTES.get(tag, ())]
        if values.get("class", "message") != "message":
            self.faults.append(f"class {values['class']}")
        href = values.get("href")
        if href is None:
            return
        if not HREF.fullmatch(href):
            self.faults.append(f"href {href}")
        if not href.startswith("/") and values.get("rel") != REL:
            self.faults.append(f"no rel on {href}")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"<![{data}")


def faults(html: str) -> list[str]:
    """Everything in rendered HTML that must never be there."""
    inspector = _Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.faults + [f"character {found!r}" for found in FORBIDDEN_CHARACTER.findall(html)]
