"""`@name` in what people write: a link for those who are here, plain text for everybody else."""

import pytest

from app.core.text import render
from tests.core.text.tags import faults

NAMES = ["bob", "carol-ann", "j.doe"]


def _link(name: str, text: str | None = None) -> str:
    return f'<a href="/people/{name}">{text or "@" + name}</a>'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("@bob", _link("bob")),
        ("Thanks @Bob!", f"Thanks {_link('bob', '@Bob')}!"),
        ("(@bob, @j.doe.)", f"({_link('bob')}, {_link('j.doe')}.)"),
        ("**@carol-ann**", f"<strong>{_link('carol-ann')}</strong>"),
        ("ask @carol-ann-", f"ask {_link('carol-ann')}-"),
        ("@nobody and @bobby", "@nobody and @bobby"),
    ],
)
def test_people_who_are_here_are_linked(source: str, html: str) -> None:
    assert render(source, NAMES).html == f"<p>{html}</p>"


@pytest.mark.parametrize(
    "source",
    [
        "`@bob`",
        "```\n@bob\n```",
        "```message\n@bob\n```",
        "    @bob",
        "[ask @bob](/questions)",
        "https://example.com/@bob",
        "https://example.com/?to=@bob",
        "me@bob",
        "a/@bob",
        "@@bob",
        "\\@bob",
        "&amp;@bob",
    ],
)
def test_in_code_links_and_addresses_nobody_is_meant(source: str) -> None:
    rendered = render(source, NAMES)
    assert "/people/" not in rendered.html
    assert rendered.mentioned == ()


def test_each_is_told_of_once_in_the_order_of_the_text() -> None:
    rendered = render("@j.doe, @bob and @bob again; `@carol-ann` not.", NAMES)
    assert rendered.mentioned == ("j.doe", "bob")
    assert render("nobody here", NAMES).mentioned == ()


def test_a_link_written_by_hand_mentions_nobody() -> None:
    rendered = render("[bob](/people/bob)", NAMES)
    assert '<a href="/people/bob">bob</a>' in rendered.html
    assert rendered.mentioned == ()


@pytest.mark.parametrize("hostile", ['"><b>', "<script>", "&lt;b&gt;", "](javascript:x)", "\u202e", "'"])
def test_what_stands_around_a_name_is_only_text(hostile: str) -> None:
    for source in (f"@bob{hostile}", f"{hostile}@bob", f"{hostile} @bob {hostile}", f"[@bob{hostile}](/x)"):
        assert not faults(render(source, NAMES).html)


def test_many_names_are_quick() -> None:
    assert not render("@bob @x " * 3_900, NAMES).fallback
