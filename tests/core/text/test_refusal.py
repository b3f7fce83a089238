"""What a post may hold: each limit, just kept and just passed, and a sentence for each."""

import time

import pytest

from app.core.text import refusal

KEPT_AND_PASSED = {
    "characters": ("a" * 32_000, "a" * 32_001),
    "lines": ("a\n" * 1_500, "a\n" * 1_501),
    "square brackets": ("[a " * 400, "[a " * 401),
    "angle brackets": ("<a " * 400, "<a " * 401),
    "backticks": ("`a" * 1_000, "`a" * 1_001),
    "pipes": ("|a" * 3_000, "|a" * 3_001),
    "headings": ("# a\n" * 200, "# a\n" * 201),
    "underlined headings": ("a\n=\n" * 200, "a\n=\n" * 201),
    "links": ("[a](https://a.bc) " * 300, "[a](https://a.bc) " * 301),
    "bare links": ("https://a.bc " * 300, "https://a.bc " * 301),
    "brackets in a row": ("(" * 64, "(" * 65),
    "mixed brackets in a row": ("![[]()" * 10 + "![[]", "![[]()" * 10 + "![[]("),
    "quotes": ("> " * 8 + "a", "> " * 9 + "a"),
    "quotes without spaces": (">" * 8 + "a", ">" * 9 + "a"),
    "lists on one line": ("- " * 6 + "a", "- " * 7 + "a"),
    "numbered lists on one line": ("1. " * 6 + "a", "1. " * 7 + "a"),
    "lists by indent": ("    " * 5 + "- a", "    " * 6 + "- a"),
    "lists by tabs": ("\t" * 5 + "- a", "\t" * 6 + "- a"),
}


@pytest.mark.parametrize("limit", KEPT_AND_PASSED)
def test_limits(limit: str) -> None:
    kept, passed = KEPT_AND_PASSED[limit]
    assert refusal(kept) is None
    assert str(refusal(passed)).endswith(".")


def test_each_sentence_says_which_limit() -> None:
    assert "32,000" in str(refusal("a" * 32_001))
    assert "32,001" in str(refusal("a" * 32_001))
    assert "1,500" in str(refusal("a\n" * 1_501))
    assert "brackets" in str(refusal("[a " * 401))
    assert "backticks" in str(refusal("`a" * 1_001))
    assert "table" in str(refusal("|a" * 3_001))
    assert "200 headings" in str(refusal("# a\n" * 201))
    assert "300 links" in str(refusal("https://a.bc " * 301))
    assert "8 deep" in str(refusal("> " * 9 + "a"))
    assert "6 deep" in str(refusal("- " * 7 + "a"))


@pytest.mark.parametrize("fence", ["```", "~~~", "`````"])
def test_a_code_fence_may_hold_any_signs(fence: str) -> None:
    code = "[[[[]]]] <a> " * 1_000
    assert refusal(f"look:\n{fence}\n{code}\n{fence}\nwell?") is None


@pytest.mark.parametrize(
    "source",
    [
        "```\n" + "[a " * 401,
        "```\n" + "[a " * 401 + "\n````",
        "````\n" + "[a " * 401 + "\n```",
        " ```\n" + "[a " * 401 + "\n ```",
        "```\na\n```\n" + "[a " * 401,
    ],
)
def test_only_a_fence_that_ends_counts(source: str) -> None:
    assert refusal(source) is not None


@pytest.mark.parametrize("line", ["- - - - - - - - -", "* * * * * * * *", "-" * 200, "*" * 200, "=" * 200])
def test_rules_across_the_page_are_no_lists(line: str) -> None:
    assert refusal(f"a\n\n{line}\n\nb") is None


@pytest.mark.parametrize(
    "piece",
    [
        "[",
        "- ",
        "> ",
        "1. ",
        "```\n",
        "`",
        "|",
        "# a\n",
        "a\n=\n",
        "\t",
        "- - -",
        "> - ",
        "1.",
        "(",
        "=",
        "~~~a\n",
    ],
)
def test_looking_is_quick(piece: str) -> None:
    source = (piece * 32_000)[:32_000]
    before = time.process_time()
    refusal(source)
    assert time.process_time() - before < 0.1
