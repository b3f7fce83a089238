"""'Messages to send': a fence called `message`, with its blanks marked."""

import pytest

from app.core.text import excerpt, plain, render, trusted
from tests.core.text.tags import faults

SOURCE = (
    'Send this:\n\n```message\nDear [buyer\'s name],\n\nit left on ___ <b> & "as new".\n```\n\nThen wait.'
)
TEXT = 'Dear [buyer\'s name],\n\nit left on ___ <b> & "as new".'


def test_it_is_a_block_of_its_own_with_its_blanks_marked() -> None:
    assert render(SOURCE).html == (
        "<p>Send this:</p>\n"
        '<pre class="message">Dear <mark>[buyer\'s name]</mark>,\n\n'
        'it left on <mark>___</mark> &lt;b&gt; &amp; "as new".</pre>\n'
        "<p>Then wait.</p>"
    )


def test_in_plain_text_it_reads_as_it_was_typed() -> None:
    html = render(SOURCE).html
    assert plain(html) == f"Send this:\n\n{TEXT}\n\nThen wait."
    assert excerpt(plain(html)).startswith("Send this: Dear [buyer's name], it left on ___")


def test_on_a_page_it_has_a_name_and_a_button_that_waits_for_script() -> None:
    shown = trusted(render(SOURCE).html)
    assert "<figcaption" in shown
    assert "<span>Message to send</span>" in shown
    assert 'type="button" data-copy data-done="Copied" hidden>' in shown
    assert '<pre class="copy__text">Dear <mark>' in shown


def test_other_fences_stay_code() -> None:
    for fence in ("```\n[a] ___\n```", "```messages\n[a]\n```", "    ```message\n    [a]\n    ```"):
        html = render(fence).html
        assert "<mark>" not in html
        assert "message" not in html.split(">")[0]
        assert "figure" not in trusted(html)


@pytest.mark.parametrize(
    "hostile",
    [
        '</code></pre><pre class="message"><script>alert(1)</script>',
        "</pre><img src=x onerror=alert(1)>",
        "[<script>alert(1)</script>]",
        '[" onmouseover="alert(1)]',
        "[[[[[[[[]]]]]]]]",
        "&lt;img src=x onerror=alert(1)&gt; &#60;b&#62;",
        "https://example.com/ @bob %s %(a)s {} \\1 \\g<0>",
        "\x02wzxhzdk:0\x03 klzzwxh:0000",
        "_" * 20_000,
        "[" * 9_000,
        "[a" * 5_000 + "]" * 5_000,
    ],
)
def test_what_stands_in_it_is_only_text(hostile: str) -> None:
    rendered = render(f"```message\n{hostile}\n```")
    assert not rendered.fallback
    assert not faults(rendered.html)
    shown = trusted(rendered.html)
    assert shown.count("<figure") == rendered.html.count("<pre") == 1
    assert "<script" not in shown
    assert "<img" not in shown
    assert plain(rendered.html).strip() == hostile.replace("\x02", "").replace("\x03", "").strip()


def test_only_that_class_comes_out() -> None:
    for source in ("```message evil\na\n```", "```{.message .x}\na\n```", '```message" onclick="x\na\n```'):
        assert not faults(render(source).html)
