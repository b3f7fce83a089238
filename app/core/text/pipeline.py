"""Markdown to sanitised HTML: the one module that imports markdown, bleach and nh3.

It runs as a script in a child process (`rendering.py` is the parent's side) and imports nothing of the house,
so that the child is light and holds no setting, no database and no secret. One thread, one request at a time:
threads must never share a `Markdown` or `Cleaner` object.

What goes in has been through `clean_text`. What comes out holds the tags and attributes of `TABLE` only:

- Raw HTML is shown as the text it is.
- Headings become bold lines (`<p><strong>`): a post never takes part in the outline of the page around it.
- Pictures become links.
- A code fence called `message` becomes `<pre class="message">`, its blanks (`[buyer's name]`, `___`) `<mark>`.
- `@name` becomes a link to that person's page, outside links and code, for the names it is told of.
- Links lead to this site (a path beginning with one `/`) or to an http(s) address with a valid host name;
  anything else stays as text. Links to elsewhere carry `REL`. Host names are shown in punycode, and beside
  any link text that is empty, names another host or hides a punycode one.
"""

import contextlib
import html
import json
import re
import resource
import signal
import sys
import traceback
import unicodedata
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from functools import partial
from types import TracebackType
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import nh3
from bleach.html5lib_shim import Filter  # type: ignore[attr-defined]  # missing in its stubs
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.nl2br import Nl2BrExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.treeprocessors import Treeprocessor

CPU_SECONDS = 1.0
MEMORY_BYTES = 512 * 1024 * 1024
REL = "nofollow ugc noopener noreferrer"

Token = dict[str, Any]
Attributes = MutableMapping[Any, str]

HIDDEN = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
HIDDEN_CHARACTER = re.compile(f"[{HIDDEN}]")
NOT_IN_ADDRESS = re.compile(rf"[{HIDDEN}\s\u061c\u200b-\u200f\u2060\ufeff\\<>\"`]")
ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[^/?#:]+)(?P<rest>(?::\d{1,5})?(?:[/?#].*)?)", re.IGNORECASE
)
OWN_PATH = re.compile(r"/(?!/).*")
LONGEST_HOST = 253
LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
TOP_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
AFTER_ADDRESS = ".,;:!?'*_\u2026\u2019\u201d"
ADDRESS_IN_TEXT = re.compile(
    rf"(?<![\w/])https?://[^\s<>\"`\\]{{1,2000}}(?<![{re.escape(AFTER_ADDRESS)}])", re.IGNORECASE
)
HOST_IN_TEXT = re.compile(r"(?<![\w.-])(?:[\w-]{1,63}\.){1,9}[^\W\d_]{2,63}(?![\w-])")
NAME_AFTER_AT = re.compile(r"@([a-z0-9][a-z0-9._-]{0,79})", re.IGNORECASE)
BEFORE_AT = re.compile(r"[\s(\[{'\"\u2018\u201c*_~,;:\u2013\u2014-]")
MESSAGE = re.compile(r'<pre><code class="language-message">(.*?)\n?</code></pre>', re.DOTALL)
BLANK = re.compile(r"\[[^\[\]\n]{1,80}\]|_{3,}")


class Target(NamedTuple):
    """Where a link leads: `host` is None for a path of this site."""

    href: str
    host: str | None


def target(href: str) -> Target | None:
    """The address a link may lead to, its host name in punycode, or None if it may not be a link."""
    if NOT_IN_ADDRESS.search(href):
        return None
    if OWN_PATH.fullmatch(href):
        return Target(href, None)
    address = ADDRESS.fullmatch(href)
    host = host_name(address["host"]) if address else None
    if address is None or host is None:
        return None
    return Target(f"{address['scheme'].lower()}://{host}{address['rest']}", host)


def host_name(host: str) -> str | None:
    """`host` as the wire carries it (RFC 1123, punycode), or None where it is no valid public host name."""
    shown = unicodedata.normalize("NFKC", host).lower().removesuffix(".")
    *labels, top = [wire_label(label) for label in shown.split(".")]
    if not labels or not all(LABEL.fullmatch(label) for label in labels) or not TOP_LABEL.fullmatch(top):
        return None
    name = ".".join([*labels, top])
    return name if len(name) <= LONGEST_HOST else None


def wire_label(label: str) -> str:
    if label.isascii():
        return label
    if not all(character == "-" or unicodedata.category(character)[0] in "LMN" for character in label):
        return ""
    return "xn--" + label.encode("punycode").decode("ascii")


def is_link(href: str) -> bool:
    return target(html.unescape(href)) is not None


TABLE: dict[str, dict[str, Callable[[str], bool]]] = {
    "a": {"href": is_link, "rel": lambda rel: rel == REL},
    "blockquote": {},
    "br": {},
    "code": {},
    "em": {},
    "hr": {},
    "li": {},
    "mark": {},
    "ol": {"start": lambda start: start.isascii() and start.isdigit() and len(start) <= 9},
    "p": {},
    "pre": {"class": lambda name: name == "message"},
    "strong": {},
    "table": {},
    "tbody": {},
    "td": {},
    "th": {},
    "thead": {},
    "tr": {},
    "ul": {},
}
"""Every tag that may come out, its attributes and what each may hold. Both sanitisers read it."""


def allowed(tag: str, attribute: str, value: str) -> bool:
    check = TABLE.get(tag, {}).get(attribute)
    return check is not None and check(value)


class PostShape(Treeprocessor):
    """Turns headings into bold lines and pictures into links."""

    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            for picture in link.iter("img"):
                self.become(picture, "em", picture.get("alt", ""))
        for element in list(root.iter()):
            if element.tag == "img":
                source = element.get("src", "")
                self.become(element, "a", element.get("alt") or source)
                element.set("href", source)
            elif element.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
                element.tag = "p"
                bold = Element("strong")
                bold.text, element.text = element.text, None
                bold.extend(list(element))
                element[:] = [bold]

    @staticmethod
    def become(element: Element, tag: str, text: str) -> None:
        tail = element.tail
        element.clear()
        element.tag, element.text, element.tail = tag, text, tail


class PostExtension(Extension):
    """Python-Markdown without raw HTML, with posts' own shape."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.inlinePatterns.deregister("automail")
        after_inline_before_prettify = 15
        md.treeprocessors.register(PostShape(md), "post_shape", after_inline_before_prettify)


class Links(LinkifyFilter):
    """Lets a link through only with a `target`; what is refused keeps its text and the marks in it."""

    def extract_entities(self, token: Token) -> Iterator[Token]:
        """Nothing: the sanitiser has done it, and a second time would make `<` of a written `&amp;lt;`."""
        yield token

    def strip_non_url_bits(self, fragment: str) -> tuple[str, str, str]:
        """Leaves the brackets and full stops around an address out of it."""
        address = fragment
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(AFTER_ADDRESS)
        return address, "", fragment[len(address) :]

    def handle_a_tag(self, token_buffer: Sequence[Token]) -> Iterator[Token]:
        start, *inside, end = token_buffer
        text = self.extract_character_data(inside)
        given: Any = {**start["data"], "_text": text}
        attributes: Any = self.apply_callbacks(given, is_new=False)
        if attributes is None:
            yield from inside
            return
        note = attributes.pop("_text").removeprefix(text)
        yield {**start, "data": attributes}
        yield from inside
        if note:
            yield {"type": "Characters", "data": note}
        yield end


def lead(attributes: Attributes, new: bool = False, /) -> Any:
    """Linkify's callback: the attributes and text a link gets, None where it may not be one."""
    href = attributes.get((None, "href"), "")
    aim = target(href if new else html.unescape(href))
    if aim is None:
        return None
    text = attributes["_text"]
    led: Attributes = {(None, "href"): html.escape(aim.href)}
    if aim.host is not None:
        led[None, "rel"] = REL
        if new:
            text = text if aim.host in text.lower() else aim.href
        elif disguises(text, aim.host):
            text = f"{text} ({aim.host})" if text.strip() else aim.host
    elif not text.strip():
        text = aim.href
    led["_text"] = text
    return led


class Mentions(Filter):  # type: ignore[misc]  # bleach ships no types for its parser
    """Makes `@name` a link, for names in `known`; those it linked are added to `found`, in the order of the text."""

    def __init__(self, source: Iterable[Token], known: set[str], found: list[str]) -> None:
        super().__init__(source)
        self.known = known
        self.found = found

    def __iter__(self) -> Iterator[Token]:
        shut = 0
        before = " "
        for token in super().__iter__():
            if token["type"] in {"StartTag", "EndTag"} and token["name"] in {"a", "code", "pre"}:
                shut += 1 if token["type"] == "StartTag" else -1
            if token["type"] == "Characters" and not shut:
                yield from self.linked(token, before)
            else:
                yield token
            # What stands right before an @ decides: `a@b.com` and `x/@y` name nobody.
            before = str(token.get("data") or "x")[-1] if token["type"] in {"Characters", "Entity"} else " "

    def linked(self, token: Token, before: str) -> Iterator[Token]:
        text = token["data"]
        position = 0
        for at in NAME_AFTER_AT.finditer(text):
            known = [name for name in readings(at[1].lower()) if name in self.known]
            if not known or not BEFORE_AT.fullmatch(text[at.start() - 1] if at.start() else before):
                continue
            self.found += known[:1] if known[0] not in self.found else []
            end = at.start() + 1 + len(known[0])
            yield {**token, "data": text[position : at.start()]}
            yield {"type": "StartTag", "name": "a", "data": {(None, "href"): f"/people/{known[0]}"}}
            yield {**token, "data": text[at.start() : end]}
            yield {"type": "EndTag", "name": "a", "data": {}}
            position = end
        yield {**token, "data": text[position:]}


def readings(name: str) -> list[str]:
    """The names that may be meant by what stands after an @: as written, and without what ends a sentence."""
    bare = name.rstrip(".-_")
    return [name] if bare == name else [name, bare]


def messages(markup: str) -> str:
    """Fences called `message`, with their blanks marked, in what Markdown made: all else in them is escaped."""
    return MESSAGE.sub(
        lambda fence: '<pre class="message">{}</pre>'.format(BLANK.sub(r"<mark>\g<0></mark>", fence[1])),
        markup,
    )


def disguises(text: str, host: str) -> bool:
    """Whether a link's text hides where it leads: empty, naming another host or not the punycode one."""
    written = target(text.strip())
    if written is not None:
        return written.host != host or host not in text.lower()
    named = {name.lower().removeprefix("www.") for name in HOST_IN_TEXT.findall(text)}
    if not text.strip() or named - {host.removeprefix("www.")}:
        return True
    return "xn--" in host and not named


class Pipeline:
    def __init__(self) -> None:
        self.known: set[str] = set()
        self.found: list[str] = []
        self.markdown = Markdown(
            extensions=[
                FencedCodeExtension(),
                SaneListExtension(),
                Nl2BrExtension(),
                TableExtension(),
                PostExtension(),
            ],
            output_format="html",
        )
        self.bleach = Cleaner(
            tags=frozenset(TABLE),
            attributes=allowed,
            protocols=frozenset({"http", "https"}),
            strip=True,
            filters=[
                partial(Links, callbacks=[lead], skip_tags={"pre", "code"}, url_re=ADDRESS_IN_TEXT),
                partial(Mentions, known=self.known, found=self.found),
            ],
        )
        self.nh3 = nh3.Cleaner(
            tags=set(TABLE),
            attributes={tag: set(attributes) for tag, attributes in TABLE.items() if attributes},
            attribute_filter=lambda tag, attribute, value: value if allowed(tag, attribute, value) else None,
            url_schemes={"http", "https"},
            link_rel=None,
        )

    def html(self, source: str, names: Iterable[str] = ()) -> str:
        """Sanitised HTML of a Markdown `source`; `found` holds those of `names` that it mentions.

        Time and memory are bounded by the process, not here.

        Hidden characters that came in as entities (`&#8238;`) are taken out last; by then every `<` and `&`
        that is not the sanitisers' own is escaped, so that no tag can form from what remains.
        """
        self.markdown.reset()
        self.known.clear()
        self.known.update(names)
        self.found.clear()
        clean = self.nh3.clean(self.bleach.clean(messages(self.markdown.convert(source))))
        return HIDDEN_CHARACTER.sub("", clean)


def serve() -> None:
    """Answers requests on standard input until it ends: 4 bytes of length, then JSON, both ways."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):  # macOS has the limit by name only
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.excepthook = report
    pipeline = Pipeline()
    questions, answers = sys.stdin.buffer, sys.stdout.buffer
    while length := questions.read(4):
        source, names = json.loads(questions.read(int.from_bytes(length)))
        # SIGPROF's default action ends the process even inside one long regular expression.
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        answer = json.dumps([pipeline.html(source, names), pipeline.found]).encode()
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(len(answer).to_bytes(4) + answer)
        answers.flush()


def report(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
    """Says where rendering failed, without the message, which may quote somebody's text."""
    places: Iterable[str] = traceback.format_tb(trace, limit=-4)
    sys.stderr.write(f"Rendering failed with {kind.__name__}\n{''.join(places)}")


if __name__ == "__main__":
    serve()
