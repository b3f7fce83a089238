"""Threads merged and split in any order, and while others write: nothing is lost, nothing is there twice."""

import random
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.community.recounting import recount as recount_people
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import MergedThread, Post, Revision, Thread, Visibility, Vote
from app.questions import operations
from app.questions.models import Question
from app.questions.queries import page as read
from tests.forum.moving_steps import everything_adds_up, merge, split, unmerge, unsplit
from tests.forum.steps import edit, opening
from tests.questions.steps import answer, ask, reply, token
from tests.sequences import sequences, tried

WRITERS = ("alice", "bob", "charlie", "tess")
SHOWN = (Visibility.PUBLIC, Visibility.PUBLIC, Visibility.HIDDEN, Visibility.HELD)


class MovingMachine(RuleBasedStateMachine):
    """`cast` is put on a subclass by the test. What was written is known by its id; where it stands the rows say."""

    cast: SimpleNamespace

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[int, str] = {}
        self.votes: dict[tuple[int, int], int] = {}
        self.undo: list[tuple[Callable[[Any], None], Any]] = []
        self.threads: list[int] = []
        for who in ("alice", "alice", "charlie"):
            self._ask(who)
        for _each in range(3):
            self.answer("bob", 0)

    def _who(self, name: str) -> Any:
        return getattr(self.cast, name)

    def _ask(self, who: str) -> None:
        words = f"Asked{len(self.words)}x"
        thread_id = ask(self._who(who), source=words)
        self.threads.append(thread_id)
        self.words[opening(thread_id)] = words

    def _thread(self, number: int) -> int:
        return self.threads[number % len(self.threads)]

    def _post(self, number: int) -> int:
        return list(self.words)[number % len(self.words)]

    def _tries(self, act: Callable[[], Any]) -> Any:
        """None for what is refused: nothing changes then."""
        try:
            return act()
        except (Problem, NotFound):
            db.session.rollback()
            return None

    @rule(who=st.sampled_from(WRITERS), number=st.integers(0, 99))
    def answer(self, who: str, number: int) -> None:
        words = f"Answer{len(self.words)}x"
        if post_id := self._tries(lambda: answer(self._who(who), self._thread(number), words)):
            self.words[post_id] = words

    @rule(who=st.sampled_from(WRITERS), number=st.integers(0, 99))
    def reply(self, who: str, number: int) -> None:
        words = f"Reply{len(self.words)}x"
        act = lambda: operations.reply(
            self._who(who).actor, post_id=self._post(number), source=words, token=token()
        )
        if post_id := self._tries(act):
            self.words[post_id] = words

    @rule(who=st.sampled_from(WRITERS), number=st.integers(0, 99), value=st.sampled_from((1, -1, 0)))
    def vote(self, who: str, number: int, value: int) -> None:
        post_id, actor = self._post(number), self._who(who).actor
        done = self._tries(lambda: forum.vote(actor, post_id=post_id, value=value) or True)
        if done:
            self.votes[post_id, actor.id] = value

    @rule(number=st.integers(0, 99))
    def accept(self, number: int) -> None:
        post_id = self._post(number)
        thread = db.session.get_one(Thread, db.session.get_one(Post, post_id).thread_id)
        seen = db.session.get_one(Question, thread.id).accepted_post_id
        asker = Actor(thread.author_id, self.cast.alice.actor.role, 0, "en", "Europe/London")
        self._tries(lambda: operations.accept(asker, post_id=post_id, seen=seen))

    @rule(number=st.integers(0, 99), visibility=st.sampled_from(SHOWN))
    def show(self, number: int, visibility: Visibility) -> None:
        with transaction():
            forum.set_visibility(self._post(number), visibility, by_id=self.cast.mona.id)

    @rule(who=st.sampled_from(WRITERS), number=st.integers(0, 99))
    def have_too_and_follow(self, who: str, number: int) -> None:
        thread_id, actor = self._thread(number), self._who(who).actor
        self._tries(lambda: operations.have_too(actor, thread_id=thread_id))
        self._tries(lambda: forum.follow(actor, thread_id=thread_id))

    @rule(number=st.integers(0, 99), other=st.integers(0, 99))
    def point(self, number: int, other: int) -> None:
        ids = {"thread_id": self._thread(number), "of_id": self._thread(other)}
        self._tries(lambda: operations.mark_duplicate(self.cast.mona.actor, **ids))

    @rule(number=st.integers(0, 99))
    def point_no_more(self, number: int) -> None:
        self._tries(lambda: operations.unmark_duplicate(self.cast.mona.actor, thread_id=self._thread(number)))

    @rule(number=st.integers(0, 99), other=st.integers(0, 99))
    def merge(self, number: int, other: int) -> None:
        if facts := self._tries(lambda: merge(self._thread(number), self._thread(other))):
            self.undo.append((unmerge, facts))

    @rule(number=st.integers(0, 99), numbers=st.lists(st.integers(0, 99), min_size=1, max_size=3))
    def split(self, number: int, numbers: list[int]) -> None:
        thread_id = self._thread(number)
        below = select(Post.id).where(Post.thread_id == thread_id, Post.parent_id.is_not(None))
        ids = db.session.scalars(below.order_by(Post.id)).all()
        if not ids:
            return
        chosen = {ids[each % len(ids)] for each in numbers}
        if made := self._tries(lambda: split(thread_id, chosen)):
            self.threads.append(made[0])
            self.undo.append((unsplit, made[1]))

    @precondition(lambda self: self.undo)
    @rule(number=st.integers(0, 99))
    def take_back(self, number: int) -> None:
        """In any order, not only the last first; and also again."""
        act, facts = self.undo[number % len(self.undo)]
        self._tries(lambda: act(facts))

    @precondition(lambda self: self.undo)
    @rule()
    def take_the_last_back(self) -> None:
        act, facts = self.undo[-1]
        self._tries(lambda: act(facts))

    @invariant()
    def nothing_is_lost(self) -> None:
        db.session.rollback()
        ours = Post.thread_id.in_(self.threads)
        rows = dict(db.session.execute(select(Post.id, Post.source).where(ours)).all())
        assert rows == self.words
        votes = select(Vote.post_id, Vote.account_id, Vote.value).where(Vote.post_id.in_(self.words))
        found = {(post_id, account_id): value for post_id, account_id, value in db.session.execute(votes)}
        assert found == {key: value for key, value in self.votes.items() if value}
        everything_adds_up()
        assert [mended for _number, mended in recount_people() if mended] == []

    @invariant()
    def every_page_can_be_read_and_every_address_leads_somewhere(self) -> None:
        for thread_id in self.threads:
            row = db.session.get_one(Thread, thread_id)
            if row.visibility == Visibility.MERGED:
                leads = db.session.get_one(MergedThread, thread_id).post_id
                assert db.session.get_one(Post, leads).thread_id != thread_id
            elif row.visibility == Visibility.PUBLIC:
                shown = read(self.cast.mona.actor, thread_id)
                posts = select(func.count()).where(Post.thread_id == thread_id)
                assert shown.last > 1 or len(shown.rows) + 1 == db.session.scalar(posts)


@sequences
def test_any_sequence(app: Flask, cast: SimpleNamespace, number: int, steps: int) -> None:
    assert app
    machine: Any = type("Machine", (MovingMachine,), {"cast": cast})
    tried(machine, number, steps)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_while_others_write(
    app: Flask, cast: SimpleNamespace, at_once: Callable[..., list[Any]], seed: int
) -> None:
    """One moves threads together and apart; meanwhile others answer, reply, vote, edit, accept, hide and look."""
    first, second = ask(cast.alice), ask(cast.alice)
    begun = [answer(cast.bob, thread_id) for thread_id in (first, second, second)]
    versions = dict.fromkeys(begun, 1)
    said: list[dict[int, str]] = [{}, {}, {}, {}]
    refused: list[str] = []
    undone: list[Any] = []

    def within(act: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """What it answers, True for nothing; None when it was refused."""
        with app.app_context():
            try:
                done = act(*args, **named)
            except (Problem, NotFound) as problem:
                refused.append(repr(problem))
                return None
            return True if done is None else done

    def writes(place: int) -> None:
        who, dice = (cast.bob, cast.charlie, cast.tess, cast.alice)[place], random.Random(seed * 10 + place)
        for step in range(25):
            words = f"{who.name} {step} {token()}"
            if dice.random() < 0.5:
                post_id = within(answer, who, dice.choice([first, second]), words)
            else:
                post_id = within(reply, who, dice.choice([*begun, *said[place]]), words)
            if post_id:
                said[place][post_id] = words

    def votes() -> None:
        dice = random.Random(seed)
        for _step in range(40):
            voter = dice.choice([cast.charlie, cast.tess, cast.adam])
            within(forum.vote, voter.actor, post_id=dice.choice(begun), value=dice.choice([1, -1, 0]))

    def edits() -> None:
        dice = random.Random(seed)
        for step in range(25):
            post_id = dice.choice(begun)
            if within(edit, cast.bob, post_id, f"Edited {step}.", version=versions[post_id]):
                versions[post_id] += 1

    def hide(post_id: int) -> None:
        for visibility in (Visibility.HIDDEN, Visibility.PUBLIC):
            with transaction():
                forum.set_visibility(post_id, visibility, by_id=cast.mona.id)

    def choose(post_id: int) -> None:
        place = db.session.get_one(Post, post_id).thread_id
        seen = db.session.get_one(Question, place).accepted_post_id
        operations.accept(cast.alice.actor, post_id=post_id, seen=seen)

    def shows_and_accepts() -> None:
        dice = random.Random(seed)
        for step in range(20):
            within(hide if step % 2 else choose, dice.choice(begun))

    def moves() -> None:
        for step in range(12):
            if step % 2:
                if made := within(split, second, [begun[1], begun[2]]):
                    undone.append(within(unsplit, made[1]))
            elif facts := within(merge, second, first):
                undone.append(within(unmerge, facts))

    at_once([*(partial(writes, place) for place in range(4)), votes, edits, shows_and_accepts, moves])
    everything_adds_up()
    assert [mended for _number, mended in recount_people() if mended] == []
    words = {post_id: source for each in said for post_id, source in each.items()}
    rows = dict(db.session.execute(select(Post.id, Post.source)).all())
    assert {post_id: rows[post_id] for post_id in words} == words
    openings = db.session.scalars(select(Post.id).where(Post.id.not_in(words), Post.id.not_in(begun))).all()
    assert len(openings) == 2
    for post_id, version in versions.items():
        assert db.session.get_one(Post, post_id).version == version
        kept = select(func.count()).select_from(Revision).where(Revision.post_id == post_id)
        assert db.session.scalar(kept) == version - 1
    assert len(words) > 60, refused
    assert undone.count(True) > 3, refused
    assert sum(version > 1 for version in versions.values()) == len(versions)
