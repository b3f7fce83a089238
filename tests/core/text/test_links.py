"""Which links a post may have, and what they show."""

import re

import pytest

from app.core.text import plain, render
from tests.core.text.tags import REL

APPLE = "\u0430\u0440\u0440\u04cf\u0435"
"""It reads apple, in Cyrillic letters."""


def links(source: str) -> list[str]:
    return [found.replace("&amp;", "&") for found in re.findall(r'href="([^"]*)"', render(source).html)]


@pytest.mark.parametrize(
    "href",
    [
        "https://www.vinted.co.uk/help?a=1&b=2&copy=3#x",
        "http://example.com:8080/",
        "https://a.b.example.com",
        "/questions/3/lost-parcel?page=2",
    ],
)
def test_written_links_lead_where_they_say(href: str) -> None:
    assert links(f"[x]({href})") == [href]


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScript&#58;alert(1)",
        "java&#10;script:alert(1)",
        "&#1;javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "ftp://example.com/",
        "webcal://example.com/",
        "mailto:me@example.com",
        "tel:123",
        "//evil.example",
        "/\\evil.example",
        "/&#9;/evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https:///evil.example",
        "https://evil.example\\@example.com",
        "https://user@evil.example/",
        "https://user:word@evil.example/",
        "https://example.com&#8238;/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://[::1]/",
        "https://a..example/",
        "https://-a.example/",
        "https://a_b.example/",
        "https://%65vil.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
        "https://example.com:99999999/",
        "relative.html",
        "#part",
        "?a=b",
        "",
    ],
)
def test_links_elsewhere_stay_words(href: str) -> None:
    assert links(f"[shop]({href})") == []
    assert links(f"[shop](<{href}>)") == []
    assert "shop" in plain(render(f"[shop]({href})").html)


def test_a_refused_link_keeps_its_marks_and_signs() -> None:
    assert render("[*a* &lt; b](javascript:x)").html == "<p><em>a</em> &lt; b</p>"


@pytest.mark.parametrize(
    ("source", "href"),
    [
        ("see https://example.com/a?b=1&c=2.", "https://example.com/a?b=1&c=2"),
        ("(see https://example.com/a_(b)).", "https://example.com/a_(b)"),
        ("(https://example.com.)", "https://example.com"),
        ("HTTPS://EXAMPLE.com/A", "https://example.com/A"),
        ("<https://example.com/>", "https://example.com/"),
        ("*https://example.com/*", "https://example.com/"),
        ("https://example.com/, and", "https://example.com/"),
    ],
)
def test_addresses_in_text_become_links(source: str, href: str) -> None:
    assert links(source) == [href]


@pytest.mark.parametrize(
    "source",
    [
        "ftp://example.com",
        "webcal://example.com",
        "me@example.com",
        "<me@example.com>",
        "`https://example.com`",
        "a.b",
    ],
)
def test_other_text_does_not(source: str) -> None:
    assert links(source) == []


def test_links_to_elsewhere_pass_nothing_on_and_own_links_do() -> None:
    assert f'rel="{REL}"' in render("https://example.com").html
    assert f'rel="{REL}"' in render("[x](https://example.com)").html
    assert "rel=" not in render("[x](/tags/postage)").html


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (f"https://{APPLE}.com/pay", "https://xn--80ak6aa92e.com/pay"),
        ("https://v\u0456nted.com", "https://xn--vnted-n2e.com"),
        (f"[pay here](https://{APPLE}.com)", "pay here (xn--80ak6aa92e.com)"),
        ("[pay here](https://xn--80ak6aa92e.com)", "pay here (xn--80ak6aa92e.com)"),
        (f"[{APPLE}.com](https://{APPLE}.com)", f"{APPLE}.com (xn--80ak6aa92e.com)"),
        ("[**vinted.com**](https://evil.example/a)", "vinted.com (evil.example)"),
        ("[vinted.com evil.example](https://evil.example/a)", "vinted.com evil.example (evil.example)"),
        ("[www.vinted.com](https://vinted.com/)", "www.vinted.com"),
        ("[the help page](https://vinted.com/)", "the help page"),
        ("[https://vinted.com/a.html](https://vinted.com/b)", "https://vinted.com/a.html"),
        ("[https://vinted.com/a](https://evil.example/a)", "https://vinted.com/a (evil.example)"),
        (f"[https://{APPLE}.com](https://{APPLE}.com)", f"https://{APPLE}.com (xn--80ak6aa92e.com)"),
        ("[](https://vinted.com/)", "vinted.com"),
        ("[ ](/tags)", "/tags"),
    ],
)
def test_a_link_shows_where_it_leads(source: str, shown: str) -> None:
    assert plain(render(source).html) == shown


def test_a_host_that_only_looks_unicode_is_reached_by_its_wire_name() -> None:
    assert links("[x](https://\uff45xample\uff0ecom/)") == ["https://example.com/"]
    assert links("[x](https://exa😀mple.com/)") == []
