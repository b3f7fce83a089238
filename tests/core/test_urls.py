"""Where a person may be sent back to, and the decoration of addresses."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.web.urls import safe_next, slug

OWN = [
    "/",
    "/ask",
    "/ask?title=a%20b",
    "/questions/12/moth-hole#p-3",
    "/search?q=//evil.example",
    "/search?q=https://evil.example",
    "/a//b",
    "/%2f%2fevil.example",
    "/tags/größe",
]

NASTY = [
    None,
    "",
    "ask",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/a\\b",
    "http://evil.example",
    "https:evil.example",
    "https:///evil.example",
    "HTTP://evil.example/",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "mailto:a@evil.example",
    " /ask",
    "\t/ask",
    "\n//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\r\nSet-Cookie: a=b",
    "/ask\r\nLocation: https://evil.example",
    "/a b",
    "/\x00",
    "/\x7f",
    "?next=/ask",
    "#here",
    "..//evil.example",
    "@evil.example",
    "localhost/ask",
    "\u2028/ask",
    "／／evil.example",
]


@pytest.mark.parametrize("target", OWN)
def test_paths_of_this_site_are_taken(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize("target", NASTY)
def test_all_else_leads_home(target: str | None) -> None:
    assert safe_next(target) == "/"
    assert safe_next(target, "/questions") == "/questions"


@given(st.text(alphabet=st.sampled_from("/\\:@?#.%ab \t\n\r\x00\u2028https")) | st.text())
def test_whatever_is_asked_for_it_stays_on_this_site(target: str) -> None:
    """As a browser reads it: backslashes are slashes, tabs and line ends are not there."""
    taken = safe_next(target)
    read = re.sub(r"[\t\n\r]", "", taken.strip()).replace("\\", "/")
    there = urlsplit(urljoin("https://help.example.org/sign-in", read))
    assert (there.scheme, there.netloc) == ("https", "help.example.org")
    assert taken.startswith("/")


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Moth hole, listed: buyer wants a refund!", "moth-hole-listed-buyer-wants-a-refund"),
        ("Größe 42 – zu klein?", "groe-42-zu-klein"),
        ("ÀÉÎÕÜ", "aeiou"),
        ("衣服", "-"),
        ("", "-"),
        ("---", "-"),
        ("a" * 80, "a" * 60),
        ("word " * 20, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("../../etc/passwd", "etc-passwd"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
    ],
)
def test_slugs(title: str, words: str) -> None:
    assert slug(title) == words


@given(st.text(), st.integers(min_value=1, max_value=100))
def test_a_slug_is_ascii_words_of_a_bounded_length(title: str, limit: int) -> None:
    made = slug(title, limit)
    assert re.fullmatch(r"-|[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= limit
    assert slug(made, limit) == made
