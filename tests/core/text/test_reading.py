"""Rendered HTML as plain words, and the beginning of them."""

import pytest

from app.core.text import excerpt, plain, render


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a</p>\n<p>b</p>", "a\n\nb"),
        ("<p>a<br>\nb</p>", "a\nb"),
        ("<p>a <em>b</em><strong>c</strong></p>", "a bc"),
        ("<ul>\n<li>a</li>\n<li>b<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>\n<p>d</p>", "a\nb\nc\n\nd"),
        ("<p>a</p><pre><code>if x:\n    y\n</code></pre><p>b</p>", "a\n\nif x:\n    y\n\nb"),
        (
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tr><td>1</td><td>2</td></tr></table>",
            "a b\n1 2",
        ),
        ("<p>&lt;b&gt; &amp;amp; &#233;</p>", "<b> &amp; é"),
        ("", ""),
    ],
)
def test_plain(html: str, text: str) -> None:
    assert plain(html) == text


def test_plain_reads_what_render_writes() -> None:
    source = "# Hello\n\n- one\n- two\n\n> said *she*\n\n```\n<b>\n```\n\n[here](/help) or https://a.bc"
    assert plain(render(source).html) == "Hello\n\none\ntwo\n\nsaid she\n\n<b>\n\nhere or https://a.bc"


def test_excerpt_of_little_is_all_of_it() -> None:
    assert excerpt("a  b\n\nc") == "a b c"
    assert excerpt("a" * 160) == "a" * 160


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("the parcel is lost", 12, "the parcel…"),
        ("the parcel is lost", 11, "the parcel…"),
        ("the parcel, lost", 14, "the parcel…"),
        ("a" * 200, 160, "a" * 159 + "…"),
    ],
)
def test_excerpt_ends_at_a_word(text: str, limit: int, cut: str) -> None:
    assert excerpt(text, limit) == cut
    assert len(cut) <= limit
