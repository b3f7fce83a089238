"""Nothing anybody writes comes out as a tag, an attribute or a character that is not on the list."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.core.text import clean_line, clean_text, excerpt, highlighted, plain, refusal, render
from app.core.text.pipeline import Pipeline
from tests.core.text.attacks import XSS_FILES, everywhere, handlers, strings, xss
from tests.core.text.tags import faults

PIECES = some.sampled_from(
    [
        *"<>&\"'`[]()!#*_-=~|\\/:;@^{} \n\t\x00\x02\x03\u202e\ud800",
        *(
            "a",
            "https://a.bc/",
            "//",
            "javascript:",
            "data:text/html,",
            "&#106;",
            "&lt;",
            "&#60;",
            "&Tab;",
            "&amp;",
        ),
        *(
            "<script>",
            "</script>",
            "<img src=x onerror=a>",
            "<svg>",
            "<math>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?",
        ),
        *(
            "](",
            '"title"',
            "![",
            "[a]: ",
            "```",
            "~~~",
            "    ",
            "- ",
            "1. ",
            "> ",
            "|-|-|\n",
            "<a href=",
            "</a>",
            "\n\n",
        ),
        *(
            "\x02wzxhzdk:0\x03",
            "klzzwxh:0000",
            "wzxhzdk:0",
            "\u0430\u0440\u0440\u04cf\u0435.com",
            "xn--a.com",
            "\u0430\u0440\u0440\u04cf\u0435",
            "://",
        ),
    ]
)


@pytest.mark.parametrize("file", [*XSS_FILES, "naughty_strings", "commonmark_spec"])
def test_public_strings_as_a_post(file: str) -> None:
    for payload in strings(file):
        found = faults(render(payload).html)
        assert not found, payload


@pytest.mark.parametrize("file", [*XSS_FILES, "naughty_strings"])
def test_public_strings_in_every_place_of_a_post(file: str) -> None:
    for payload in strings(file):
        found = faults(render(everywhere(payload)).html)
        assert not found, payload


@pytest.mark.parametrize("sanitiser", ["bleach", "nh3"])
def test_each_sanitiser_alone_would_do(sanitiser: str) -> None:
    alone = getattr(Pipeline(), sanitiser)
    for payload in [clean_text(payload) for payload in xss() + strings("naughty_strings")]:
        found = [
            fault for fault in faults(alone.clean(payload)) if fault[0] == "<" or fault.startswith("href")
        ]
        assert not found, payload


def test_event_attributes() -> None:
    for payload in handlers():
        assert not faults(render(payload).html), payload


def test_what_is_no_attack_is_rendered_not_escaped() -> None:
    payloads = [payload for payload in strings("commonmark_spec") if not refusal(payload)]
    fallen_back = [payload for payload in payloads if render(payload).fallback]
    assert fallen_back == []
    assert len(payloads) > 600


@settings(max_examples=400, deadline=None)
@given(some.lists(PIECES, max_size=40).map("".join))
def test_any_mixture_of_signs(source: str) -> None:
    assert not faults(render(source).html)


@settings(max_examples=200, deadline=None)
@given(some.text(max_size=200))
def test_any_text(source: str) -> None:
    html = render(source).html
    assert not faults(html)
    html.encode()


def test_titles_names_and_passages() -> None:
    for payload in [payload for file in XSS_FILES for payload in strings(file)]:
        shown = highlighted(excerpt(plain(render(payload).html)), bool) + highlighted(
            clean_line(payload), bool
        )
        assert set(tags_of(str(shown))) <= {"<mark>", "</mark>"}, payload


def tags_of(html: str) -> list[str]:
    return [f"<{part.split('>')[0]}>" for part in html.split("<")[1:]]
