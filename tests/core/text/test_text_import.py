"""Plain text from elsewhere reads on the page as it was written."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.core.text import as_markdown, clean_text, plain, refusal, render

PIECES = some.sampled_from(
    [
        *"abc \n\n*_`[]()<>#+-.!|~=:&;\\1\t\"'/{}^$é",
        *(
            "&lt;",
            "&#60;",
            "&amp;",
            "1. ",
            "12.",
            "- ",
            "# ",
            "> ",
            "```\n",
            "~~~\n",
            "---\n",
            "===\n",
            "    x",
            "**",
            "__",
        ),
        *(
            "![a](b)",
            "[a](/b)",
            "[a]: /b\n",
            "<b>",
            "</b>",
            "<!--",
            "-->",
            "|a|b|\n|-|-|\n",
            "http://a.bc/d_e_f",
            "  \n",
        ),
    ]
)


def as_read(text: str) -> str:
    """The words and breaks of a text: spaces run together, empty lines too."""
    lines = [re.sub(r"\s+", " ", line.strip()) for line in clean_text(text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines).strip("\n"))


@settings(max_examples=400, deadline=None)
@given(some.lists(PIECES, max_size=16).map("".join))
def test_plain_text_comes_through(text: str) -> None:
    markdown = as_markdown(text, "text")
    assert refusal(markdown) is None
    assert plain(render(markdown).html) == as_read(text)


def test_ordinary_text_is_left_readable() -> None:
    text = "Hi, I sold 3.5 kg of yarn (new) for £12.50 - it's lost!\nWhat now?\n\nThanks & bye"
    assert as_markdown(text, "text") == text


def test_markdown_stays() -> None:
    assert as_markdown("*a*", "markdown") == "*a*"


def test_html_cannot_be_read_yet() -> None:
    with pytest.raises(ValueError, match="cannot be imported"):
        as_markdown("<p>a</p>", "html")
