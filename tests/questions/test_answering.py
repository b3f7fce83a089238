"""Answers and replies: where they stand, what they count, and who may not."""

from types import SimpleNamespace

import pytest
from flask import Flask

from app.accounts.actor import ANONYMOUS
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.forum import operations as forum
from app.forum.models import Post, Thread
from app.questions import operations
from app.questions.queries import page as read
from tests.core.images.pictures import picture
from tests.questions.steps import accept, answer, ask, count, hide, page, post, reply, thread, token
from tests.statements import statements

WORDS = "Send the **photo** of the hole."


def test_an_answer_is_posted_and_shown(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    before = thread(thread_id).last_activity_at
    sent = cast.bob.client.post(
        f"/questions/{thread_id}/answers", data={"source": WORDS, "form_token": token()}
    )
    assert sent.status_code == 303
    row = thread(thread_id)
    assert (row.answer_count, row.reply_count, row.state) == (1, 0, "answered")
    assert row.last_activity_at > before
    assert sent.location.startswith(f"/questions/{thread_id}/buyer-says")
    shown = cast.alice.client.get(sent.location).text
    assert "<strong>photo</strong>" in shown
    assert f'id="{sent.location.rsplit("#", 1)[1]}"' in shown
    assert "1 answer<" in shown


def test_a_reply_stands_under_what_it_answers(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    first, second = answer(cast.bob, thread_id), answer(cast.charlie, thread_id)
    sent = cast.alice.client.post(
        f"/posts/{first}/replies", data={"source": "Which photo?", "form_token": token()}
    )
    assert sent.status_code == 303
    under = reply(cast.bob, int(sent.location.rsplit("p-", 1)[1]), "The one of the hole.")
    row = thread(thread_id)
    assert (row.answer_count, row.reply_count, row.state) == (2, 2, "answered")
    talks = read(ANONYMOUS, thread_id).conversations
    assert [talk.head.node.id for talk in talks] == [first, second]
    assert [(entry.node.id, entry.depth) for entry in talks[0].replies][1] == (under, 2)
    assert not talks[1].replies


def test_every_change_moves_the_version_that_readers_compare(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    versions = [thread(thread_id).version]
    answer_id = answer(cast.bob, thread_id)
    versions.append(thread(thread_id).version)
    reply(cast.alice, answer_id)
    versions.append(thread(thread_id).version)
    accept(cast.alice, answer_id)
    versions.append(thread(thread_id).version)
    assert versions == sorted(set(versions))


@pytest.mark.parametrize("path", ["/questions/{thread}/answers", "/posts/{answer}/replies"])
def test_the_same_form_twice_is_one_post_with_one_answer(
    app: Flask, cast: SimpleNamespace, path: str
) -> None:
    thread_id = ask(cast.alice)
    url = path.format(thread=thread_id, answer=answer(cast.bob, thread_id))
    before = count(Post)
    form = {"source": WORDS, "form_token": token()}
    places = {cast.charlie.client.post(url, data=form).location for _time in range(3)}
    assert len(places) == 1
    assert count(Post) == before + 1


def test_one_form_token_for_two_threads_is_one_answer(app: Flask, cast: SimpleNamespace) -> None:
    """A token is one submission; where a crafted second one points does not matter."""
    first, second = ask(cast.alice), ask(cast.alice, "Another question of mine")
    form = {"source": WORDS, "form_token": token()}
    place = cast.bob.client.post(f"/questions/{first}/answers", data=form).location
    assert cast.bob.client.post(f"/questions/{second}/answers", data=form).location == place
    assert (thread(first).answer_count, thread(second).answer_count) == (1, 0)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "first."),
        (" \r\n\t\u200b\u202e", "first."),
        ("x" * 32_001, "32,000"),
        ("# a\n" * 201, "heading"),
    ],
)
@pytest.mark.parametrize("path", ["/questions/{thread}/answers", "/posts/{answer}/replies"])
def test_bad_input_is_said_and_what_was_typed_stays(
    app: Flask, cast: SimpleNamespace, path: str, source: str, said: str
) -> None:
    thread_id = ask(cast.alice)
    url = path.format(thread=thread_id, answer=answer(cast.bob, thread_id))
    before = count(Post)
    sent = cast.charlie.client.post(url, data={"source": source, "form_token": "t" * 20})
    assert sent.status_code == 422
    assert said in sent.text
    assert "<title>Error:" in sent.text
    assert source.count("x") + source.count("#") == 0 or source[:200] in sent.text
    assert 'value="' + "t" * 20 in sent.text
    assert count(Post) == before


def test_an_empty_reply_is_said_at_its_own_form(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    first, second = answer(cast.bob, thread_id), answer(cast.charlie, thread_id)
    shown = cast.alice.client.post(f"/posts/{second}/replies", data={"source": ""}).text
    assert f'id="reply-source-{second}"' in shown
    assert f'id="reply-source-{first}"' not in shown
    assert shown.count("Write your reply first.") == 1


def test_preview_without_script_shows_the_text_and_posts_nothing(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    sent = cast.bob.client.post(f"/questions/{thread_id}/answers", data={"source": WORDS, "preview": "1"})
    assert sent.status_code == 200
    assert "<strong>photo</strong>" in sent.text
    assert WORDS in sent.text
    assert thread(thread_id).answer_count == 0


def test_extra_fields_change_nothing(app: Flask, cast: SimpleNamespace) -> None:
    thread_id, other = ask(cast.alice), ask(cast.alice, "Another question of mine")
    more = {
        "author_id": cast.adam.id,
        "visibility": "draft",
        "thread_id": other,
        "parent_id": 1,
        "version": 7,
        "html": "<b>x</b>",
    }
    cast.bob.client.post(f"/questions/{thread_id}/answers", data={"source": WORDS, **more})
    row = post(count(Post))
    assert (row.author_id, row.visibility, row.thread_id, row.version) == (
        cast.bob.id,
        "public",
        thread_id,
        1,
    )
    assert "<b>" not in row.html


def test_a_comment_on_the_question_is_no_answer_and_neither_is_what_follows(
    app: Flask, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    opening = read(ANONYMOUS, thread_id).opening.id
    sent = cast.bob.client.post(
        f"/posts/{opening}/replies", data={"source": "Which wool?", "form_token": token()}
    )
    assert sent.status_code == 303
    comment = int(sent.location.rsplit("p-", 1)[1])
    back = reply(cast.alice, comment, "Lambswool.")
    row = thread(thread_id)
    assert (row.answer_count, row.reply_count, row.state) == (0, 2, "open")
    found = read(ANONYMOUS, thread_id)
    assert [(entry.node.id, entry.depth) for entry in found.comments] == [(comment, 0), (back, 1)]
    assert not found.conversations
    for post_id in (comment, back):
        with pytest.raises(Problem, match="cannot be accepted"):
            accept(cast.alice, post_id)
    shown = page(app.test_client(), thread_id)
    assert "No answer yet" in shown
    assert "Which wool?" in shown


def test_a_hidden_question_takes_no_answers_also_not_its_authors(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    hide(Thread, thread_id)
    with pytest.raises(NotFound):
        answer(cast.bob, thread_id)
    for who in (cast.alice, cast.mona):
        with pytest.raises(Problem, match="takes no answers"):
            answer(who, thread_id)
        with pytest.raises(Problem, match="takes no answers"):
            reply(who, answer_id)
    for path in (f"/questions/{thread_id}/answers", f"/posts/{answer_id}/replies"):
        sent = cast.alice.client.post(path, data={"source": WORDS})
        assert sent.status_code == 422
        assert "takes no answers at the moment" in sent.text
        assert WORDS in sent.text
    assert count(Post) == 2


def test_nobody_replies_to_what_they_cannot_see(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    hide(Post, answer_id)
    with pytest.raises(NotFound):
        reply(cast.charlie, answer_id)


def test_visitors_are_refused_by_the_operations_themselves(app: Flask, cast: SimpleNamespace) -> None:
    visitor = SimpleNamespace(actor=ANONYMOUS)
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    for act in (lambda: ask(visitor), lambda: answer(visitor, thread_id), lambda: reply(visitor, answer_id)):
        with pytest.raises(Problem, match="Sign in to post"):
            act()
    with pytest.raises(Problem, match="Only the person who asked"):
        operations.accept(ANONYMOUS, post_id=answer_id, seen=None)
    assert count(Post) == 2


def test_order_of_answers(app: Flask, cast: SimpleNamespace) -> None:
    """The accepted one first, also when a reply under it was what helped; then support's; then by time."""
    thread_id = ask(cast.alice)
    early, late = answer(cast.bob, thread_id, "Early"), answer(cast.charlie, thread_id, "Late")
    official = answer(cast.agnes, thread_id, "From support")
    last = answer(cast.mona, thread_id, "From a moderator")

    def order() -> list[int]:
        return [row.id for row in read(ANONYMOUS, thread_id).answers]

    assert order() == [official, early, late, last]
    accept(cast.alice, last)
    assert order() == [last, official, early, late]
    under = reply(cast.bob, late, "What helped")
    accept(cast.alice, under, seen=last)
    assert order() == [late, official, early, last]
    shown = page(app.test_client(), thread_id)
    places = [shown.index(f'id="p-{post_id}"') for post_id in order()]
    assert places == sorted(places)


def test_who_wrote_is_said_of_asker_and_support(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer(cast.agnes, thread_id)
    answer(cast.alice, thread_id, "I found it myself.")
    shown = page(app.test_client(), thread_id)
    assert shown.count("From support") == 1
    assert "Asked this" in shown


def test_an_answer_with_photos_takes_sixteen_statements_beside_locks_and_the_index(
    app: Flask, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    album = forum.Album(form=operations.answer_draft(thread_id))
    for colour in ("red", "blue"):
        forum.add_photo(cast.bob.actor, album, content=picture(colour=colour))
    with statements() as made:
        sent = cast.bob.client.post(
            f"/questions/{thread_id}/answers", data={"source": WORDS, "form_token": token()}
        )
    assert post(int(sent.location.rsplit("p-", 1)[1])).photo_count == 2
    asked = [sql for sql in made if not sql.startswith(("BEGIN", "PRAGMA"))]
    # Where the database keeps the search index, the thread is read and written there too, and names are kept twice.
    assert len(asked) <= (22 if db.engine.dialect.name == "postgresql" else 16), asked
