"""How a post's Markdown looks once it is rendered."""

import pytest

from app.core.text import PIPELINE_VERSION, render


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one\r\n\r\ntwo", "<p>one</p>\n<p>two</p>"),
        ("*a* **b** `c < d`", "<p><em>a</em> <strong>b</strong> <code>c &lt; d</code></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("```python\na & <b>\n```", "<pre><code>a &amp; &lt;b&gt;\n</code></pre>"),
        ("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        ("AT&T &copy; &amp;lt; 1 < 2", "<p>AT&amp;T © &amp;lt; 1 &lt; 2</p>"),
        ("", ""),
    ],
)
def test_ordinary_markdown(source: str, html: str) -> None:
    rendered = render(source)
    assert rendered.html.strip() == html
    assert not rendered.fallback
    assert rendered.version == PIPELINE_VERSION


def test_tables() -> None:
    html = render("|size|chest|\n|:-|-:|\n|M|52 cm|").html
    assert "<th>chest</th>" in html
    assert "<td>52 cm</td>" in html


def test_raw_html_is_shown_as_written() -> None:
    assert render("<b>bold</b> <!-- no --> <img src=x>").html == (
        "<p>&lt;b&gt;bold&lt;/b&gt; &lt;!-- no --&gt; &lt;img src=x&gt;</p>"
    )


@pytest.mark.parametrize("source", ["# Fees *now*", "###### Fees *now*", "Fees *now*\n==="])
def test_headings_stay_out_of_the_pages_outline(source: str) -> None:
    assert render(source).html == "<p><strong>Fees <em>now</em></strong></p>"


def test_pictures_become_links() -> None:
    assert '<a href="https://a.bc/x.png" rel=' in render("![my lamp](https://a.bc/x.png)").html
    assert ">my lamp</a>" in render("![my lamp](https://a.bc/x.png)").html
    assert ">https://a.bc/x.png</a>" in render("![](https://a.bc/x.png)").html


def test_a_picture_inside_a_link_leaves_its_words() -> None:
    html = render("[![my lamp](/lamp.png)](/questions)").html
    assert html == '<p><a href="/questions"><em>my lamp</em></a></p>'


@pytest.mark.parametrize(
    "source", ["a\u202eb", "a&#8238;b", "a&#x202E;b", "a\x00b", "a\x1b\x02b", "a\u2067b"]
)
def test_control_and_bidi_characters_never_come_out(source: str) -> None:
    assert render(source).html == "<p>ab</p>"


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    assert render("a\ud800b").html == "<p>a\ufffdb</p>"


def test_what_refusal_refuses_is_still_rendered_as_plain_words() -> None:
    rendered = render("[" * 500 + "\n<b>\n\nnext")
    assert rendered.fallback
    assert rendered.html == f"<p>{'[' * 500}<br>\n&lt;b&gt;</p>\n<p>next</p>"
