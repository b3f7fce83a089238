"""Words found are marked; everything else in a passage is escaped."""

import pytest
from markupsafe import Markup

from app.core.text import highlighted, trusted


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("my parcel is lost", {"parcel"}, "my <mark>parcel</mark> is lost"),
        ("parcel lost", {"parcel", "lost"}, "<mark>parcel lost</mark>"),
        ("parcel-lost", {"parcel", "lost"}, "<mark>parcel-lost</mark>"),
        ("parcel, lost", {"parcel", "lost"}, "<mark>parcel</mark>, <mark>lost</mark>"),
        ("parcel is lost", {"parcel", "lost"}, "<mark>parcel</mark> is <mark>lost</mark>"),
        ("hasn't come", {"hasn't"}, "<mark>hasn&#39;t</mark> come"),
        (
            "<b>parcel</b> & co",
            {"parcel", "b"},
            "&lt;<mark>b</mark>&gt;<mark>parcel</mark>&lt;/<mark>b</mark>&gt; &amp; co",
        ),
        ("<mark>", set(), "&lt;mark&gt;"),
        ("", {"a"}, ""),
    ],
)
def test_marks(text: str, words: set[str], shown: str) -> None:
    result = highlighted(text, words.__contains__)
    assert str(result) == shown
    assert isinstance(result, Markup)


def test_trusted_is_left_as_it_is() -> None:
    assert Markup("%s") % trusted("<p>a</p>") == "<p>a</p>"
