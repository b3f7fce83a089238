"""From a change to the index: once noted, carried out once or again, and never lost."""

import logging
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app.accounts.actor import Role
from app.accounts.operations.people import change_role
from app.config.settings import Search
from app.core import clock
from app.core.db import db
from app.core.parts import part, put
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.documents import Document, KindsOfDocument
from app.forum.models import Post, Space, Thread, Visibility
from app.jobs.models import Job, Lane
from app.jobs.operations import MOST_ATTEMPTS
from app.questions import operations as questions
from app.questions.models import Question
from app.search import indexing
from app.search.indexing import Difference, Wrong, drain
from app.search.ports import Index, Ref, Unavailable
from app.search.query import plain
from app.search.whoosh_index import WhooshIndex
from tests.moderation.steps import lock, unlock

Ask = Callable[..., int]
Change = Callable[..., None]


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The index in its folder, whatever the database is: a live one needs no outbox."""
    application = make_app(search=Search.WHOOSH)
    with application.app_context():
        yield application


def _waiting() -> int:
    db.session.rollback()
    waiting = (Job.lane == Lane.INDEX, Job.done_at.is_(None), Job.dead_at.is_(None))
    return db.session.scalar(select(func.count()).where(*waiting)) or 0


def _found(index: Index, words: str) -> list[int]:
    return [hit.id for hit in index.search(plain(words), 20)]


def _question(actor: object, title: str, token: str = "t" * 20) -> int:
    space = db.session.scalar(select(Space.id).order_by(Space.id))
    return questions.ask(
        actor, title=title, source="It is an *XL*.", space_id=space, tags=["wool"], token=token
    )


def test_every_change_of_a_question_is_noted_and_followed(index: Index, cast: SimpleNamespace) -> None:
    alice, bob = cast.alice.actor, cast.bob.actor
    thread_id = _question(alice, "Buyer wants to return a coat")
    assert _waiting() == 1
    drain()
    assert _waiting() == 0
    assert _found(index, "xl coat") == [thread_id]
    post_id = questions.answer(bob, thread_id=thread_id, source="Show the **listing**.", token="a" * 20)
    drain()
    assert _found(index, "listing") == [thread_id]
    questions.reply(alice, post_id=post_id, source="They ignored the measurements.", token="b" * 20)
    drain()
    assert _found(index, "measurements") == [thread_id]
    assert index.search(plain("coat"), 1)[0].answer == "Show the listing."
    questions.accept(alice, post_id=post_id, seen=None)
    assert _waiting() == 1
    drain()
    forum.edit(bob, post_id=post_id, version=1, source="Show the photos.", token="e" * 20)
    drain()
    assert _found(index, "photos") == [thread_id]
    assert _found(index, "listing") == []
    questions.unaccept(alice, thread_id=thread_id, seen=post_id)
    drain()
    assert indexing.check() == []


def test_whatever_raises_the_version_is_followed_once(index: Index, cast: SimpleNamespace) -> None:
    """Else what the index keeps of a thread would be read anew from the database at every search."""
    thread_id = _question(cast.alice.actor, "Buyer wants to return a coat")
    drain()
    questions.have_too(cast.bob.actor, thread_id=thread_id)
    assert _waiting() == 1
    drain()
    lock(cast.mona, thread_id)
    unlock(cast.mona, thread_id)
    assert _waiting() == 2
    drain()
    version = db.session.scalar(select(Thread.version).where(Thread.id == thread_id))
    assert index.search(plain("coat"), 1)[0].version == version


def test_who_joins_support_makes_their_answers_official(index: Index, cast: SimpleNamespace) -> None:
    thread_id = _question(cast.alice.actor, "Buyer wants to return a coat")
    questions.answer(cast.bob.actor, thread_id=thread_id, source="Show it.", token="a" * 20)
    drain()
    change_role(account_id=cast.bob.id, role=Role.AGENT)
    drain()
    official = replace(plain("coat"), required=(frozenset(["is:official"]),))
    assert [hit.id for hit in index.search(official, 5)] == [thread_id]
    change_role(account_id=cast.bob.id, role=Role.MODERATOR)
    drain()
    assert index.search(official, 5) == []
    assert indexing.check() == []


def test_votes_decide_which_answer_is_shown(index: Index, cast: SimpleNamespace) -> None:
    thread_id = _question(cast.alice.actor, "Buyer wants to return a coat")
    answers = [
        questions.answer(by.actor, thread_id=thread_id, source=source, token=source[0] * 20)
        for by, source in ((cast.bob, "Show the listing."), (cast.tess, "Ask for photos."))
    ]
    drain()
    assert index.search(plain("coat"), 1)[0].answer == "Show the listing."
    for voter in (cast.charlie, cast.mona, cast.adam):
        forum.vote(voter.actor, post_id=answers[1], value=1)
    drain()
    assert index.search(plain("coat"), 1)[0].answer == "Ask for photos."
    assert indexing.check() == []


def test_what_is_rolled_back_is_not_noted(app: Flask, ask: Ask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        indexing.enqueue(1)
        raise ZeroDivisionError
    assert _waiting() == 0


@pytest.mark.parametrize(
    "visibility",
    [Visibility.HIDDEN, Visibility.DELETED, Visibility.ERASED, Visibility.HELD, Visibility.DRAFT],
)
def test_what_is_not_public_any_more_leaves_the_index(
    index: Index, ask: Ask, change: Change, visibility: Visibility
) -> None:
    thread_id = ask("How to pack a lamp")
    drain()
    assert _found(index, "lamp") == [thread_id]
    change(thread_id, visibility=visibility)
    drain()
    assert _found(index, "lamp") == []
    assert index.fingerprints() == {}
    change(thread_id, visibility=Visibility.PUBLIC)
    drain()
    assert _found(index, "lamp") == [thread_id]


def test_a_hidden_answer_is_not_in_the_index(index: Index, ask: Ask) -> None:
    ask("How to pack a lamp", "", "Call my private number.", answers_are=Visibility.HIDDEN)
    drain()
    assert _found(index, "private number") == []


def test_a_thread_that_is_no_more_leaves_the_index(index: Index, ask: Ask) -> None:
    thread_id = ask("How to pack a lamp")
    drain()
    with transaction() as session:
        session.execute(delete(Question))
        session.execute(delete(Post))
        session.execute(delete(Thread))
        indexing.enqueue(thread_id)
    drain()
    assert index.fingerprints() == {}


def test_many_changes_of_one_thread_are_read_once(index: Index, ask: Ask, change: Change, app: Flask) -> None:
    thread_id = ask("How to pack a lamp")
    for _ in range(5):
        change(thread_id, state="answered")
    read: list[int] = []
    real = part(KindsOfDocument)()["question"]

    class Counting:
        def documents(self, thread_ids: Collection[int]) -> dict[int, Document]:
            read.extend(thread_ids)
            return real.documents(thread_ids)

        ids = real.ids

    index.rebuild([], 0)
    put(app, KindsOfDocument, lambda: {"question": Counting()})
    assert drain() == 6
    assert read == [thread_id]
    assert drain() == 0


def test_a_batch_has_an_end_and_the_oldest_come_first(
    index: Index, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain()
    monkeypatch.setattr(indexing, "BATCH", 2)
    first, second, third = (ask(f"How to pack lamp{number}") for number in range(3))
    assert drain() == 2
    assert set(index.fingerprints()) == {Ref("question", first), Ref("question", second)}
    assert drain() == 1
    assert Ref("question", third) in index.fingerprints()
    assert drain() == 0


def test_dying_between_index_and_outbox_costs_nothing(
    index: Index, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_job_ids: object) -> None:
        raise KeyboardInterrupt

    thread_id = ask("How to pack a lamp")
    with monkeypatch.context() as patch:
        patch.setattr(indexing.jobs, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            drain()
    assert _waiting() == 1
    assert _found(index, "lamp") == [thread_id]
    assert drain() == 1
    assert _waiting() == 0
    assert _found(index, "lamp") == [thread_id]
    assert len(index.fingerprints()) == 1


def test_dying_before_the_index_has_it_leaves_the_note(
    index: Index, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    drain()
    thread_id = ask("How to pack a lamp")

    def die(*_arguments: object, **_keywords: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(WhooshIndex, "replace", die)
        with pytest.raises(KeyboardInterrupt):
            drain()
    assert _waiting() == 1
    drain()
    assert _found(index, "lamp") == [thread_id]


def test_one_thread_that_cannot_be_read_keeps_nobody_waiting(
    index: Index, ask: Ask, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    drain()
    real = part(KindsOfDocument)()["question"]
    bad, good = ask("How to pack a lamp"), ask("How to pack a coat")

    class Failing:
        def documents(self, thread_ids: Collection[int]) -> dict[int, Document]:
            if bad in thread_ids:
                raise ValueError("unreadable")
            return real.documents(thread_ids)

        ids = real.ids

    put(app, KindsOfDocument, lambda: {"question": Failing()})
    drain()
    assert _found(index, "coat lamp") == [good]
    assert "unreadable" in caplog.text
    job = db.session.scalars(select(Job).where(Job.done_at.is_(None))).one()
    assert (job.attempts, job.error) == (1, "ValueError: unreadable")
    assert drain() == 0
    later = clock.now()
    for _ in range(MOST_ATTEMPTS - 1):
        later += timedelta(hours=1)
        with clock.frozen(later):
            assert drain() == 1
    db.session.refresh(job)
    assert job.dead_at is not None
    put(app, KindsOfDocument, lambda: {"question": real})
    indexing.mend(indexing.check())
    drain()
    assert set(_found(index, "coat lamp")) == {good, bad}


def test_while_another_process_writes_the_round_is_left_out(index: Index, ask: Ask, tmp_path: Path) -> None:
    drain()
    thread_id = ask("How to pack a lamp")
    other = WhooshIndex(tmp_path / "index")
    with other.writing():
        assert drain() == 0
        assert _waiting() == 1
    assert drain() == 1
    assert _found(index, "lamp") == [thread_id]


def test_a_missing_index_is_made_anew_by_the_next_round(
    index: Index, ask: Ask, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    known = ask("How to pack a lamp")
    drain()
    shutil.rmtree(tmp_path / "index")
    ask("How to pack a coat")
    with caplog.at_level(logging.WARNING, logger="app.search.indexing"):
        drain()
    assert "made anew" in caplog.text
    assert known in _found(index, "lamp")
    assert len(index.fingerprints()) == 2
    assert indexing.check() == []


def test_an_index_brought_back_from_earlier_is_made_anew(index: Index, ask: Ask, tmp_path: Path) -> None:
    ask("How to pack a lamp")
    drain()
    shutil.copytree(tmp_path / "index", tmp_path / "copy")
    late = ask("How to pack a coat")
    drain()
    shutil.rmtree(tmp_path / "index")
    shutil.copytree(tmp_path / "copy", tmp_path / "index")
    assert _found(index, "coat") == []
    drain()
    assert _found(index, "coat") == [late]


def test_what_changes_during_a_rebuild_follows(index: Index, ask: Ask, change: Change, app: Flask) -> None:
    thread_id = ask("How to pack a lamp")
    drain()
    real = part(KindsOfDocument)()["question"]

    class Changing:
        def documents(self, thread_ids: Collection[int]) -> dict[int, Document]:
            found = real.documents(thread_ids)
            for number in thread_ids:
                change(number, title="How to pack a coat")
            return found

        ids = real.ids

    put(app, KindsOfDocument, lambda: {"question": Changing()})
    indexing.rebuild()
    put(app, KindsOfDocument, lambda: {"question": real})
    assert _found(index, "lamp") == [thread_id]
    drain()
    assert _found(index, "lamp") == []
    assert _found(index, "coat") == [thread_id]


def test_a_rebuild_tells_how_far_it_is(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "READ_AT_ONCE", 2)
    for number in range(5):
        ask(f"How to pack lamp{number}")
    told: list[tuple[int, int]] = []
    assert indexing.rebuild(lambda done, total: told.append((done, total))) == 5
    assert told == [(2, 5), (4, 5), (5, 5)]


def test_differences_are_found_and_mended(index: Index, ask: Ask, change: Change) -> None:
    missing = ask("How to pack a lamp", told=False)
    stale, surplus, fine = (ask(f"How to pack coat{number}") for number in range(3))
    drain()
    change(missing, visibility=Visibility.PUBLIC, told=False)
    index.replace([], [Ref("question", missing)], 0)
    change(stale, title="How to fold a coat", told=False)
    change(surplus, visibility=Visibility.HIDDEN, told=False)
    differences = indexing.check()
    assert set(differences) == {
        Difference(Ref("question", missing), Wrong.MISSING),
        Difference(Ref("question", stale), Wrong.STALE),
        Difference(Ref("question", surplus), Wrong.SURPLUS),
    }
    indexing.mend(differences)
    assert indexing.check() == []
    assert drain() == 3
    assert indexing.check() == []
    assert set(index.fingerprints()) == {Ref("question", number) for number in (missing, stale, fine)}


def test_what_waits_is_no_difference(index: Index, ask: Ask) -> None:
    drain()
    ask("How to pack a lamp")
    assert indexing.check() == []


def test_without_an_index_the_check_says_so(app: Flask) -> None:
    with pytest.raises(Unavailable):
        indexing.check()


def test_the_loop_is_soon_enough() -> None:
    assert indexing.INDEX_LOOP.run is drain
    assert indexing.INDEX_LOOP.every <= timedelta(seconds=1)


def test_entries_know_the_version_they_were_read_at(index: Index, ask: Ask, change: Change) -> None:
    thread_id = ask("How to pack a lamp")
    change(thread_id, title="How to pack a big lamp")
    drain()
    assert index.search(plain("lamp"), 1)[0].version == db.session.scalar(select(Thread.version)) == 2
    entry = replace(index.search(plain("lamp"), 1)[0])
    assert entry.id == thread_id
    with transaction() as session:
        session.execute(update(Thread).values(version=Thread.version + 1))
    assert indexing.check() == []
