"""Text made to be slow: refused, rendered or shown as plain words, in little more than a second of CPU."""

import resource
import time
from collections.abc import Callable

import pytest

from app.core.text import refusal, render, rendering
from app.core.text.rendering import Renderer

CPU_SECONDS = 1.5

PIECES = [
    *(
        "[",
        "[[a]]",
        "![[]()",
        "![",
        "<![CDATA[",
        "[a](b",
        "[a](<b",
        "[](",
        "a\n=\n",
        "# a\n",
        "- ",
        "1. ",
        "> ",
        "=\n",
    ),
    *(
        "http://a.b/((((",
        "http://a.b/))))",
        "(",
        "`",
        "``a`",
        "<",
        "<a ",
        "&",
        "&#",
        "\\",
        "*a_",
        "_a_*",
        "***a",
        "**a",
    ),
    *(
        "|a",
        "a|b\n-|-\n",
        "```\n",
        "~~~a\n",
        "[a]: b\n",
        "[a][a]\n",
        "- a\n    - b\n        - c\n",
        "> > > a\n",
        "\t",
    ),
    *(
        "    a\n",
        "a  \n",
        "<http://a",
        "<a@b",
        "\u202e",
        "\u0301\u0323",
        "\x00",
        "http://http://",
        "[a](b 'c",
        '[a](b "',
    ),
]


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU of this process and of the rendering processes that end with `work`."""
    rendering.renderer.close()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    before = time.process_time() + children.ru_utime + children.ru_stime
    work()
    rendering.renderer.close()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime - before


@pytest.mark.parametrize("piece", PIECES)
def test_ten_thousand_characters(piece: str) -> None:
    source = (piece * 10_000)[:10_000]
    assert cpu_seconds(lambda: render(source)) < CPU_SECONDS


@pytest.mark.parametrize("piece", PIECES)
def test_the_most_that_is_let_through(piece: str) -> None:
    few, many = 0, 32_000 // len(piece)
    while few < many:
        middle = (few + many + 1) // 2
        few, many = (few, middle - 1) if refusal(piece * middle) else (middle, many)
    assert cpu_seconds(lambda: render(piece * few)) < CPU_SECONDS


@pytest.mark.parametrize("piece", ["[", "![[]()", "1. "])
def test_the_limits_of_the_process_hold_without_the_limits_of_the_text(piece: str) -> None:
    answers: list[tuple[str, list[str]] | None] = []

    def unguarded() -> None:
        renderer = Renderer()
        answers.append(renderer.answer(piece * 10_000))
        renderer.close()

    assert cpu_seconds(unguarded) < CPU_SECONDS
    assert answers == [None]


def test_the_next_post_is_rendered_as_ever() -> None:
    assert Renderer().answer("[" * 20_000) is None
    assert not render("*fine*").fallback
