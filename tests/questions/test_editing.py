"""Changing one's own words: what was there before is kept, and nobody overwrites unseen."""

from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.forum import operations as forum
from app.forum.models import Post, Revision, Thread
from app.forum.queries import tags_of
from app.questions.queries import page as read
from tests.house.town import bytes_of
from tests.questions.steps import SOURCE, TITLE, answer, ask, count, hide, page, post, thread


def _opening(thread_id: int) -> int:
    return read(ANONYMOUS, thread_id).opening.id


def _form(**changes: str) -> dict[str, str]:
    return {
        "version": "1",
        "title": "A better title for it",
        "source": "Better *words*.",
        "tags": "wool",
        **changes,
    }


def test_ones_own_question_with_title_and_tags(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = _opening(thread_id)
    form = cast.alice.client.get(f"/p/{post_id}/edit").text
    assert 'name="version" type="hidden" value="1"' in form
    assert TITLE in form
    assert "small moth hole" in form
    assert 'value="coats"' in form
    sent = cast.alice.client.post(f"/p/{post_id}/edit", data=_form())
    assert (sent.status_code, sent.location) == (303, f"/p/{post_id}")
    assert (thread(thread_id).title, tags_of([thread_id])[thread_id]) == ("A better title for it", ("wool",))
    assert "<em>words</em>" in post(post_id).html
    shown = page(cast.bob.client, thread_id)
    assert "A better title for it" in shown
    assert "edited" in shown


def test_what_was_there_is_kept(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = _opening(thread_id)
    for version in ("1", "2"):
        cast.alice.client.post(f"/p/{post_id}/edit", data=_form(version=version, source=f"Words {version}"))
    kept = db.session.scalars(select(Revision).order_by(Revision.version)).all()
    assert [(row.version, row.title, row.source) for row in kept] == [
        (1, TITLE, SOURCE),
        (2, "A better title for it", "Words 1"),
    ]
    assert (post(post_id).version, post(post_id).source) == (3, "Words 2")


def test_an_answer_has_no_title(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    assert 'name="title"' not in cast.bob.client.get(f"/p/{post_id}/edit").text
    assert cast.bob.client.post(f"/p/{post_id}/edit", data=_form()).status_code == 303
    assert thread(thread_id).title == TITLE
    assert tags_of([thread_id])[thread_id] == ("coats",)
    assert db.session.scalars(select(Revision)).one().title is None


def test_the_counters_and_the_place_stay(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    before = thread(thread_id)
    kept = (before.answer_count, before.state, before.last_activity_at, before.version)
    cast.bob.client.post(f"/p/{post_id}/edit", data=_form())
    after = thread(thread_id)
    assert (after.answer_count, after.state, after.last_activity_at, after.version) == (
        *kept[:3],
        kept[3] + 1,
    )


def test_anothers_post_reads_like_a_missing_one(app: Flask, cast: SimpleNamespace) -> None:
    post_id = _opening(ask(cast.alice))
    for who in (cast.bob, cast.nia, cast.tess, cast.agnes):
        assert f"/p/{post_id}/edit" not in page(who.client, 1)
        for send in (who.client.get, lambda url, who=who: who.client.post(url, data=_form())):
            theirs, missing = send(f"/p/{post_id}/edit"), send("/p/999/edit")
            assert theirs.status_code == 404
            assert bytes_of(theirs) == bytes_of(missing)
    with pytest.raises(Problem, match="only what you wrote"):
        forum.edit(cast.bob.actor, post_id=post_id, version=1, source="x", token="e" * 20)
    with pytest.raises(Problem, match="only what you wrote"):
        forum.edit(ANONYMOUS, post_id=post_id, version=1, source="x", token="e" * 20)
    assert post(post_id).source == SOURCE


def test_changed_meanwhile_is_said_and_the_text_stays(app: Flask, cast: SimpleNamespace) -> None:
    post_id = _opening(ask(cast.alice))
    assert (
        cast.alice.client.post(f"/p/{post_id}/edit", data=_form(source="From one window")).status_code == 303
    )
    late = cast.alice.client.post(f"/p/{post_id}/edit", data=_form(source="From the other window"))
    assert late.status_code == 422
    assert "changed in another window" in late.text
    assert "From the other window" in late.text
    assert post(post_id).source == "From one window"
    assert count(Revision) == 1


def test_who_was_told_may_save_over_it(app: Flask, cast: SimpleNamespace) -> None:
    post_id = _opening(ask(cast.alice))
    cast.alice.client.post(f"/p/{post_id}/edit", data=_form(source="From one window"))
    told = cast.alice.client.post(f"/p/{post_id}/edit", data=_form(source="From the other window"))
    assert 'name="version" type="hidden" value="2"' in told.text
    assert (
        cast.alice.client.post(f"/p/{post_id}/edit", data=_form(version="2", source="Over it")).status_code
        == 303
    )
    assert (post(post_id).source, count(Revision)) == ("Over it", 2)


def test_the_same_form_twice_is_one_edit(app: Flask, cast: SimpleNamespace) -> None:
    post_id = _opening(ask(cast.alice))
    form = _form(form_token="t" * 24)
    places = {cast.alice.client.post(f"/p/{post_id}/edit", data=form).location for _time in range(3)}
    assert places == {f"/p/{post_id}"}
    assert (post(post_id).version, count(Revision)) == (2, 1)


@pytest.mark.parametrize("version", ["", "0", "2", "-1", "²", "x", "9" * 30])
def test_no_crafted_version_gets_past(app: Flask, cast: SimpleNamespace, version: str) -> None:
    post_id = _opening(ask(cast.alice))
    assert cast.alice.client.post(f"/p/{post_id}/edit", data=_form(version=version)).status_code == 422
    assert post(post_id).source == SOURCE


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": ""}, "Write something"),
        ({"source": "x" * 32_001}, "32,000"),
        ({"title": ""}, "Write your question in one line."),
        ({"title": "x" * 151}, "At most 150 characters"),
        ({"tags": "a b c d e f"}, "At most 5 tags."),
    ],
)
def test_bad_input_is_said_and_what_was_typed_stays(
    app: Flask, cast: SimpleNamespace, changes: dict[str, str], said: str
) -> None:
    post_id = _opening(ask(cast.alice))
    sent = cast.alice.client.post(f"/p/{post_id}/edit", data=_form(**changes))
    assert sent.status_code == 422
    assert said in sent.text
    for name, kept in (
        ("title", "A better title for it"),
        ("source", "Better *words*."),
        ("tags", 'value="wool"'),
    ):
        assert name in changes or kept in sent.text
    assert post(post_id).version == 1


def test_preview_shows_and_saves_nothing(app: Flask, cast: SimpleNamespace) -> None:
    post_id = _opening(ask(cast.alice))
    sent = cast.alice.client.post(f"/p/{post_id}/edit", data=_form(preview="1"))
    assert sent.status_code == 200
    assert "<em>words</em>" in sent.text
    assert "Better *words*." in sent.text
    assert 'name="version" type="hidden" value="1"' in sent.text
    assert post(post_id).source == SOURCE


def test_extra_fields_change_nothing(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    post_id = _opening(thread_id)
    more = {
        "author_id": str(cast.bob.id),
        "visibility": "draft",
        "html": "<b>x</b>",
        "space_id": "2",
        "state": "solved",
    }
    cast.alice.client.post(f"/p/{post_id}/edit", data=_form(**more))
    row, of = post(post_id), thread(thread_id)
    assert (row.author_id, row.visibility, of.author_id, of.state) == (
        cast.alice.id,
        "public",
        cast.alice.id,
        "open",
    )
    assert "<b>" not in row.html


@pytest.mark.parametrize("visibility", ["hidden", "deleted", "erased"])
def test_what_was_taken_down_is_not_edited(app: Flask, cast: SimpleNamespace, visibility: str) -> None:
    thread_id = ask(cast.alice)
    post_id = answer(cast.bob, thread_id)
    hide(Post, post_id, visibility)
    assert cast.bob.client.get(f"/p/{post_id}/edit").status_code == 404
    with pytest.raises((Problem, NotFound)):
        forum.edit(cast.bob.actor, post_id=post_id, version=1, source="x", token="e" * 20)
    hide(Post, post_id, "public")
    hide(Thread, thread_id, visibility)
    assert cast.bob.client.get(f"/p/{post_id}/edit").status_code == 404
    with pytest.raises((Problem, NotFound)):
        forum.edit(cast.bob.actor, post_id=post_id, version=1, source="x", token="e" * 20)
