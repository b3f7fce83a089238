"""A person asks; the question stands, once, as it was typed."""

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.db import db
from app.forum.models import Post, Tag, Thread
from app.questions.models import Question
from tests.questions.steps import count, fields, page

LONG = "word " * 6_400


def test_a_question_is_posted_and_shown(app: Flask, cast: SimpleNamespace) -> None:
    answer = cast.alice.client.post("/ask", data=fields())
    assert answer.status_code == 303
    page = cast.bob.client.get(answer.location).text
    assert "Buyer says not as described but the hole was listed" in page
    assert "<em>small moth hole</em>" in page
    assert "/tags/moth-hole" in page
    assert db.session.scalar(select(Thread.version)) == 1


def test_the_same_form_twice_is_one_question(app: Flask, cast: SimpleNamespace) -> None:
    form = fields()
    places = {cast.alice.client.post("/ask", data=form).location for _ in range(3)}
    assert len(places) == 1
    assert count(Question) == 1


def test_the_same_text_in_a_fresh_form_is_another_question(app: Flask, cast: SimpleNamespace) -> None:
    places = {cast.alice.client.post("/ask", data=fields()).location for _ in range(2)}
    assert len(places) == count(Question) == 2


def test_one_persons_form_token_answers_nobody_else(app: Flask, cast: SimpleNamespace) -> None:
    form = fields()
    assert (
        cast.alice.client.post("/ask", data=form).location != cast.bob.client.post("/ask", data=form).location
    )
    assert set(db.session.scalars(select(Thread.author_id))) == {cast.alice.id, cast.bob.id}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": ""}, "Say in a few lines what happened"),
        ({"source": " \n\t \u200b"}, "Say in a few lines what happened"),
        ({"source": LONG + "x"}, "32,000 characters"),
        ({"source": "> " * 9 + "deep"}, "Quotes can be 8 deep"),
        ({"title": ""}, "Write your question in one line."),
        ({"title": "\u202e\u200b  "}, "Write your question in one line."),
        ({"title": "Refund?"}, "A few more words"),
        ({"title": "x" * 151}, "At most 150 characters"),
        ({"space_id": ""}, "Choose a topic from the list."),
        ({"space_id": "99"}, "Choose a topic from the list."),
        ({"space_id": "²"}, "Choose a topic from the list."),
        ({"tags": "a, b, c, d, e, f"}, "At most 5 tags."),
        ({"tags": "x" * 31}, "A tag has at most 30 letters."),
    ],
)
def test_bad_input_is_said_and_what_was_typed_stays(
    app: Flask, cast: SimpleNamespace, changes: dict[str, str], said: str
) -> None:
    typed = fields(title="Kept as it was typed", source="Kept line by line", tags="kept-tag") | changes
    answer = cast.alice.client.post("/ask", data=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert answer.text.count('class="error"') == 1
    for name, kept in (
        ("title", "Kept as it was typed"),
        ("source", "Kept line by line"),
        ("tags", "kept-tag"),
    ):
        assert name in changes or kept in answer.text
    assert typed["form_token"] in answer.text
    assert count(Thread) == 0


def test_an_error_leaves_the_form_token_good(app: Flask, cast: SimpleNamespace) -> None:
    form = fields()
    assert cast.alice.client.post("/ask", data={**form, "title": ""}).status_code == 422
    assert cast.alice.client.post("/ask", data=form).status_code == 303
    assert cast.alice.client.post("/ask", data=form).status_code == 303
    assert count(Question) == 1


def test_thirty_two_thousand_characters_are_taken(app: Flask, cast: SimpleNamespace) -> None:
    """Line ends count once, however the browser sends them; no character counts more than once."""
    for text in (LONG, "ab\r\n" * 1_400 + "x" * 27_800, "👗" * 31_000 + "x" * 1_000):
        answer = cast.alice.client.post("/ask", data=fields(source=text))
        assert answer.status_code == 303, answer.text[:3_000]
    assert max(map(len, db.session.scalars(select(Post.source)))) == 32_000


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Größe 42 passt nicht: was nun?", "Größe 42 passt nicht: was nun?"),
        ("Nu\x00ll by\x00te in the title", "Null byte in the title"),
        ("\u202eemit eht lla desrever", "emit eht lla desrever"),
        ("هل يمكنني إرجاع المعطف؟", "هل يمكنني إرجاع المعطف؟"),
        ("👩‍👩‍👧 coat for a family", "👩‍👩‍👧 coat for a family"),
        ("Zalgo ḩ̸̛͖̲̱̹̗̩̃̀̇̒̽̓ text here", None),
        ("  many\t\tspaces \u00a0 here  ", "many spaces here"),
        ("<script>alert(1)</script> coat", "<script>alert(1)</script> coat"),
        ("{{ 7*7 }} {% raw %} coat", "{{ 7*7 }} {% raw %} coat"),
        ("e\u0301tui for a phone", "\u00e9tui for a phone"),
        ("lone \ud800 surrogate here", None),
    ],
)
def test_odd_unicode_is_taken_as_text(
    app: Flask, cast: SimpleNamespace, typed: str, stored: str | None
) -> None:
    sent = typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if "\ud800" in typed else typed
    answer = cast.alice.client.post("/ask", data=fields(title=sent, source=sent))
    assert answer.status_code == 303
    row = db.session.scalars(select(Thread)).one()
    assert stored is None or row.title == stored
    assert row.title
    shown = page(cast.bob.client, row.id)
    assert "\x00" not in shown
    assert "\u202e" not in shown
    assert "<script>alert" not in shown
    assert "49" not in row.title


def test_extra_fields_change_nothing(app: Flask, cast: SimpleNamespace) -> None:
    more = {"author_id": cast.bob.id, "state": "solved", "visibility": "hidden", "role": "admin", "id": 77}
    more |= {"kind": "alert", "version": 9, "created_at": "2001-01-01", "answer_count": 5, "source_name": "x"}
    cast.alice.client.post("/ask", data=fields(**more))
    row = db.session.scalars(select(Thread)).one()
    assert (row.author_id, row.state, row.visibility, row.kind) == (
        cast.alice.id,
        "open",
        "public",
        "question",
    )
    assert (row.version, row.answer_count, row.source, row.created_at.year > 2001) == (1, 0, None, True)


def test_tags_are_words_each_once(app: Flask, cast: SimpleNamespace) -> None:
    cast.alice.client.post("/ask", data=fields(tags="Moth-Hole, #coats; coats  größe_2 , --, 'x'"))
    assert set(db.session.scalars(select(Tag.name))) == {"moth-hole", "coats", "größe2", "x"}
    cast.bob.client.post("/ask", data=fields(tags="coats"))
    assert db.session.scalar(select(func.count()).select_from(Tag)) == 4


def test_preview_without_script_shows_the_text_and_posts_nothing(app: Flask, cast: SimpleNamespace) -> None:
    answer = cast.alice.client.post("/ask", data=fields(source="It is **gone**.", preview="1"))
    assert answer.status_code == 200
    assert "<strong>gone</strong>" in answer.text
    assert "It is **gone**." in answer.text
    assert 'value="Buyer says not as described' in answer.text
    assert count(Thread) == 0


def test_the_fragment_of_a_preview(app: Flask, cast: SimpleNamespace) -> None:
    preview = app.test_client().post("/preview", data={"source": "It is **gone**."}).text
    assert "<strong>gone</strong>" in preview
    assert "<html" not in preview
    assert "<script" not in app.test_client().post("/preview", data={"source": "<script>x</script>"}).text
    assert "32,000" in app.test_client().post("/preview", data={"source": LONG + "x"}).text
    assert app.test_client().post("/preview").status_code == 200


def test_a_title_may_be_carried_over_from_a_search(app: Flask, cast: SimpleNamespace) -> None:
    page = app.test_client().get("/ask?title=Where+is%0Amy+%3Cb%3Ecoat").text
    assert 'value="Where is my &lt;b&gt;coat"' in page
