"""Long threads: pages, deep links, and statements that do not grow."""

import random
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select

from app.accounts.actor import ANONYMOUS
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Post, Visibility
from app.forum.queries import POSTS_A_PAGE, Entry, Node, page_starts
from app.forum.queries.outlines import MOST_ON_A_PAGE
from app.questions.documents import QuestionDocuments
from app.questions.ordering import Sort
from app.questions.queries import page as read
from tests.questions.steps import answer, ask, hide, page, reply
from tests.statements import statements

# Of the five and eight that the page may take, one is left to what else may stand on it.
MOST_ANONYMOUS = 4
MOST_SIGNED_IN = 8


def grow(thread_id: int, number: int, authors: list[int], depth: int = 12, seed: int = 1) -> list[int]:
    """Write `number` posts below the question, some `depth` levels deep; their ids."""
    dice = random.Random(seed)
    opening = read(ANONYMOUS, thread_id).opening.id
    last = db.session.scalar(select(func.max(Post.id))) or 0
    moment = clock.now()
    levels = {opening: 0}
    rows, answers = [], 0
    for step in range(1, number + 1):
        shallow = [post_id for post_id, level in list(levels.items())[-40:] if level < depth]
        parent = opening if step % 17 == 1 or not shallow else dice.choice(shallow)
        post_id = last + step
        levels[post_id] = levels[parent] + 1
        answers += parent == opening
        rows.append(
            {
                "id": post_id,
                "thread_id": thread_id,
                "parent_id": parent,
                "author_id": dice.choice(authors),
                "source": "",
                "html": f"<p>Word{step}.</p>",
                "pipeline_version": 1,
                "visibility": Visibility.PUBLIC,
                "created_at": moment + timedelta(seconds=step),
            }
        )
    with transaction() as session:
        session.connection().execute(insert(Post), rows)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(select(func.setval("post_id_seq", last + number)))
        forum.touch(thread_id, answer_count=answers, reply_count=number - answers)
    assert number < 100 or max(levels.values()) == depth
    return [int(str(row["id"])) for row in rows]


@pytest.fixture
def long(app: Flask, cast: SimpleNamespace) -> SimpleNamespace:
    thread_id = ask(cast.alice)
    return SimpleNamespace(id=thread_id, posts=grow(thread_id, 400, [cast.bob.id, cast.charlie.id]))


def test_every_post_stands_on_one_page_in_one_order(long: SimpleNamespace) -> None:
    first = read(ANONYMOUS, long.id)
    pages = [read(ANONYMOUS, long.id, number=number) for number in range(1, first.last + 1)]
    found = [entry.node.id for one in pages for entry in one.entries]
    assert sorted(found) == sorted(long.posts)
    assert all(len(list(one.entries)) <= MOST_ON_A_PAGE for one in pages)
    assert first.last <= 1 + len(long.posts) // 35
    for number, one in enumerate(pages, start=1):
        assert all(one.pages[entry.node.id] == number for entry in one.entries)
        assert all(entry.row for entry in one.entries)


def test_an_address_leads_to_the_page_and_the_post(
    app: Flask, client: FlaskClient, long: SimpleNamespace
) -> None:
    for post_id in long.posts[::45]:
        moved = client.get(f"/p/{post_id}")
        assert moved.status_code == 302
        assert moved.location.endswith(f"?post={post_id}#p-{post_id}")
        shown = client.get(moved.location).text
        assert f'id="p-{post_id}"' in shown
        assert shown.count(f"<p>Word{post_id - long.posts[0] + 1}.</p>") == 1


def test_pages_lead_on_and_back_and_beyond_the_last_is_the_last(
    app: Flask, client: FlaskClient, long: SimpleNamespace
) -> None:
    url = client.get(f"/t/{long.id}").location
    last = read(ANONYMOUS, long.id).last
    shown = client.get(f"{url}?post={long.posts[200]}").text
    number = read(ANONYMOUS, long.id, around=long.posts[200]).number
    assert f"Page {number} of {last}" in shown
    assert f'rel="next" href="{url}?page={number + 1}"' in shown
    assert f'<link rel="canonical" href="http://localhost{url}?page={number}">' in shown
    assert "Read the question again" in shown
    assert f"Page {last} of {last}" in client.get(f"{url}?page=9999").text
    assert 'rel="next"' not in client.get(f"{url}?page=9999").text
    assert "sort=newest" in client.get(f"{url}?sort=newest").text.split('class="pages"')[1]


def test_a_page_that_begins_within_a_conversation_says_what_goes_on(
    app: Flask, client: FlaskClient, cast: SimpleNamespace
) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    for _reply in range(POSTS_A_PAGE + 30):
        reply(cast.charlie, answer_id)
    second = read(ANONYMOUS, thread_id, number=2)
    (talk,) = second.conversations
    assert talk.continued
    assert talk.head.node.id == answer_id
    url = client.get(f"/t/{thread_id}").location
    shown = client.get(f"{url}?page=2").text
    assert "This goes on under the answer by Bob." in shown
    assert f'href="{url}#p-{answer_id}"' in shown
    hide(Post, answer_id)
    shown = client.get(f"{url}?page=2").text
    assert "This goes on under an answer that was removed." in shown
    assert "Bob" not in shown


def test_a_reply_to_a_post_of_a_later_page_is_written_and_refused_there(
    app: Flask, cast: SimpleNamespace, long: SimpleNamespace
) -> None:
    post_id = long.posts[300]
    sent = cast.alice.client.post(f"/posts/{post_id}/replies", data={"source": ""})
    assert sent.status_code == 422
    assert f'id="reply-source-{post_id}"' in sent.text
    there = cast.alice.client.get(f"/posts/{post_id}/replies", follow_redirects=True)
    assert f'id="reply-source-{post_id}"' in there.text
    form = cast.alice.client.get(f"/posts/{post_id}/replies", headers={"HX-Request": "true"}).text
    assert form.count("<form") == 1
    assert "<html" not in form
    new = reply(cast.alice, post_id)
    moved = cast.alice.client.get(f"/p/{new}").location
    assert f'id="p-{new}"' in cast.alice.client.get(moved).text


def test_short_threads_have_plain_addresses(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    answer_id = answer(cast.bob, thread_id)
    assert "?" not in client.get(f"/p/{answer_id}").location
    assert "Page 1" not in page(client, thread_id)


def test_statements_do_not_grow_with_the_page(app: Flask, client: FlaskClient, cast: SimpleNamespace) -> None:
    counts: dict[str, list[int]] = {"visitor": [], "alice": [], "bob": [], "mona": []}
    for number in (20, 400):
        thread_id = ask(cast.alice)
        posts = grow(thread_id, number, [cast.bob.id, cast.charlie.id])
        url = client.get(f"/t/{thread_id}").location
        for who, seen in counts.items():
            browser = client if who == "visitor" else getattr(cast, who).client
            with statements() as made:
                assert browser.get(f"{url}?post={posts[-1]}").status_code == 200
            seen.append(len([sql for sql in made if not sql.startswith(("BEGIN", "PRAGMA"))]))
    assert all(few == many for few, many in counts.values()), counts
    assert counts["visitor"][0] <= MOST_ANONYMOUS, counts
    assert all(counts[who][0] <= MOST_SIGNED_IN for who in ("alice", "bob", "mona")), counts


def test_search_still_sees_the_whole_thread(long: SimpleNamespace) -> None:
    document = QuestionDocuments().documents([long.id])[long.id]
    assert all(f"Word{step}." in f"{document.answer}\n{document.replies}" for step in (1, 57, 200, 399, 400))


def test_any_order_has_the_same_posts(long: SimpleNamespace) -> None:
    for sort in Sort:
        first = read(ANONYMOUS, long.id, sort=sort)
        assert set(first.pages) == set(long.posts)


@pytest.mark.parametrize("seed", range(30))
def test_pages_are_neither_long_nor_torn_without_need(seed: int) -> None:
    dice = random.Random(seed)
    found: list[Entry] = []
    depth = 0
    for number in range(dice.randrange(1, 700)):
        depth = 0 if not number or dice.random() < 0.1 else min(depth + 1, dice.randrange(1, 13))
        found.append(Entry(_node(number), depth, None))
    starts = page_starts(found)
    ends = [*starts[1:], len(found)]
    assert starts[0] == 0
    for start, end in zip(starts, ends, strict=True):
        assert 0 < end - start <= MOST_ON_A_PAGE
    for end in ends[:-1]:
        if found[end].depth:
            first = max(place for place in range(end) if found[place].depth == 0)
            rest = next((place for place in range(end, len(found)) if not found[place].depth), len(found))
            assert rest - first > MOST_ON_A_PAGE - POSTS_A_PAGE


def _node(number: int) -> Node:
    return Node(number, None, 1, "", False, "public", False, 0, 0, clock.now(), True)
