"""What is rendered holds nothing that may not be seen, however Markdown cut it up."""

import random

import pytest

from app.core.text import find, masked_html, plain, render
from tests.core.text.test_personal import HOSTILE


@pytest.mark.parametrize(
    "source",
    [
        "07700 **900**123",
        "&#48;7700 900123",
        "`07700 900123`",
        "```\n07700 900123\n```",
        "0\\7700\\.900\\.123",
        "0*77*00 _900_ 123",
        "+44 7700 [900](https://example.com) 123",
        "[call me](https://wa.me/447700900123)",
        "[07700 900123](https://example.com/x)",
        "[call](tel:07700900123)",
        "|a|b|\n|-|-|\n|07700|900123|",
        "# 07700 900123",
        "> - 07700 900123\n>   and more",
        "![07700 900123](https://example.com/a.png)",
        "https://example.com/?to=07700%20900123&phone=07700900123",
        "john**@**example.com and <john@example.com> and [x](mailto:john@example.com)",
        "https://example.com/?u=john%40example.com",
        "GB29 NWBK **6016** 1331 9268 19, `4111 1111 1111 1111`, RB123456785GB, 12 High Street",
    ],
)
def test_nothing_is_found_in_what_is_shown(source: str) -> None:
    shown, found = masked_html(render(source).html)
    assert found or "tel:" in source or "900123" not in plain(shown)
    assert find(plain(shown)) == []
    for secret in (
        "900123",
        "447700900123",
        "07700900123",
        "john@",
        "john%40",
        "1331",
        "1111 1111 1111",
        "123456785",
    ):
        assert secret not in shown.replace("<br>\n", "").replace(" 123", "123")


def test_marks_links_and_signs_around_stay_as_they_are() -> None:
    source = "A & B < C, **bold**, `co*de`, [fine](https://example.com/a?b=1&c=2)\n\n```\n1 < 2 & 3\n```"
    html = render(source).html
    assert masked_html(html) == (html, ())


def test_what_was_found_is_told_with_what_others_see() -> None:
    _shown, found = masked_html(render("Ring **07700** 900123, or 07700 900123.").html)
    assert [(each.kind, each.written, each.masked) for each in found] == [
        ("phone", "07700 900123", "07••• ••123")
    ]


def test_only_the_piece_that_is_masked_changes() -> None:
    shown, _found = masked_html("<p>a &lt;b&gt; &amp; 07700 900123 &lt;i&gt;</p>\n<p>&amp; c</p>")
    assert shown == "<p>a &lt;b&gt; &amp; 07••• ••123 &lt;i&gt;</p>\n<p>&amp; c</p>"


@pytest.mark.parametrize("what", HOSTILE)
def test_whatever_is_rendered_comes_back_clean(what: str) -> None:
    shown, _found = masked_html(render((HOSTILE[what] * 6_000)[:6_000]).html)
    assert find(plain(shown)) == []


PIECES = [
    "07700",
    "900",
    "123",
    "+44",
    "0044",
    " ",
    "-",
    ".",
    "(",
    ")",
    "/",
    "\n",
    "a@b.co",
    "@",
    "GB29",
    "NWBK",
    "4111",
    "1111",
    "call ",
    "tel:",
    "RB123456785GB",
    "12 ",
    "High ",
    "Street",
    "LS1",
    "4AP",
    "<em>",
    "</em>",
    "<strong>",
    "</strong>",
    '<a href="https://wa.me/447700900123">',
    "</a>",
    "<br>",
    "</p><p>",
    "&amp;",
    "&lt;",
    "•",
    "order ",
    "5",
    "0",
    "1",
    " at ",
    " dot ",
    "x",
    "https://",
    "%40",
    "_",
    "*",
    "\u200b",
    "٠",
    "  ",
]


def test_of_odd_texts_nothing_is_left_and_nothing_else_is_touched() -> None:
    chance = random.Random(5)
    for _ in range(1_000):
        source = f"<p>{''.join(chance.choices(PIECES, k=chance.randint(1, 25)))}</p>"
        shown, found = masked_html(source)
        assert find(plain(shown)) == [], source
        assert found or shown == source
