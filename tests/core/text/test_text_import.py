"""Plain text from elsewhere reads on the page as it was written."""

import html
import re

from hypothesis import given, settings
from hypothesis import strategies as some

from app.core.text import clean_text, plain, refusal, render
from app.core.text.importing import SHORTENED, as_markdown, fitting

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


def read(html: str) -> str:
    """What people read of imported HTML, rendered."""
    return render(as_markdown(html, "html")).html


@settings(max_examples=200, deadline=None)
@given(some.lists(PIECES, max_size=12).map("".join))
def test_words_in_html_come_through(text: str) -> None:
    """Whatever signs a paragraph holds, they are words."""
    words = " ".join(clean_text(text).split())
    assert plain(read(f"<p>{html.escape(words)}</p>")) == words


def test_html_keeps_its_shape() -> None:
    assert read("<p>a\nb<br>c</p>") == "<p>a b<br>\nc</p>"
    assert "<li>in <strong>b</strong></li>" in read("<ol><li>one<ul><li>in <b>b</b></li></ul></li></ol>")
    assert (
        read("<pre class='lang-py'><code>a &lt; b\n  ```</code></pre>")
        == "<pre><code>a &lt; b\n  ```\n</code></pre>"
    )
    assert "<blockquote>\n<pre><code>a\n  b\n" in read(
        "<blockquote><pre><code>a\n  b</code></pre></blockquote>"
    )
    assert "<pre><code>a\n\n  b\n" in read("<ul><li><p>x</p><pre><code>a\n\n  b</code></pre></li></ul>")
    assert "<td>2|3</td>" in read("<table><tr><th>a</th></tr><tr><td>2|3</td></tr></table>")
    assert read("<h2>Head</h2>") == "<p><strong>Head</strong></p>"


def test_what_markdown_has_no_word_for() -> None:
    assert (
        read("<p><kbd>Ctrl</kbd> 10<sup>3</sup> H<sub>2</sub>O 1<sup>st</sup></p>")
        == "<p><code>Ctrl</code> 10³ H₂O 1st</p>"
    )
    assert "<p><strong>Spoiler:</strong> it was him</p>" in read(
        "<blockquote class='spoiler'><p>it was him</p></blockquote>"
    )
    assert "alert" not in read("<script>alert(1)</script><p>x</p>")


def test_links_and_pictures_lead_where_they_led() -> None:
    assert 'href="https://a.bc/d_%28e%29?x=1&amp;y=2"' in read(
        '<a href="https://a.bc/d_(e)?x=1&amp;y=2" title="t">x</a>'
    )
    assert '<a href="https://a.bc/d.jpg"' in read('<p><img src="https://a.bc/d.jpg" alt="a [mug]"></p>')
    assert read('<a href="https://a.bc/"><img src="https://a.bc/d.jpg" alt="mug"></a>').count("<a ") == 1
    assert "<a" not in read('<a href="javascript:alert(1)">x</a>')


def test_html_nested_without_end_is_read_as_words() -> None:
    assert plain(read("<div><b>" * 5_000 + "deep")) == "deep"


def test_what_is_too_much_for_a_post_is_shortened_and_says_so() -> None:
    assert fitting("short") == ("short", False)
    for long in (
        "word " * 10_000,
        "line\n" * 2_000,
        "[" * 500,
        "x" * 40_000,
        "ok\n" + "# head\n" * 300,
        "> " * 20 + "deep",
    ):
        cut, shortened = fitting(long)
        assert shortened
        assert cut.endswith(SHORTENED)
        assert refusal(cut) is None
    assert fitting("ok\n" + "# head\n" * 300)[0].startswith("ok\n# head")
