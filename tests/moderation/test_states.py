"""Whatever people write and flag and moderators decide, in any order: nothing is lost, nobody decides about themselves."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
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
from sqlalchemy import func, or_, select, update

from app.accounts.actor import ANONYMOUS, Actor, Role
from app.accounts.models import Account
from app.accounts.queries import actor_of
from app.audit.operations import verify
from app.community.recounting import recount as recount_people
from app.core import clock
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.desk import operations as desk
from app.desk.models import Escalation, Topic
from app.desk.packet import packet
from app.forum import operations as forum
from app.forum.models import Post, Revision, Space, Thread, Visibility
from app.forum.operations import prepared
from app.moderation import operations as moderation
from app.moderation.acts import Details, Verb
from app.moderation.models import Appeal, AppealState, Decision, Flag, Review, Told
from app.moderation.operations import Seen
from app.moderation.targets import Target, TargetKind
from app.moderation.words import Reason
from app.questions import operations
from app.questions.documents import QuestionDocuments
from app.questions.models import Question, State
from app.questions.queries import page as read
from tests.forum.moving_steps import everything_adds_up
from tests.forum.steps import opening
from tests.moderation.steps import looked, on_person, on_post, on_thread
from tests.questions.steps import answer, ask, reply, token
from tests.sequences import sequences, tried

WRITERS = ("alice", "bob", "charlie", "nia", "mona")
FLAGGERS = ("alice", "bob", "charlie", "nia", "tess", "mona")
MODERATORS = ("mona", "milo", "adam")
READERS = ("visitor", "alice", "bob", "nia", "mona")
ESTABLISHED = {"alice": 1, "bob": 1, "charlie": 2, "tess": 3}
LINK = " Look at https://shop.example/coat please."
ANY = st.integers(0, 99)
THEN = st.sampled_from(("", "", "undo", "appeal", "reverse"))
ON_POSTS = (
    Verb.KEEP,
    Verb.HIDE,
    Verb.HIDE,
    Verb.REMOVE,
    Verb.RESTORE,
    Verb.EDIT,
    Verb.SPLIT,
    Verb.SPLIT,
    Verb.WARN,
    Verb.HOLD_POSTS,
)
ON_THREADS = (
    Verb.KEEP,
    Verb.HIDE,
    Verb.RESTORE,
    Verb.LOCK,
    Verb.UNLOCK,
    Verb.ARCHIVE,
    Verb.UNARCHIVE,
    Verb.MOVE,
    Verb.RETAG,
    Verb.MERGE,
    Verb.MERGE,
    Verb.DUPLICATE,
    Verb.ESCALATE,
)
LOOKED_AT = 5
"""After so many steps everybody reads everything once."""
KINDS = st.sampled_from(("post", "post", "post", "thread", "person"))


class ModerationMachine(RuleBasedStateMachine):
    """`cast` is put on a subclass by the test. What was written is known by its id; where it stands the rows say."""

    cast: SimpleNamespace

    def __init__(self) -> None:
        super().__init__()
        self.at: datetime = clock.now()
        self.words: dict[int, str] = {}
        self.threads: list[int] = []
        self.refs: list[tuple[str, str]] = []
        self.appeals: list[int] = []
        self.steps = 0
        _as_at_first([getattr(self.cast, name).id for name in {*WRITERS, *FLAGGERS, *MODERATORS}])
        for who in ("alice", "charlie"):
            self.ask(who)
        for who in ("bob", "charlie", "bob"):
            self.answer(who, 0, link=False)

    def _who(self, name: str) -> SimpleNamespace:
        """As their next request would know them."""
        db.session.rollback()
        found = actor_of(getattr(self.cast, name).id)
        assert found
        trust = ESTABLISHED.get(name, found.trust)
        return SimpleNamespace(actor=replace(found, trust=trust), id=found.id)

    def _thread(self, number: int) -> int:
        return self.threads[number % len(self.threads)]

    def _post(self, number: int) -> int:
        return list(self.words)[number % len(self.words)]

    def _target(self, kind: str, number: int) -> Target:
        if kind == "post":
            return on_post(self._post(number))
        if kind == "thread":
            return on_thread(self._thread(number))
        return on_person(getattr(self.cast, WRITERS[number % len(WRITERS)]).id)

    def _tries(self, act: Callable[[], Any]) -> Any:
        """What it answers, True for nothing; None for what is refused: nothing changes then."""
        self.at += timedelta(seconds=1)
        try:
            with clock.frozen(self.at):
                done = act()
        except (Problem, NotFound):
            db.session.rollback()
            return None
        return True if done is None else done

    @rule(who=st.sampled_from(WRITERS))
    def ask(self, who: str) -> None:
        words = f"Asked{len(self.words)}x"
        if thread_id := self._tries(lambda: ask(self._who(who), source=words)):
            self.threads.append(thread_id)
            self.words[opening(thread_id)] = words

    @rule(who=st.sampled_from(WRITERS), number=ANY, link=st.booleans())
    def answer(self, who: str, number: int, link: bool) -> None:
        """What somebody new links waits for a look."""
        words = f"Answer{len(self.words)}x{LINK if link else ''}"
        if post_id := self._tries(lambda: answer(self._who(who), self._thread(number), words)):
            self.words[post_id] = words

    @rule(who=st.sampled_from(WRITERS), number=ANY)
    def reply(self, who: str, number: int) -> None:
        words = f"Reply{len(self.words)}x"
        if post_id := self._tries(lambda: reply(self._who(who), self._post(number), words)):
            self.words[post_id] = words

    @rule(number=ANY, link=st.booleans())
    def edit(self, number: int, link: bool) -> None:
        row = db.session.get_one(Post, self._post(number))
        post_id, version = row.id, row.version
        author = actor_of(row.author_id)
        assert author
        words = f"{self.words[post_id].split()[0]} Edited {version}.{LINK if link else ''}"
        self._tries(lambda: forum.edit(author, post_id=post_id, version=version, source=words, token=token()))

    @rule(who=st.sampled_from(FLAGGERS), number=ANY, value=st.sampled_from((1, -1, 0)))
    def vote(self, who: str, number: int, value: int) -> None:
        self._tries(lambda: forum.vote(self._who(who).actor, post_id=self._post(number), value=value))

    @rule(number=ANY)
    def accept(self, number: int) -> None:
        post_id = self._post(number)
        thread = db.session.get_one(Thread, db.session.get_one(Post, post_id).thread_id)
        seen = db.session.get_one(Question, thread.id).accepted_post_id
        asker = Actor(thread.author_id, Role.MEMBER, 0, "en", "Europe/London")
        self._tries(lambda: operations.accept(asker, post_id=post_id, seen=seen))

    @rule(number=ANY, again=st.booleans())
    def delete(self, number: int, again: bool) -> None:
        post_id = self._post(number)
        author = actor_of(db.session.get_one(Post, post_id).author_id)
        assert author
        act = operations.undelete if again else operations.delete
        self._tries(lambda: act(author, post_id=post_id))

    @rule(who=st.sampled_from(FLAGGERS), kind=KINDS, number=ANY, reason=st.sampled_from(Reason))
    def flag(self, who: str, kind: str, number: int, reason: Reason) -> None:
        self._tries(lambda: self._flags(who, self._target(kind, number), reason))

    @rule(number=ANY, reason=st.sampled_from((Reason.SPAM, Reason.SCAM)))
    def three_flag(self, number: int, reason: Reason) -> None:
        """So many that it may hide by itself."""
        for who in ("alice", "bob", "charlie", "tess"):
            self._tries(lambda who=who: self._flags(who, on_post(self._post(number)), reason))

    def _flags(self, who: str, target: Target, reason: Reason) -> None:
        moderation.flag(self._who(who).actor, target=target, reason=reason, note="")

    @rule(
        by=st.sampled_from(MODERATORS),
        number=ANY,
        verb=st.sampled_from(ON_POSTS),
        said=st.sampled_from(("", "Look at rule 5.")),
        then=THEN,
    )
    def decide_about_a_post(self, by: str, number: int, verb: Verb, said: str, then: str) -> None:
        """With all the details an act asks for, and what often follows."""
        self._decision(by, on_post(self._post(number)), verb, number, said, then)

    @rule(by=st.sampled_from(MODERATORS), number=ANY, verb=st.sampled_from(ON_THREADS), then=THEN)
    def decide_about_a_thread(self, by: str, number: int, verb: Verb, then: str) -> None:
        self._decision(by, on_thread(self._thread(number)), verb, number, "", then)

    @rule(
        by=st.sampled_from(MODERATORS),
        kind=KINDS,
        number=ANY,
        verb=st.sampled_from(Verb),
        then=THEN,
    )
    def decide_anything(self, by: str, kind: str, number: int, verb: Verb, then: str) -> None:
        """What does not fit is refused."""
        self._decision(by, self._target(kind, number), verb, number, "", then)

    def _decision(self, by: str, target: Target, verb: Verb, number: int, said: str, then: str) -> None:
        details = self._details(number, said)
        ref = self._tries(lambda: self._decides(by, target, verb, details))
        if not ref:
            return
        self.refs.append((by, ref))
        self._know_new_threads()
        if then == "undo":
            self.undo(0, last=True, other=False)
        elif then:
            self._appeals(ref, number)
        if then == "reverse" and self.appeals:
            for other in MODERATORS:
                self.decide_appeal(other, len(self.appeals) - 1, reverse=True)

    def _decides(self, by: str, target: Target, verb: Verb, details: Details) -> str | None:
        actor = self._who(by).actor
        if verb is Verb.ESCALATE and target.kind is TargetKind.THREAD:
            return self._sends(actor, target.id)
        review_id = moderation.open_review(actor, target=target)
        seen: Seen = looked(target)
        return moderation.decide(
            actor, review_id=review_id, verb=verb, details=details, seen=seen, token=token()
        )

    def _sends(self, actor: Actor, thread_id: int) -> str | None:
        """To Support, from a page of its own; of one's own question that is no decision."""
        ticket_id = desk.escalate(
            actor,
            thread_id=thread_id,
            topic=Topic.DISPUTE,
            note="",
            order_number=None,
            post_ids=(),
            seen=packet(actor, thread_id, ()).digest,
            token=token(),
            said="Peers cannot help here.",
        )
        last = db.session.scalars(select(Decision).order_by(Decision.id.desc()).limit(1)).first()
        return last.ref if last and last.before.get("ticket") == ticket_id else None

    def _details(self, number: int, said: str) -> Details:
        spaces = db.session.scalars(select(Space.id).where(Space.merged_into_id.is_(None))).all()
        return Details(
            reason=list(Reason)[number % len(Reason)],
            said=said,
            until=(self.at + timedelta(days=2)).date(),
            space_id=spaces[number % len(spaces)],
            tags=("coats", f"tag{number % 3}"),
            of=self._thread(number + 1),
            title="A matter of its own",
            words=prepared(f"Changed {number}.", mentions=True),
        )

    def _know_new_threads(self) -> None:
        """A post that was split off opens a thread; what moved to one keeps its number."""
        db.session.rollback()
        of = db.session.scalars(select(Post.thread_id).where(Post.id.in_(self.words)).distinct())
        self.threads += sorted(set(of) - set(self.threads))

    @precondition(lambda self: self.refs)
    @rule(number=ANY, last=st.booleans(), other=st.booleans())
    def undo(self, number: int, last: bool, other: bool) -> None:
        by, ref = self.refs[-1 if last else number % len(self.refs)]
        if other:
            by = MODERATORS[number % len(MODERATORS)]
        self._tries(lambda: moderation.undo(self._who(by).actor, ref=ref))
        self._know_new_threads()

    @precondition(lambda self: self.refs)
    @rule(number=ANY, other=ANY)
    def appeal(self, number: int, other: int) -> None:
        self._appeals(self.refs[number % len(self.refs)][1], other)

    def _appeals(self, ref: str, number: int) -> None:
        """Somebody who was told of it."""
        told = select(Told.account_id).join(Decision, Decision.id == Told.decision_id)
        ids = db.session.scalars(told.where(Decision.ref == ref).order_by(Told.account_id)).all()
        if not ids:
            return
        actor = actor_of(ids[number % len(ids)])
        assert actor
        act = lambda: moderation.appeal(actor, ref=ref, source="Look again.", token=token())
        if (appeal_id := self._tries(act)) and appeal_id not in self.appeals:
            self.appeals.append(appeal_id)

    @precondition(lambda self: self.appeals)
    @rule(by=st.sampled_from(MODERATORS), number=ANY, reverse=st.booleans())
    def decide_appeal(self, by: str, number: int, reverse: bool) -> None:
        appeal_id = self.appeals[number % len(self.appeals)]
        self._tries(
            lambda: moderation.decide_appeal(
                self._who(by).actor, appeal_id=appeal_id, reverse=reverse, answer="We did.", token=token()
            )
        )
        self._know_new_threads()

    @rule(by=st.sampled_from(MODERATORS), kind=KINDS, number=ANY)
    def claim(self, by: str, kind: str, number: int) -> None:
        target = self._target(kind, number)
        self._tries(lambda: self._claims(by, target))

    def _claims(self, by: str, target: Target) -> None:
        actor = self._who(by).actor
        moderation.claim(actor, review_id=moderation.open_review(actor, target=target))

    @rule(hours=st.sampled_from((1, 20, 73)))
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        self._tries(moderation.restore_unlooked)

    def _ours(self) -> Any:
        people = [getattr(self.cast, name).id for name in {*WRITERS, *FLAGGERS}]
        return or_(
            Review.post_id.in_(self.words),
            Review.thread_id.in_(self.threads),
            Review.account_id.in_(people),
        )

    @invariant()
    def what_says_that_it_is_with_support_is(self) -> None:
        db.session.rollback()
        there = select(Escalation.thread_id).where(Escalation.ended_at.is_(None))
        said = select(Thread.id).where(Thread.id.in_(self.threads), Thread.state == State.ESCALATED)
        assert db.session.scalars(said.where(Thread.id.not_in(there))).all() == []

    @invariant()
    def no_post_is_lost(self) -> None:
        db.session.rollback()
        rows = select(Post.id, Post.source).where(Post.id.in_(self.words))
        found: dict[int, set[str]] = defaultdict(set)
        for post_id, source in db.session.execute(rows):
            found[post_id].add(source)
        older = select(Revision.post_id, Revision.source).where(Revision.post_id.in_(self.words))
        for post_id, source in db.session.execute(older):
            found[post_id].add(source)
        assert all(words in found[post_id] for post_id, words in self.words.items())
        stand = select(Post.id).where(Post.thread_id.in_(self.threads))
        assert set(db.session.scalars(stand)) == set(self.words)

    @invariant()
    def counts_of_reviews_are_those_of_their_flags(self) -> None:
        for review in db.session.scalars(select(Review).where(self._ours())):
            counts_are_right(review)
            if review.flag_count or review.held or review.noticed:
                assert review.opened_at is not None

    @invariant()
    def what_waits_for_a_look_is_in_the_queue(self) -> None:
        for post, thread in self._rows():
            seen = thread.visibility if post.parent_id is None else post.visibility
            if seen == Visibility.HELD:
                review = db.session.scalar(select(Review).where(Review.post_id == post.id))
                assert review
                assert review.opened_at
                assert review.held

    @invariant()
    def what_hid_by_itself_comes_back_or_waits_for_somebody(self) -> None:
        for post, thread in self._rows():
            seen = thread.visibility if post.parent_id is None else post.visibility
            review = db.session.scalar(select(Review).where(Review.post_id == post.id))
            if seen == Visibility.HIDDEN and review and self._hidden_by_a_rule(review):
                assert review.opened_at
                assert review.hidden_at

    def _hidden_by_a_rule(self, review: Review) -> bool:
        """Whether a rule's hiding is the last thing that stands, with all that was decided elsewhere left out."""
        of_post = db.session.get_one(Post, review.post_id or 0)
        if of_post.parent_id is None:
            elsewhere = select(Review.id).where(Review.thread_id == of_post.thread_id)
            if db.session.scalar(elsewhere) is not None:
                return False
        rows = select(Decision).where(
            Decision.review_id == review.id, Decision.undone_at.is_(None), Decision.reversed_at.is_(None)
        )
        last = db.session.scalars(rows.order_by(Decision.id.desc())).first()
        return last is not None and last.automated and last.act == Verb.HIDE

    @invariant()
    def no_party_decides(self) -> None:
        rows = select(Decision, Review).join(Review, Review.id == Decision.review_id)
        for decision, review in db.session.execute(rows.where(self._ours(), Decision.by_id.is_not(None))):
            assert decision.by_id not in {decision.subject_id, review.author_id}
            before = select(Flag.id).where(
                Flag.review_id == review.id,
                Flag.account_id == decision.by_id,
                Flag.created_at < decision.made_at,
            )
            assert db.session.scalar(before.limit(1)) is None
        for appeal in db.session.scalars(select(Appeal).where(Appeal.id.in_(self.appeals))):
            if appeal.state == AppealState.WAITING:
                continue
            decision = db.session.get_one(Decision, appeal.decision_id)
            assert appeal.decided_by_id not in {appeal.account_id, decision.subject_id}
            assert appeal.same_moderator == (appeal.decided_by_id == decision.by_id)
            flagged = select(Flag.id).where(
                Flag.review_id == decision.review_id,
                Flag.account_id == appeal.decided_by_id,
                Flag.created_at < appeal.decided_at,
            )
            assert db.session.scalar(flagged.limit(1)) is None

    @invariant()
    def only_what_stands_answers_flags(self) -> None:
        """A word that was taken back says nothing of how often somebody was right."""
        rows = (
            select(Flag.upheld)
            .join(Decision, Decision.id == Flag.decision_id)
            .join(Review, Review.id == Flag.review_id)
            .where(self._ours(), or_(Decision.undone_at.is_not(None), Decision.reversed_at.is_not(None)))
        )
        assert set(db.session.scalars(rows)) <= {None}

    @invariant()
    def nobody_reads_what_is_not_theirs_to_read(self) -> None:
        self.steps += 1
        if self.steps % LOOKED_AT == 0:
            self._everybody_reads()

    def _everybody_reads(self) -> None:
        of_thread: dict[int, list[tuple[Post, Thread]]] = defaultdict(list)
        for post, thread in self._rows():
            of_thread[thread.id].append((post, thread))
        for thread_id, rows in of_thread.items():
            for reader in READERS:
                actor = ANONYMOUS if reader == "visitor" else self._who(reader).actor
                right = {post.id for post, thread in rows if _may_see(actor, post, thread)}
                assert _reads(actor, thread_id) == right, reader
        documents = QuestionDocuments().documents(self.threads)
        for thread_id, rows in of_thread.items():
            said = documents.get(thread_id)
            found = f"{said.answer}\n{said.replies}".split() if said else []
            for post, thread in rows:
                shown = {post.visibility, thread.visibility} == {Visibility.PUBLIC}
                assert shown or self.words[post.id].split()[0] not in found

    def _rows(self) -> list[tuple[Post, Thread]]:
        rows = select(Post, Thread).join(Thread, Thread.id == Post.thread_id).where(Post.id.in_(self.words))
        return [(row.Post, row.Thread) for row in db.session.execute(rows)]

    def teardown(self) -> None:
        self._everybody_reads()
        everything_adds_up()
        assert [mended for _number, mended in recount_people() if mended] == []
        assert verify() is None


def counts_are_right(review: Review) -> None:
    """The counters of a review are those of its open flags."""
    flags = select(
        func.count(), func.coalesce(func.sum(Flag.weight), 0.0), func.count().filter(Flag.counted)
    ).where(Flag.review_id == review.id, Flag.decision_id.is_(None))
    number, weight, independent = db.session.execute(flags).one()
    assert (review.flag_count, review.independent) == (number, independent)
    assert review.flag_weight == pytest.approx(weight)


def _may_see(actor: Actor, post: Post, thread: Thread) -> bool:
    """The rule once more, in other words."""
    for visibility, author_id in ((thread.visibility, thread.author_id), (post.visibility, post.author_id)):
        if visibility == Visibility.PUBLIC or actor.is_moderator:
            continue
        if author_id != actor.id or visibility not in {Visibility.HELD, Visibility.HIDDEN}:
            return False
    return True


def _reads(actor: Actor, thread_id: int) -> set[int]:
    """The posts of a thread that its page gives to somebody in full."""
    try:
        first = read(actor, thread_id)
    except NotFound:
        return set()
    pages = [first, *(read(actor, thread_id, number=number) for number in range(2, first.last + 1))]
    return {entry.node.id for page in pages for entry in page.entries if entry.row} | {opening(thread_id)}


def _as_at_first(account_ids: list[int]) -> None:
    """No sanctions of an earlier run."""
    with transaction() as session:
        free = {"suspended_until": None, "silenced_until": None, "held_until": None}
        session.execute(update(Account).where(Account.id.in_(account_ids)).values(free))


@sequences
def test_any_sequence(
    app: Flask, cast: SimpleNamespace, enter: Callable[..., Any], number: int, steps: int, mailbox: Any
) -> None:
    assert app
    cast.milo = enter("milo", Role.MODERATOR)
    machine: Any = type("Machine", (ModerationMachine,), {"cast": cast})
    tried(machine, number, steps)
