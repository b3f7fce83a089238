"""What was changed: who, when, why, and the words; masked for all but staff, hidden with what it belongs to."""

from types import SimpleNamespace

import pytest
from flask import Flask

from app.forum import operations as forum
from app.forum.models import Post
from app.moderation.acts import Verb
from app.moderation.words import Reason
from tests.forum.steps import BETTER, edit, opening
from tests.moderation.steps import decide
from tests.questions.steps import answer, ask, hide, page


def _tags_gone(html: str) -> str:
    return html.split("<main", 1)[1]


def test_who_when_why_and_what(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice, source="The hole was listed.")
    post_id = opening(thread_id)
    edit(
        cast.alice,
        post_id,
        "The moth hole was shown.",
        title="A better title for it",
        tags=["wool"],
        reason="Clearer.",
    )
    for browser in (app.test_client(), cast.bob.client):
        shown = _tags_gone(browser.get(f"/p/{post_id}/revisions").text)
        assert "Alice" in shown
        assert "Clearer." in shown
        assert "moth " in shown.split("<ins>", 1)[1]
        assert '<del><span class="sr">removed: </span>listed<span class="sr"> (end)</span></del>' in shown
        assert '<ins><span class="sr">added: </span>shown<span class="sr"> (end)</span></ins>' in shown
        assert "wool" in shown
        assert "coats" in shown


def test_moderators_sign_as_such_and_staff_read_who(app: Flask, cast: SimpleNamespace) -> None:
    post_id = opening(ask(cast.alice, source="The hole was listed."))
    decide(cast.mona, post_id, Verb.EDIT, Reason.ABUSE, "Kinder.", words=forum.prepared("A hole was listed."))
    for browser in (app.test_client(), cast.bob.client, cast.alice.client):
        shown = browser.get(f"/p/{post_id}/revisions").text
        assert "Mona" not in shown
        assert "<span>Moderators</span>" in shown
        assert "Kinder." in shown
    assert "Mona" in cast.adam.client.get(f"/p/{post_id}/revisions").text


def test_the_page_leads_there(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    assert "/revisions" not in page(app.test_client(), thread_id)
    edit(cast.alice, opening(thread_id))
    assert f'href="/p/{opening(thread_id)}/revisions"' in page(app.test_client(), thread_id)


def test_nothing_changed_yet(app: Flask, cast: SimpleNamespace) -> None:
    shown = app.test_client().get(f"/p/{opening(ask(cast.alice))}/revisions")
    assert shown.status_code == 200
    assert "Nothing was changed" in shown.text


def test_personal_data_is_masked_for_all_but_staff(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice), "Write to bob.private@example.org please.")
    edit(cast.bob, post_id, "Write to me here please.")
    for who, sees in ((cast.charlie, False), (cast.tess, False), (cast.mona, True), (cast.agnes, True)):
        shown = who.client.get(f"/p/{post_id}/revisions").text
        assert ("bob.private@example.org" in shown) is sees
        assert "removed:" in shown
    assert "bob.private" not in app.test_client().get(f"/p/{post_id}/revisions").text


def test_what_one_may_not_see_has_no_history(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice))
    edit(cast.bob, post_id)
    hide(Post, post_id)
    assert cast.charlie.client.get(f"/p/{post_id}/revisions").status_code == 404
    assert cast.mona.client.get(f"/p/{post_id}/revisions").status_code == 200


def test_markup_in_the_words_stays_words(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.bob, ask(cast.alice), "<script>alert(1)</script> & so on")
    edit(cast.bob, post_id, "<img src=x onerror=alert(2)> & so on", reason="<b>why</b>")
    shown = app.test_client().get(f"/p/{post_id}/revisions").text
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert "<b>why" not in shown
    assert "&lt;b&gt;why" in shown


@pytest.mark.parametrize("number", [1, 2, 3])
def test_pages_join_without_a_gap(app: Flask, cast: SimpleNamespace, number: int) -> None:
    post_id = answer(cast.bob, ask(cast.alice), "word0")
    for version in range(1, 26):
        edit(cast.bob, post_id, f"word{version}", version=version)
    shown = _tags_gone(app.test_client().get(f"/p/{post_id}/revisions?page={number}").text)
    last = 25 - 10 * (number - 1)
    first = max(1, last - 9)
    for version in range(first, last + 1):
        assert f"removed: </span>word{version - 1}<" in shown
        assert f"added: </span>word{version}<" in shown
    assert shown.count("<ins>") == last - first + 1


def test_a_long_text_keeps_to_what_is_near_the_change(app: Flask, cast: SimpleNamespace) -> None:
    lines = [f"Line {number} stays." for number in range(60)]
    post_id = answer(cast.bob, ask(cast.alice), "\n".join(lines))
    edit(cast.bob, post_id, "\n".join([*lines[:30], BETTER, *lines[30:]]))
    shown = _tags_gone(app.test_client().get(f"/p/{post_id}/revisions").text)
    assert "Line 29 stays." in shown
    assert "Line 5 stays." not in shown
    assert shown.count("unchanged") == 2
