"""The index in the database: a change is found once it is committed, and what goes is gone with it."""

import logging
import threading
from collections.abc import Callable, Collection, Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app.core.db import db
from app.core.parts import part, put
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.documents import Document, KindsOfDocument
from app.forum.models import Post, Space, Thread, Visibility
from app.jobs.models import Job, Lane
from app.questions import operations as questions
from app.search import indexing, postgres_index
from app.search.indexing import drain
from app.search.lexemes import MOST_BYTES, Vector, counted
from app.search.models import SearchDocument
from app.search.ports import Entry, Index, Ref, Unavailable
from app.search.postgres_index import PostgresIndex
from app.search.query import parse, plain
from tests.ports.test_search import entry

Ask = Callable[..., int]
Change = Callable[..., None]


@pytest.fixture
def database_url(postgres_url: str) -> str:
    return postgres_url


@pytest.fixture
def index(app: Flask) -> Index:
    indexing.rebuild()
    return part(Index)


def _found(index: Index, words: str) -> list[int]:
    found = [hit.id for hit in index.search(plain(words), 20)]
    db.session.rollback()
    return found


def _waiting() -> int:
    db.session.rollback()
    waiting = (Job.lane == Lane.INDEX, Job.done_at.is_(None))
    return db.session.scalar(select(func.count()).where(*waiting)) or 0


def _question(actor: object, title: str, token: str = "t" * 20) -> int:
    space = db.session.scalar(select(Space.id).order_by(Space.id))
    return questions.ask(
        actor, title=title, source="It is an *XL*.", space_id=space, tags=["wool"], token=token
    )


def _counts() -> dict[str, int]:
    """What the index says of how often everything stands."""
    rows = db.session.execute(
        text("SELECT term, sum(count)::bigint FROM search_term GROUP BY term HAVING sum(count) <> 0")
    )
    return dict(rows.all())


def _counted_anew() -> dict[str, int]:
    """The same from the documents."""
    counts: dict[str, int] = {}
    columns = "tsvector_to_array(terms) AS lexemes, title_length, body_length, answers_length"
    for row in db.session.execute(text(f"SELECT {columns} FROM search_document WHERE fingerprint <> ''")):
        lengths = {"title": row.title_length, "body": row.body_length, "answers": row.answers_length}
        for name, count in counted(row.lexemes, lengths).items():
            counts[name] = counts.get(name, 0) + count
    return {name: count for name, count in counts.items() if count}


def test_a_vote_waits_for_the_worker(index: Index, cast: SimpleNamespace) -> None:
    thread_id = _question(cast.alice.actor, "Buyer wants to return a coat")
    post_id = questions.answer(cast.bob.actor, thread_id=thread_id, source="Show it.", token="a" * 20)
    assert _waiting() == 0
    forum.vote(cast.charlie.actor, post_id=post_id, value=1)
    assert _waiting() == 1
    drain()
    assert _waiting() == 0
    assert indexing.check() == []


def test_every_change_is_found_at_once_without_a_worker(index: Index, cast: SimpleNamespace) -> None:
    alice, bob = cast.alice.actor, cast.bob.actor
    thread_id = _question(alice, "Buyer wants to return a coat")
    assert _found(index, "xl coat") == [thread_id]
    post_id = questions.answer(bob, thread_id=thread_id, source="Show the **listing**.", token="a" * 20)
    assert _found(index, "listing") == [thread_id]
    assert index.search(plain("coat"), 1)[0].answer == "Show the listing."
    questions.reply(alice, post_id=post_id, source="They ignored the measurements.", token="b" * 20)
    assert _found(index, "measurements") == [thread_id]
    questions.accept(alice, post_id=post_id, seen=None)
    assert [hit.id for hit in index.search(parse("coat"), 5)] == [thread_id]
    forum.edit(bob, post_id=post_id, version=1, source="Show the photos.", token="e" * 20)
    assert _found(index, "photos") == [thread_id]
    assert _found(index, "listing") == []
    assert _waiting() == 0
    assert indexing.check() == []
    assert _counts() == _counted_anew()


def test_what_is_rolled_back_is_not_found(index: Index, ask: Ask) -> None:
    thread_id = ask("How to pack a lamp")
    with pytest.raises(ZeroDivisionError), transaction() as session:
        session.get_one(Thread, thread_id).title = "How to pack a coat"
        indexing._follow([thread_id])
        assert [hit.id for hit in index.search(plain("coat"), 5)] == [thread_id]
        raise ZeroDivisionError
    assert _found(index, "coat") == []
    assert _found(index, "lamp") == [thread_id]


@pytest.mark.parametrize("visibility", [each for each in Visibility if each is not Visibility.PUBLIC])
def test_what_is_hidden_leaves_the_database_with_it(
    index: Index, ask: Ask, change: Change, visibility: Visibility
) -> None:
    thread_id = ask("How to pack a lamp", "Secret text.")
    assert _found(index, "secret") == [thread_id]
    change(thread_id, visibility=visibility)
    assert db.session.scalar(select(func.count()).select_from(SearchDocument)) == 0
    assert _counts() == {}
    assert index.complete("lam") == []


def test_a_hidden_answer_takes_its_words_along(index: Index, cast: SimpleNamespace) -> None:
    thread_id = _question(cast.alice.actor, "Buyer wants to return a coat")
    post_id = questions.answer(
        cast.bob.actor, thread_id=thread_id, source="Call my private number.", token="a" * 20
    )
    assert _found(index, "private") == [thread_id]
    with transaction() as session:
        session.get_one(Thread, thread_id, with_for_update=True)
        session.get_one(Post, post_id).visibility = Visibility.HIDDEN
        indexing.refresh(thread_id)
    assert _found(index, "private") == []
    row = db.session.execute(select(SearchDocument.answer, SearchDocument.terms)).one()
    assert "private" not in str(row)
    assert "*:privat" not in _counts()


def test_a_thread_that_changes_twice_is_read_once(index: Index, ask: Ask, app: Flask) -> None:
    thread_id = ask("How to pack a lamp")
    read: list[int] = []
    real = part(KindsOfDocument)()["question"]

    class Counting:
        def documents(self, thread_ids: Collection[int]) -> dict[int, Document]:
            read.extend(thread_ids)
            return real.documents(thread_ids)

        ids = real.ids

    put(app, KindsOfDocument, lambda: {"question": Counting()})
    with transaction():
        for _time in range(3):
            indexing.refresh(thread_id)
    assert read == [thread_id]


def test_what_cannot_be_indexed_keeps_nobody_from_writing(
    index: Index, ask: Ask, change: Change, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    thread_id = ask("How to pack a lamp", "Secret text.")
    real = part(KindsOfDocument)()["question"]

    class Failing:
        def documents(self, thread_ids: Collection[int]) -> dict[int, Document]:
            raise ValueError("unreadable")

        ids = real.ids

    put(app, KindsOfDocument, lambda: {"question": Failing()})
    with caplog.at_level(logging.ERROR, logger="app.search.indexing"):
        change(thread_id, title="How to pack a coat")
    assert "unreadable" in caplog.text
    assert db.session.scalar(select(Thread.title)) == "How to pack a coat"
    assert _found(index, "secret lamp") == []
    assert _waiting() == 1
    put(app, KindsOfDocument, lambda: {"question": real})
    assert drain() == 1
    assert _found(index, "coat") == [thread_id]
    assert index.position() > 0
    assert _counts() == _counted_anew()


def test_without_an_index_the_change_waits_for_the_worker_who_makes_it(app: Flask, ask: Ask) -> None:
    index = part(Index)
    thread_id = ask("How to pack a lamp")
    with pytest.raises(Unavailable):
        index.search(plain("lamp"), 5)
    assert _waiting() == 1
    drain()
    assert _found(index, "lamp") == [thread_id]
    assert _waiting() == 0


def test_an_index_of_another_version_is_made_anew(
    index: Index, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    thread_id = ask("How to pack a lamp")
    monkeypatch.setattr(postgres_index, "SCHEMA_VERSION", postgres_index.SCHEMA_VERSION + 1)
    with pytest.raises(Unavailable, match="another version"):
        index.search(plain("lamp"), 5)
    drain()
    assert _found(index, "lamp") == [thread_id]
    assert _counts() == _counted_anew()


class _Meanwhile:
    """Documents of which something happens after they were read for a rebuild, and before they are written."""

    def __init__(self, happens: Callable[[], None]) -> None:
        self._real = part(KindsOfDocument)()["question"]
        self._happens = [happens]
        self.ids = self._real.ids

    def documents(self, thread_ids: Collection[int]) -> dict[int, Document]:
        found = self._real.documents(thread_ids)
        while self._happens:
            self._happens.pop()()
        return found


def test_what_changes_during_a_rebuild_is_in_the_new_index(
    index: Index, ask: Ask, change: Change, app: Flask
) -> None:
    lamp, shoe, coat = ask("How to pack a lamp"), ask("How to pack a shoe"), ask("How to pack a coat")
    born: list[int] = []

    def happens() -> None:
        change(lamp, title="How to pack a vase")
        change(shoe, visibility=Visibility.HIDDEN)
        born.append(ask("How to pack a sofa"))
        assert _found(index, "vase") == [lamp]
        assert _found(index, "shoe lamp") == []

    meanwhile = _Meanwhile(happens)
    put(app, KindsOfDocument, lambda: {"question": meanwhile})
    indexing.rebuild()
    assert _found(index, "vase") == [lamp]
    assert _found(index, "shoe lamp") == []
    assert set(_found(index, "sofa coat")) == {*born, coat}
    assert set(index.fingerprints()) == {Ref("question", number) for number in (lamp, coat, *born)}
    assert indexing.check() == []
    builds = "SELECT DISTINCT build FROM search_document UNION SELECT DISTINCT build FROM search_term"
    assert len(db.session.execute(text(builds)).all()) == 1
    assert db.session.scalar(text("SELECT count(*) FROM search_document WHERE fingerprint = ''")) == 0
    assert _counts() == _counted_anew()


def test_a_rebuild_waits_for_who_began_before_it(
    index: Index, ask: Ask, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wrote without knowing of the new build has committed before it is filled."""
    lamp = ask("How to pack a lamp")
    written, may_commit, begun = threading.Event(), threading.Event(), threading.Event()

    def write() -> None:
        with app.app_context(), transaction() as session:
            session.get_one(Thread, lamp, with_for_update=True).title = "How to pack a vase"
            session.flush()
            indexing._follow([lamp])
            written.set()
            may_commit.wait(10)

    def rebuild() -> None:
        begun.set()
        with app.app_context():
            indexing.rebuild()

    writer, builder = threading.Thread(target=write), threading.Thread(target=rebuild)
    writer.start()
    assert written.wait(10)
    builder.start()
    assert begun.wait(10)
    builder.join(0.3)
    assert builder.is_alive()
    may_commit.set()
    writer.join(10)
    builder.join(10)
    assert _found(index, "vase") == [lamp]
    assert _found(index, "lamp") == []


def test_two_who_change_one_thread_leave_the_later_word(index: Index, ask: Ask, app: Flask) -> None:
    """Even when neither holds its row: who follows second reads what the first committed."""
    lamp = ask("How to pack a lamp", "", "One.", "Two.")
    posts = list(db.session.scalars(select(Post.id).where(Post.parent_id.is_not(None)).order_by(Post.id)))
    db.session.rollback()
    held, go_on = threading.Event(), threading.Event()

    def edit(post_id: int, words: str, pause: bool) -> None:
        with app.app_context(), transaction() as session:
            session.get_one(Post, post_id).html = f"<p>{words}</p>"
            session.flush()
            if not pause:
                held.wait(10)
                go_on.set()
            indexing._follow([lamp])
            if pause:
                held.set()
                go_on.wait(10)

    threads = [
        threading.Thread(target=edit, args=(posts[0], "Foam.", True)),
        threading.Thread(target=edit, args=(posts[1], "Paper.", False)),
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert _found(index, "foam") == [lamp]
    assert _found(index, "paper") == [lamp]
    assert _counts() == _counted_anew()


def test_counts_are_summed_up_and_stay_what_they_are(
    index: Index, ask: Ask, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_index, "MOST_UNSUMMED", 3)
    threads = [ask(f"How to pack lamp{number}", "", "Double box it.") for number in range(6)]
    change(threads[0], visibility=Visibility.HIDDEN)
    before = _counts()
    assert before == _counted_anew()
    db.session.rollback()
    assert index.tidy()
    assert not index.tidy()
    assert _counts() == before
    rows = db.session.execute(text("SELECT count(*), count(DISTINCT term) FROM search_term")).one()
    assert rows[0] == rows[1]


def test_a_thread_longer_than_postgresql_can_hold_is_indexed_as_far_as_it_goes(app: Flask) -> None:
    words = " ".join(f"word{number}x{'y' * 30}" for number in range(40_000))
    long = entry(1, "lamp", "coat", words, f"needle here {words}")
    assert len(str(Vector.of(long)).encode()) < 2 * MOST_BYTES
    index = PostgresIndex()
    index.rebuild([long, entry(2, "shoe", "", " ".join(["filler"] * 20_000), "late needle")], 0)
    assert [hit.id for hit in index.search(plain("lamp"), 5)] == [1]
    assert [hit.id for hit in index.search(plain("needle"), 5)] == [2]
    assert index.search(parse('"late needle"'), 5) == []
    assert _counts() == _counted_anew()


def _lexemes(of: Entry) -> Iterator[str]:
    yield from Vector.of(of).lexemes


def test_every_adapter_of_the_same_words_counts_them_alike() -> None:
    """Nothing but our own words makes a lexeme: no dictionary of the database has a part in it."""
    made = set(_lexemes(entry(1, "The Parcels of XL", "Café", "five days")))
    assert {"t:parcel", "t:xl", "b:cafe", "a:five", "a:day", "w:parcels", "w:xl"} <= made
    assert {"#kind:question", "#is:answered", "#tag:postage"} <= made
    assert not {name for name in made if name.endswith((":the", ":of"))}
