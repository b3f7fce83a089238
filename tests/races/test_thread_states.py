"""Whatever people do to a thread, in any order: no post is lost, none is shown too far, order and counters are right."""

from dataclasses import dataclass, field
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
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS, Actor
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Post, Thread, Visibility
from app.forum.recounting import recount, recount_votes
from app.questions import operations
from app.questions.documents import QuestionDocuments
from app.questions.models import Question
from app.questions.ordering import OUTSCORED_BY, OUTSCORED_VOTES, score
from app.questions.queries import QuestionPage
from app.questions.queries import page as read
from tests.moderation.steps import lock, release, unlock
from tests.questions.steps import ask, token
from tests.sequences import sequences, tried

WRITERS = ("alice", "bob", "charlie", "agnes")
VOTERS = ("alice", "bob", "charlie", "mona", "agnes", "adam")
READERS = ("visitor", "alice", "bob", "mona", "agnes")
SHOWN = (Visibility.PUBLIC, Visibility.PUBLIC, Visibility.HIDDEN, Visibility.DELETED, Visibility.HELD)


@dataclass
class Said:
    """What the test knows of a post."""

    id: int
    parent: int
    author: str
    answer: bool
    comment: bool
    words: str
    visibility: Visibility = Visibility.PUBLIC
    version: int = 1
    votes: dict[str, int] = field(default_factory=dict)
    was: Visibility | None = None
    """What it was before its author deleted it."""

    def read_by(self, reader: str) -> bool:
        if self.visibility is Visibility.PUBLIC or reader == "mona":
            return True
        return self.author == reader and self.visibility in {Visibility.HELD, Visibility.HIDDEN}

    @property
    def up(self) -> int:
        return sum(value > 0 for value in self.votes.values())

    @property
    def down(self) -> int:
        return sum(value < 0 for value in self.votes.values())


class ThreadMachine(RuleBasedStateMachine):
    """`cast` and `app` are put on a subclass by the test."""

    app: Flask
    cast: SimpleNamespace

    def __init__(self) -> None:
        super().__init__()
        self.thread_id = ask(self.cast.alice)
        opening = select(Post.id).where(Post.thread_id == self.thread_id)
        self.opening = db.session.scalars(opening).one()
        self.earlier = ask(self.cast.charlie)
        self.said: dict[int, Said] = {}
        self.accepted: int | None = None

    def actor(self, name: str) -> Actor:
        return ANONYMOUS if name == "visitor" else getattr(self.cast, name).actor

    def one(self, number: int) -> Said:
        return list(self.said.values())[number % len(self.said)]

    def _keep(self, post_id: int, parent: int, who: str, words: str, *, comment: bool) -> None:
        answer = parent == self.opening and not comment
        self.said[post_id] = Said(post_id, parent, who, answer, comment, words)

    @rule(who=st.sampled_from(WRITERS))
    def answer(self, who: str) -> None:
        words = f"Answer{len(self.said)}x"
        post_id = operations.answer(self.actor(who), thread_id=self.thread_id, source=words, token=token())
        self._keep(post_id, self.opening, who, words, comment=False)

    @rule(who=st.sampled_from(WRITERS))
    def comment(self, who: str) -> None:
        words = f"Comment{len(self.said)}x"
        post_id = operations.reply(self.actor(who), post_id=self.opening, source=words, token=token())
        self._keep(post_id, self.opening, who, words, comment=True)

    @precondition(lambda self: self.said)
    @rule(who=st.sampled_from(WRITERS), number=st.integers(0, 99))
    def reply(self, who: str, number: int) -> None:
        parent = self.one(number)
        words = f"Reply{len(self.said)}x"
        act = lambda: operations.reply(self.actor(who), post_id=parent.id, source=words, token=token())
        if not parent.read_by(who):
            with pytest.raises(NotFound):
                act()
            return
        self._keep(act(), parent.id, who, words, comment=parent.comment)

    @precondition(lambda self: self.said)
    @rule(who=st.sampled_from(VOTERS), number=st.integers(0, 99), value=st.sampled_from((1, 1, -1, 0)))
    def vote(self, who: str, number: int, value: int) -> None:
        target = self.one(number)
        act = lambda: forum.vote(self.actor(who), post_id=target.id, value=value)
        if not target.read_by("mona" if who == "adam" else who):
            with pytest.raises(NotFound):
                act()
        elif target.author == who or target.visibility is not Visibility.PUBLIC:
            with pytest.raises(Problem):
                act()
        else:
            act()
            target.votes[who] = value

    @precondition(lambda self: self.said)
    @rule(number=st.integers(0, 99))
    def accept(self, number: int) -> None:
        target = self.one(number)
        act = lambda: operations.accept(self.actor("alice"), post_id=target.id, seen=self.accepted)
        if not target.read_by("alice"):
            with pytest.raises(NotFound):
                act()
        elif target.comment or target.visibility is not Visibility.PUBLIC:
            with pytest.raises(Problem):
                act()
        else:
            act()
            self.accepted = target.id

    @precondition(lambda self: self.accepted)
    @rule()
    def unaccept(self) -> None:
        operations.unaccept(self.actor("alice"), thread_id=self.thread_id, seen=self.accepted or 0)
        self.accepted = None

    @precondition(lambda self: self.said)
    @rule(number=st.integers(0, 99), visibility=st.sampled_from(SHOWN))
    def show(self, number: int, visibility: Visibility) -> None:
        target = self.one(number)
        with transaction():
            changed = forum.set_visibility(target.id, visibility, by_id=self.cast.mona.id)
        assert changed == (target.visibility is not visibility)
        if changed:
            target.visibility, target.was = visibility, None

    @precondition(lambda self: self.said)
    @rule(number=st.integers(0, 99))
    def edit(self, number: int) -> None:
        target = self.one(number)
        words = f"Edited{target.id}v{target.version}x"
        act = lambda: forum.edit(
            self.actor(target.author),
            post_id=target.id,
            version=target.version,
            source=words,
            token=token(),
        )
        if target.visibility in {Visibility.PUBLIC, Visibility.HELD}:
            act()
            target.words, target.version = words, target.version + 1
        else:
            with pytest.raises((NotFound, Problem)):
                act()

    @precondition(lambda self: any(said.visibility is Visibility.HELD for said in self.said.values()))
    @rule(number=st.integers(0, 99))
    def release(self, number: int) -> None:
        held = [said for said in self.said.values() if said.visibility is Visibility.HELD]
        target = held[number % len(held)]
        release(SimpleNamespace(actor=self.actor("adam")), target.id)
        target.visibility = Visibility.PUBLIC

    @precondition(lambda self: self.said)
    @rule(number=st.integers(0, 99))
    def delete(self, number: int) -> None:
        """An author takes back what nobody replied to and nobody accepted."""
        target = self.one(number)
        act = lambda: operations.delete(self.actor(target.author), post_id=target.id)
        replied = any(
            said.parent == target.id and said.author != target.author and said.visibility is Visibility.PUBLIC
            for said in self.said.values()
        )
        open_to_them = target.visibility in {Visibility.PUBLIC, Visibility.HELD}
        if not open_to_them or replied or target.id == self.accepted:
            with pytest.raises((Problem, NotFound)):
                act()
            return
        act()
        target.was, target.visibility = target.visibility, Visibility.DELETED

    @precondition(lambda self: any(said.was for said in self.said.values()))
    @rule(number=st.integers(0, 99))
    def undelete(self, number: int) -> None:
        gone = [said for said in self.said.values() if said.was]
        target = gone[number % len(gone)]
        operations.undelete(self.actor(target.author), post_id=target.id)
        target.visibility, target.was = target.was or target.visibility, None

    @rule()
    def lock_and_unlock(self) -> None:
        """Meanwhile members write nothing."""
        mona = SimpleNamespace(actor=self.actor("mona"))
        lock(mona, self.thread_id)
        self._refuses_answers()
        unlock(mona, self.thread_id)

    @rule()
    def point_elsewhere_and_back(self) -> None:
        """What it was before it is again; meanwhile it takes no answers."""
        operations.mark_duplicate(self.actor("mona"), thread_id=self.thread_id, of_id=self.earlier)
        self._refuses_answers()
        operations.unmark_duplicate(self.actor("mona"), thread_id=self.thread_id)

    def _refuses_answers(self) -> None:
        with pytest.raises(Problem):
            operations.answer(self.actor("bob"), thread_id=self.thread_id, source="Too late.", token=token())

    @invariant()
    def nothing_is_lost_and_counters_are_right(self) -> None:
        db.session.rollback()
        rows = {
            row.id: row
            for row in db.session.scalars(select(Post).where(Post.thread_id == self.thread_id))
            if row.id != self.opening
        }
        assert set(rows) == set(self.said)
        public = [said for said in self.said.values() if said.visibility is Visibility.PUBLIC]
        for said in self.said.values():
            row = rows[said.id]
            assert (row.source, row.visibility) == (said.words, said.visibility)
            assert (row.up_count, row.down_count) == (said.up, said.down)
        thread = db.session.get_one(Thread, self.thread_id)
        answers = sum(said.answer for said in public)
        assert (thread.answer_count, thread.reply_count) == (answers, len(public) - answers)
        assert db.session.get_one(Question, self.thread_id).accepted_post_id == self.accepted
        stands = any(said.id == self.accepted for said in public)
        assert thread.state == ("solved" if stands else "answered" if answers else "open")

    @invariant()
    def everybody_reads_what_is_theirs_to_read_and_no_more(self) -> None:
        for reader in READERS:
            first = read(self.actor(reader), self.thread_id)
            pages = [first, *(self._page(reader, number) for number in range(2, first.last + 1))]
            found = [entry for page in pages for entry in page.entries]
            right = {said.id for said in self.said.values() if said.read_by(reader)}
            assert len(found) == len({entry.node.id for entry in found})
            assert {entry.node.id for entry in found if entry.row} == right, reader
            places = {entry.node.id for entry in found if not entry.row}
            assert places == self._above(right) - right - {self.opening}, reader
            self._in_order(reader, [e.node.id for e in found if not e.depth and not e.node.comment])
        shown = self.app.test_client().get(f"/t/{self.thread_id}", follow_redirects=True).text
        document = QuestionDocuments().documents([self.thread_id]).get(self.thread_id)
        assert document
        for said in self.said.values():
            public = said.visibility is Visibility.PUBLIC
            assert (said.words in f"{document.answer}\n{document.replies}") == public
            assert public or said.words not in shown

    def _page(self, reader: str, number: int) -> QuestionPage:
        return read(self.actor(reader), self.thread_id, number=number)

    def _above(self, ids: set[int]) -> set[int]:
        found = set()
        for post_id in ids:
            above = self.said[post_id].parent
            while above != self.opening and above not in found:
                found.add(above)
                above = self.said[above].parent
        return found

    def _in_order(self, reader: str, answers: list[int]) -> None:
        """The rule once more, in other words."""
        marked = self.said.get(self.accepted or 0)
        first = None
        if marked and marked.read_by(reader):
            best = max(
                (
                    score(said.up, said.down)
                    for said in (self.said[post_id] for post_id in answers)
                    if said.read_by(reader) and said.up + said.down >= OUTSCORED_VOTES and said is not marked
                ),
                default=0.0,
            )
            if best <= score(marked.up, marked.down) + OUTSCORED_BY:
                first = marked.id
                while self.said[first].parent != self.opening:
                    first = self.said[first].parent
                assert answers[0] == first
        rest = [self.said[post_id] for post_id in answers if post_id != first]
        keys = [
            (
                not (said.author == "agnes" and said.read_by(reader)),
                -score(said.up, said.down) if said.read_by(reader) else 0.0,
                said.id,
            )
            for said in rest
        ]
        assert keys == sorted(keys)

    def teardown(self) -> None:
        assert [mended for _number, mended in recount() if mended] == []
        assert list(recount_votes()) == []


@sequences
def test_any_sequence(app: Flask, cast: SimpleNamespace, number: int, steps: int) -> None:
    machine: Any = type("Machine", (ThreadMachine,), {"app": app, "cast": cast})
    tried(machine, number, steps)
