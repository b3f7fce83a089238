"""Fifty people do everything at once on a handful of threads: nobody is blocked, nothing is lost, every count is right."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from traceback import format_exception
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.accounts.actor import Actor, Role
from app.audit.operations import verify
from app.community import operations as community
from app.community.recounting import recount as recount_people
from app.core.clock import now
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import (
    Deletion,
    EditProposal,
    MovedThread,
    Photo,
    Post,
    ProposalState,
    Revision,
    Space,
    Tag,
    TagAlias,
    Thread,
    ThreadTag,
    Visibility,
    Vote,
)
from app.forum.operations import Album
from app.forum.operations.moving import follow_moved
from app.forum.recounting import recount, recount_tags, recount_votes
from app.moderation.acts import Verb
from app.moderation.words import Reason
from app.questions import operations as questions
from app.questions.models import Question, State
from app.questions.recounting import recount_too
from app.search import indexing
from tests.core.images.pictures import picture
from tests.forum.sorting_steps import ask
from tests.moderation.steps import archive, decide, flag, lock, on_person, refuse, release, unarchive, unlock
from tests.questions.steps import token

PEOPLE = 50
AT_ONCE = 10
"""So many act at one moment: two serving processes with four threads each, and the worker's two."""

ROLES = [Role.ADMIN] * 2 + [Role.MODERATOR] * 6 + [Role.TRUSTED] * 8 + [Role.NEW] * 6
THREADS = 6
NAMES = [f"tag{number}" for number in range(12)]
LINK = "Look at https://shop.example/coat please."
BUSY = "the site is busy"
MOVING = [State.OPEN, State.ANSWERED, State.SOLVED]


class Person:
    """One of fifty; every step is a click of theirs, on what is there at the moment."""

    def __init__(self, actor: Actor, seed: int, everybody: list[int]) -> None:
        self.actor = actor
        self.dice = random.Random(seed)
        self.everybody = everybody
        self.said: dict[int, str] = {}
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        act = self.dice.choice(ACTS)
        try:
            act(self)
        except (Problem, NotFound):
            self.done[f"{act.__name__} refused"] += 1
        except OperationalError as error:
            # SQLite's one writer: who waits longer than the busy timeout reads that the site is busy.
            if "database is locked" not in str(error):
                raise
            self.done[BUSY] += 1
        else:
            self.done[act.__name__] += 1

    def thread(self) -> int:
        return self.dice.choice(
            db.session.scalars(select(Thread.id).order_by(Thread.id).limit(THREADS)).all()
        )

    def post(self, *where: Any) -> Post:
        """Any post of a few threads, deep ones too; the session lets go of it."""
        few = select(Thread.id).order_by(Thread.id).limit(THREADS)
        ids = db.session.scalars(select(Post.id).where(Post.thread_id.in_(few), *where)).all()
        if not ids:
            raise NotFound
        row = db.session.get_one(Post, self.dice.choice(ids))
        db.session.expunge(row)
        return row

    def words(self) -> str:
        return self.dice.choice(["Ask the depot.", "They have it.", LINK, "Thanks @person7."]) + f" {token()}"

    def tags(self) -> list[str]:
        return self.dice.sample(NAMES, self.dice.randrange(4))

    def space(self) -> int:
        return self.dice.choice(db.session.scalars(select(Space.id)).all())

    def kept(self, post_id: int, source: str) -> int:
        self.said[post_id] = source
        return post_id

    def asks(self) -> None:
        source = self.words()
        thread_id = questions.ask(
            self.actor,
            title="Where did the parcel go",
            source=source,
            space_id=self.space(),
            tags=self.tags(),
            token=token(),
        )
        opening = select(Post.id).where(Post.thread_id == thread_id, Post.parent_id.is_(None))
        self.kept(db.session.scalars(opening).one(), source)

    def answers(self) -> None:
        source = self.words()
        answer_id = questions.answer(self.actor, thread_id=self.thread(), source=source, token=token())
        self.kept(answer_id, source)

    def answers_twice(self) -> None:
        """A double click."""
        source, once, thread_id = self.words(), token(), self.thread()
        sent = [
            questions.answer(self.actor, thread_id=thread_id, source=source, token=once)
            for _click in range(2)
        ]
        assert sent[0] == sent[1]
        self.kept(sent[0], source)

    def answers_with_a_photo(self) -> None:
        thread_id, source = self.thread(), self.words()
        forum.add_photo(self.actor, Album(form=questions.answer_draft(thread_id)), content=PICTURES[0])
        post_id = questions.answer(self.actor, thread_id=thread_id, source=source, token=token())
        self.kept(post_id, source)

    def replies(self) -> None:
        source = self.words()
        post_id = questions.reply(self.actor, post_id=self.post().id, source=source, token=token())
        self.kept(post_id, source)

    def comments(self) -> None:
        source, opening = self.words(), self.post(Post.parent_id.is_(None))
        self.kept(questions.reply(self.actor, post_id=opening.id, source=source, token=token()), source)

    def votes(self) -> None:
        post = self.post(Post.parent_id.is_not(None))
        for value in self.dice.sample([1, -1, 0], 2):
            forum.vote(self.actor, post_id=post.id, value=value)

    def follows(self) -> None:
        act = self.dice.choice([forum.follow, forum.unfollow, forum.mute, forum.save, forum.unsave])
        act(self.actor, thread_id=self.thread())

    def has_it_too(self) -> None:
        act = self.dice.choice([questions.have_too, questions.have_too, questions.have_no_more])
        act(self.actor, thread_id=self.thread())

    def flags(self) -> None:
        flag(self, self.post().id)

    def accepts(self) -> None:
        post = self.post(Post.parent_id.is_not(None))
        seen = self._accepted(post.thread_id)
        asker = db.session.get_one(Thread, post.thread_id).author_id
        questions.accept(self._as(asker), post_id=post.id, seen=seen)

    def unaccepts(self) -> None:
        thread_id = self.thread()
        asker = db.session.get_one(Thread, thread_id).author_id
        questions.unaccept(self._as(asker), thread_id=thread_id, seen=self._accepted(thread_id) or 0)

    def edits(self) -> None:
        post = self.post(Post.author_id == self.actor.id) if self.dice.random() < 0.6 else self.post()
        more: dict[str, Any] = {}
        if post.parent_id is None:
            more = {"title": f"Where did it go {token()}", "tags": self.tags(), "space_id": self.space()}
        forum.edit(
            self.actor,
            post_id=post.id,
            version=post.version,
            source=self.words(),
            reason="Clearer.",
            token=token(),
            **more,
        )

    def proposes(self) -> None:
        post = self.post(Post.parent_id.is_(None)) if self.dice.random() < 0.5 else self.post()
        tags = self.tags() if post.parent_id is None else None
        forum.propose(
            self.actor,
            post_id=post.id,
            version=post.version,
            source=self.words(),
            tags=tags,
            reason="Clearer.",
            token=token(),
        )

    def reviews(self) -> None:
        waiting = select(EditProposal.id).where(EditProposal.state == ProposalState.PENDING)
        ids = db.session.scalars(waiting).all()
        if not ids:
            raise NotFound
        if self.dice.random() < 0.7:
            forum.approve(self.actor, proposal_id=self.dice.choice(ids))
        else:
            forum.decline(self.actor, proposal_id=self.dice.choice(ids), word="No.")

    def deletes(self) -> None:
        post = self.post(Post.author_id == self.actor.id)
        questions.delete(self.actor, post_id=post.id)
        if self.dice.random() < 0.6:
            questions.undelete(self.actor, post_id=post.id)

    def undeletes(self) -> None:
        mine = db.session.scalars(select(Deletion.post_id).where(Deletion.by_id == self.actor.id)).all()
        if not mine:
            raise NotFound
        questions.undelete(self.actor, post_id=self.dice.choice(mine))

    def puts_photos(self) -> None:
        post = self.post(Post.author_id == self.actor.id)
        album = Album(post_id=post.id)
        photo_id = forum.add_photo(self.actor, album, content=self.dice.choice(PICTURES))
        wish = self.dice.randrange(4)
        if wish == 1:
            forum.move_photo(self.actor, album, photo_id=photo_id, by=-1)
        elif wish == 2:
            forum.describe_photos(self.actor, album, descriptions={photo_id: token()})
        elif wish == 3:
            forum.remove_photo(self.actor, album, photo_id=photo_id)

    def points(self) -> None:
        """Somebody asked before."""
        questions.mark_duplicate(self.actor, thread_id=self.thread(), of_id=self.thread())

    def points_no_more(self) -> None:
        thread_id = self.thread()
        if self.dice.random() < 0.5:
            asker = db.session.get_one(Thread, thread_id).author_id
            questions.say_differs(self._as(asker), thread_id=thread_id, differs="Another depot.")
        else:
            questions.unmark_duplicate(self.actor, thread_id=thread_id)

    def shows_and_hides(self) -> None:
        """As the moderators' room does it; a thread is shown again soon, so that the others have something to do."""
        if not self.actor.is_moderator:
            raise NotFound
        post = self.post()
        for visibility in (self.dice.choice([Visibility.HIDDEN, Visibility.DELETED]), Visibility.PUBLIC):
            with transaction():
                forum.set_visibility(post.id, visibility, by_id=self.actor.id)

    def locks(self) -> None:
        thread_id = self.thread()
        try:
            lock(self, thread_id)
        finally:
            unlock(self, thread_id)

    def archives(self) -> None:
        thread_id = self.thread()
        try:
            archive(self, thread_id)
        finally:
            unarchive(self, thread_id)

    def looks_at_held(self) -> None:
        held = select(Post.id, Post.author_id, Post.version).where(Post.visibility == Visibility.HELD)
        rows = db.session.execute(held).all()
        if not rows:
            raise NotFound
        row = self.dice.choice(rows)
        self.dice.choice([release, refuse])(self, row.id)

    def merges_tags(self) -> None:
        name, into = self.dice.sample(NAMES, 2)
        forum.merge_tags(self.actor, name=name, into=into)

    def keeps_aliases(self) -> None:
        name, alias = self.dice.choice(NAMES), f"alias{self.dice.randrange(4)}"
        self.dice.choice([forum.add_alias, forum.remove_alias])(self.actor, name=name, alias=alias)

    def keeps_topics(self) -> None:
        """A new one, and soon one is merged into another."""
        forum.add_space(self.actor, name=f"Topic {token()}", description="", token=token())
        living = db.session.scalars(select(Space.id).where(Space.merged_into_id.is_(None))).all()
        space_id, into_id = self.dice.sample(living, 2)
        forum.merge_spaces(self.actor, space_id=space_id, into_id=into_id)

    def follows_up(self) -> None:
        """What the worker does after a merge, and daily, while everybody goes on."""
        follow_moved({})
        community.review()

    def moves_posts(self) -> None:
        """Together and apart again, or left as it is when somebody hid what would have to come back."""
        if not self.actor.is_moderator:
            raise NotFound
        later, earlier = self.thread(), self.thread()
        if self.dice.random() < 0.5:
            with transaction():
                facts = forum.merge(later, earlier)
            with transaction():
                forum.unmerge(facts)
        else:
            post = self.post(Post.parent_id.is_not(None))
            with transaction():
                _new_id, facts = forum.split(post.thread_id, [post.id], "Another matter")
            with transaction():
                forum.unsplit(facts)

    def suspends(self) -> None:
        account_id = self.dice.choice(self.everybody)
        day = (now() + timedelta(days=3)).date()
        decide(self, on_person(account_id), Verb.SUSPEND, Reason.ABUSE, "Calm down.", until=day)
        decide(self, on_person(account_id), Verb.LIFT)

    def recounts(self) -> None:
        """An operator, while everybody goes on: what is right is not mended."""
        if self.actor.role is not Role.ADMIN:
            raise NotFound
        _recounting_finds_nothing()

    def _accepted(self, thread_id: int) -> int | None:
        return db.session.scalar(select(Question.accepted_post_id).where(Question.thread_id == thread_id))

    def _as(self, asker_id: int) -> Actor:
        """The asker in another window, most of the time."""
        if self.dice.random() < 0.2:
            return self.actor
        return Actor(asker_id, Role.MEMBER, 0, "en", "Europe/London")


OFTEN = (
    Person.answers,
    Person.replies,
    Person.votes,
    Person.votes,
    Person.accepts,
    Person.edits,
    Person.edits,
)
SELDOM = (
    Person.asks,
    Person.answers_twice,
    Person.answers_with_a_photo,
    Person.comments,
    Person.follows,
    Person.has_it_too,
    Person.flags,
    Person.unaccepts,
    Person.proposes,
    Person.reviews,
    Person.deletes,
    Person.undeletes,
    Person.puts_photos,
    Person.points,
    Person.points_no_more,
    Person.shows_and_hides,
    Person.locks,
    Person.archives,
    Person.looks_at_held,
    Person.merges_tags,
    Person.keeps_aliases,
    Person.keeps_topics,
    Person.moves_posts,
    Person.follows_up,
    Person.suspends,
    Person.recounts,
)
ACTS: tuple[Callable[[Person], None], ...] = OFTEN * 2 + SELDOM
PICTURES = [picture(size=(40 + side, 30)) for side in range(3)]


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def _the_index_agrees() -> None:
    """But for the order of answers: a vote is no reason to index a thread anew."""
    db.session.rollback()
    differences = indexing.check()
    assert {each.wrong for each in differences} <= {indexing.Wrong.STALE}
    indexing.mend(differences)
    while indexing.drain():
        pass
    assert indexing.check() == []


def _recounting_finds_nothing() -> None:
    assert [mended for _number, mended in recount() if mended] == []
    assert [*recount_votes(), *recount_tags(), *recount_too()] == []
    assert [mended for _number, mended in recount_people() if mended] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_everything_at_once(
    app: Flask, enter: Callable[..., Any], cast: SimpleNamespace, work: Callable[[], None], seed: int
) -> None:
    people = [
        enter(f"person{number}", ROLES[number] if number < len(ROLES) else Role.MEMBER)
        for number in range(PEOPLE)
    ]
    for person in people[-THREADS:]:
        ask(person, *NAMES[:3])
    # From here on there is an index, and what keeps it in the database is written by everybody.
    work()
    ids = [person.id for person in people]
    crowd = [Person(person.actor, seed * 1_000 + number, ids) for number, person in enumerate(people)]
    failed = _at_once(app, crowd, steps=30)
    done = sum((person.done for person in crowd), Counter())
    assert failed == [], "\n".join("".join(format_exception(error)) for error in failed[:3])
    assert done[BUSY] < 0.05 * done.total()
    assert {act.__name__ for act in ACTS} <= {name.removesuffix(" refused") for name in done}
    work()
    _the_index_agrees()
    _recounting_finds_nothing()
    assert verify() is None
    _nothing_is_lost(crowd)
    _threads_say_what_they_are()
    _what_hangs_together_does()


def _at_once(app: Flask, crowd: list[Person], steps: int) -> list[BaseException]:
    """Let all of them go; what any of them met that no page has a sentence for."""
    db.session.remove()
    failed: list[BaseException] = []
    barrier = threading.Barrier(len(crowd))
    room = threading.Semaphore(AT_ONCE)

    def go(person: Person) -> None:
        barrier.wait(30)
        for _step in range(steps):
            try:
                with room, app.app_context():
                    person.step()
            except BaseException as error:  # noqa: BLE001 - a thread must tell its test
                failed.append(error)

    threads = [threading.Thread(target=go, args=(person,), daemon=True) for person in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    assert not any(thread.is_alive() for thread in threads)
    return failed


def _nothing_is_lost(crowd: list[Person]) -> None:
    """Each post stands, by whom it was written, and some version of it says what they said."""
    db.session.rollback()
    for person in crowd:
        for post_id, source in person.said.items():
            row = db.session.get_one(Post, post_id)
            assert row.author_id == person.actor.id
            older = select(Revision.source).where(Revision.post_id == post_id).order_by(Revision.version)
            assert [*db.session.scalars(older), row.source][0] == source
    kept = select(Post.version, func.count(Revision.id)).outerjoin(Revision, Revision.post_id == Post.id)
    for version, revisions in db.session.execute(kept.group_by(Post.id)):
        assert version >= revisions + 1  # a photo of a held post makes a version too, and no revision
    own = select(Vote.post_id).join(Post, Post.id == Vote.post_id).where(Vote.account_id == Post.author_id)
    assert db.session.scalars(own).all() == []


def _threads_say_what_they_are() -> None:
    """One accepted post or none, of this very thread; the state rests on what others see."""
    for thread, question in db.session.execute(
        select(Thread, Question).join(Question, Question.thread_id == Thread.id)
    ):
        if thread.visibility == Visibility.MERGED:
            # Its mark waits for its posts.
            continue
        accepted = question.accepted_post_id and db.session.get_one(Post, question.accepted_post_id)
        assert not accepted or accepted.thread_id == thread.id
        assert (thread.state == State.DUPLICATE) == (question.duplicate_of_id is not None)
        if thread.state in MOVING:
            stands = accepted and accepted.visibility == Visibility.PUBLIC
            answered = State.ANSWERED if thread.answer_count else State.OPEN
            assert thread.state == (State.SOLVED if stands else answered), thread.id
        assert db.session.get_one(Space, thread.space_id).merged_into_id is None


def _what_hangs_together_does() -> None:
    assert list(_wrong_photos()) == []
    assert db.session.scalars(select(Tag.name).join(TagAlias, TagAlias.name == Tag.name)).all() == []
    lost = select(ThreadTag.thread_id).where(ThreadTag.tag_id.not_in(select(Tag.id)))
    assert db.session.scalars(lost).all() == []
    assert db.session.scalar(select(func.count()).select_from(MovedThread)) == 0
    for visibility in db.session.scalars(select(_seen()).select_from(Deletion).join(Post).join(Thread)):
        assert visibility == Visibility.DELETED
    pending = EditProposal.state == ProposalState.PENDING
    behind = select(EditProposal.id).join(Post).where(pending, EditProposal.version != Post.version)
    assert db.session.scalars(behind).all() == []
    undecided = select(Post.id).where(Post.visibility == Visibility.HELD, Post.parent_id.is_(None))
    assert db.session.scalars(undecided).all() == []


def _seen() -> Any:
    return func.coalesce(
        select(Thread.visibility)
        .where(Thread.id == Post.thread_id, Post.parent_id.is_(None))
        .correlate(Post)
        .scalar_subquery(),
        Post.visibility,
    )


def _wrong_photos() -> Iterator[tuple[int, int, int]]:
    """Posts whose photos are counted wrongly."""
    counted = select(func.count()).where(Photo.post_id == Post.id).scalar_subquery()
    for row in db.session.execute(
        select(Post.id, Post.photo_count, counted).where(Post.photo_count != counted)
    ):
        yield row[0], row[1], row[2]
