"""What each member of the cast sees of every thread and post: the check, its SQL twin, and every list."""

import itertools
import re
from collections.abc import Callable, Iterable
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import insert, select

from app.accounts.actor import ANONYMOUS, Actor
from app.core.clock import now
from app.core.db import db
from app.core.parts import put
from app.core.problems import NotFound
from app.core.transaction import transaction
from app.core.web.pages import Page
from app.forum import operations as forum
from app.forum import policy, queries
from app.forum.models import Post, Space, Tag, Thread, Visibility
from app.questions import queries as questions
from app.questions.documents import QuestionDocuments
from app.questions.models import KIND, Question
from app.search import queries as search
from app.search.ports import Hit, Index, Query
from app.search.suggesting import suggest

AUTHORS = ("alice", "bob", "mona", "agnes")
MODERATORS = {"mona", "adam"}
EVERYONE = {"visitor", "alice", "bob", "charlie", "nia", "mona", "agnes", "adam", "tess"}


def _audience(visibility: Visibility, author: str) -> set[str]:
    """The rule once more, in plain words, so that the policy's own table can be wrong."""
    match visibility:
        case Visibility.PUBLIC:
            return EVERYONE
        case Visibility.DRAFT:
            return {author}
        case Visibility.HELD | Visibility.HIDDEN:
            return {author} | MODERATORS
        case Visibility.DELETED:
            return MODERATORS
        case Visibility.ERASED | Visibility.MERGED:
            return set()


@pytest.fixture
def actors(cast: SimpleNamespace) -> dict[str, Actor]:
    return {"visitor": ANONYMOUS} | {name: player.actor for name, player in vars(cast).items()}


@pytest.fixture
def everything(app: Flask, cast: SimpleNamespace) -> dict[int, str]:
    """Threads and, in each, answers with a reply of every visibility by every author; the authors' names by id.

    Each thread carries a tag of its own, each post a word of its own.
    """
    authors = [getattr(cast, name).id for name in AUTHORS]
    moment = now()
    ids, post_ids = itertools.count(1), itertools.count(1)
    threads, posts = [], []

    def add_post(thread_id: int, parent_id: int | None, author_id: int, visibility: str) -> int:
        post_id = next(post_ids)
        posts.append(
            {
                "id": post_id,
                "thread_id": thread_id,
                "parent_id": parent_id,
                "author_id": author_id,
                "source": "",
                "html": f"<p>word{post_id}.</p>",
                "pipeline_version": 1,
                "visibility": visibility,
                "created_at": moment,
            }
        )
        return post_id

    for visibility, author_id in itertools.product(Visibility, authors):
        thread_id = next(ids)
        threads.append(
            {
                "id": thread_id,
                "kind": KIND,
                "state": "open" if author_id % 2 else "answered",
                "author_id": author_id,
                "title": f"Thread number {thread_id}",
                "visibility": visibility,
                "created_at": moment,
                "last_activity_at": moment,
            }
        )
        opening = add_post(thread_id, None, author_id, Visibility.PUBLIC)
        for shown, writer_id in itertools.product(Visibility, authors):
            answer = add_post(thread_id, opening, writer_id, shown)
            add_post(thread_id, answer, authors[0], Visibility.PUBLIC)
    # A public thread whose opening post alone was hidden.
    threads.append({**threads[2 * len(authors)], "id": next(ids)})
    add_post(len(threads), add_post(len(threads), None, authors[0], Visibility.HIDDEN), authors[1], "public")
    with transaction() as session:
        space_id = session.scalar(select(Space.id).limit(1))
        connection = session.connection()
        connection.execute(insert(Thread), [{**row, "space_id": space_id} for row in threads])
        connection.execute(insert(Post), posts)
        connection.execute(insert(Question), [{"thread_id": row["id"]} for row in threads])
        connection.execute(insert(Tag), [{"id": row["id"], "name": f"tag{row['id']}"} for row in threads])
        for row in threads:
            forum.set_tags(row["id"], [f"tag{row['id']}"])
    return {getattr(cast, name).id: name for name in AUTHORS}


def _sees(name: str, thread: Thread, authors: dict[int, str]) -> bool:
    return name in _audience(Visibility(thread.visibility), authors[thread.author_id])


def _reads(name: str, post: Post, thread: Thread, authors: dict[int, str]) -> bool:
    return _sees(name, thread, authors) and name in _audience(
        Visibility(post.visibility), authors[post.author_id]
    )


def test_threads(actors: dict[str, Actor], everything: dict[int, str]) -> None:
    rows = db.session.scalars(select(Thread)).all()
    assert len(rows) == len(Visibility) * len(AUTHORS) + 1
    for name, actor in actors.items():
        right = {row.id for row in rows if _sees(name, row, everything)}
        assert {row.id for row in rows if policy.can_see_thread(actor, row)} == right, name
        assert set(db.session.scalars(select(Thread.id).where(policy.visible_threads(actor)))) == right, name


def test_posts(actors: dict[str, Actor], everything: dict[int, str]) -> None:
    rows = [(row.Post, row.Thread) for row in db.session.execute(select(Post, Thread).join(Thread))]
    assert len(rows) > (len(Visibility) * len(AUTHORS)) ** 2
    seen: Callable[[Actor], Iterable[int]] = lambda actor: db.session.scalars(
        select(Post.id).join(Thread).where(policy.visible_posts(actor))
    )
    for name, actor in actors.items():
        right = {post.id for post, thread in rows if _reads(name, post, thread, everything)}
        assert {post.id for post, thread in rows if policy.can_see_post(actor, post, thread)} == right, name
        assert set(seen(actor)) == right, name


def test_lists_show_all_of_it_and_nothing_beyond(
    actors: dict[str, Actor], everything: dict[int, str]
) -> None:
    rows = db.session.scalars(select(Thread)).all()
    every = [row.id for row in rows]
    for name, actor in actors.items():
        right = {row.id for row in rows if _sees(name, row, everything)}
        assert _listed(lambda number, actor=actor: queries.threads(actor, number=number)) == right
        assert _listed(lambda number, actor=actor: questions.latest(actor, number)) == right
        assert _listed(lambda number, actor=actor: questions.unsolved(actor, number)) == right
        waiting = {row.id for row in questions.waiting(actor, 1_000)}
        assert waiting == {row.id for row in rows if row.id in right and row.state == "open"}
        assert set(queries.threads_by_id(actor, every)) == right
        for thread_id in every:
            under_tag = queries.threads(actor, queries.tagged(thread_id))
            assert [row.id for row in under_tag.rows] == [thread_id] * (thread_id in right)


def _listed(page: Callable[[int], Page[queries.ThreadRow]]) -> set[int]:
    found: list[int] = []
    for number in itertools.count(1):
        shown = page(number)
        found += [row.id for row in shown.rows]
        if not shown.more:
            break
    assert len(found) == len(set(found))
    return set(found)


def test_popular_tags_are_counted_from_what_everybody_sees(everything: dict[int, str]) -> None:
    public = select(Thread.id).where(Thread.visibility == Visibility.PUBLIC)
    assert set(queries.popular_tags(1_000)) == {f"tag{thread_id}" for thread_id in db.session.scalars(public)}


def test_an_outline_shows_all_of_it_and_nothing_beyond(
    actors: dict[str, Actor], everything: dict[int, str]
) -> None:
    threads = {row.id: row for row in db.session.scalars(select(Thread))}
    posts = db.session.scalars(select(Post).order_by(Post.id)).all()
    for name, actor in actors.items():
        readable: dict[int, set[int]] = {thread_id: set() for thread_id in threads}
        hidden = set()
        for post in posts:
            if post.parent_id is None and not _reads(name, post, threads[post.thread_id], everything):
                hidden.add(post.thread_id)
            elif _reads(name, post, threads[post.thread_id], everything):
                readable[post.thread_id].add(post.id)
        for thread_id, right in readable.items():
            assert set(queries.posts(actor, Post.thread_id == thread_id)) == right, name
            if thread_id in hidden:
                with pytest.raises(NotFound):
                    queries.outline(actor, thread_id)
            else:
                opening = queries.outline(actor, thread_id)
                nodes = [opening, *opening.below()]
                assert {node.id for node in nodes if node.seen} == right, name
                assert all(node.seen or any(under.seen for under in node.below()) for node in nodes)


def test_reading_one_is_refused_like_a_missing_one(
    actors: dict[str, Actor], everything: dict[int, str]
) -> None:
    rows = db.session.execute(select(Post, Thread).join(Thread)).all()
    for name, actor in actors.items():
        for row in rows[:: 1 if name == "bob" else 17]:
            if _reads(name, row.Post, row.Thread, everything):
                assert queries.post(actor, row.Post.id)[0].id == row.Post.id
            else:
                with pytest.raises(NotFound):
                    queries.post(actor, row.Post.id)


def test_documents_hold_public_words_only(everything: dict[int, str]) -> None:
    documents = QuestionDocuments()
    public_posts = (
        select(Post.id).join(Thread).where(Thread.visibility == "public", Post.visibility == "public")
    )
    public = {f"word{post_id}" for post_id in db.session.scalars(public_posts)}
    told = documents.documents(db.session.scalars(select(Thread.id)).all())
    words = {
        word
        for found in told.values()
        for word in re.findall(r"word\d+", f"{found.body} {found.answer} {found.replies}")
    }
    assert len(words) > 3 * len(AUTHORS)
    assert words <= public
    assert all(word in words or _below_hidden(word) for word in public)
    assert set(documents.ids()) == set(told)


def test_search_and_suggestions_show_nothing_beyond_whatever_the_index_proposes(
    app: Flask, actors: dict[str, Actor], everything: dict[int, str]
) -> None:
    rows = db.session.scalars(select(Thread)).all()
    public_posts = (
        select(Post.id).join(Thread).where(Thread.visibility == "public", Post.visibility == "public")
    )
    public = {f"word{post_id}" for post_id in db.session.scalars(public_posts)}

    class Everything:
        def search(self, query: Query, limit: int) -> list[Hit]:
            return [Hit(KIND, row.id, 1.0, 0, "", "", covered=1.0) for row in rows][:limit]

        def correct(self, _word: str) -> None:
            """Every word is known."""

    put(app, Index, Everything())  # type: ignore[arg-type, type-abstract]
    for name, actor in actors.items():
        right = {row.id for row in rows if _sees(name, row, everything)}
        results = [search.find(actor, "thread number", number).page for number in (1, 2)]
        assert {row.id for page in results for row in page.rows} == right, name
        matches = suggest(actor, title="thread number", limit=100)
        assert {match.thread_id for match in matches} == right, name
        said = " ".join(
            [
                *(row.passage_html for page in results for row in page.rows),
                *(match.passage_html for match in matches),
            ]
        )
        assert set(re.findall(r"word\d+", said)) <= public, name


def _below_hidden(word: str) -> bool:
    """Public itself, but under something that is not."""
    post = db.session.get_one(Post, int(word.removeprefix("word")))
    while post.parent_id is not None:
        post = db.session.get_one(Post, post.parent_id)
        if post.visibility != Visibility.PUBLIC:
            return True
    return False
