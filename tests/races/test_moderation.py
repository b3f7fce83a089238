"""Moderators, authors and those who flag at the same moment: nothing is lost, nothing is done twice, every count is right."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.actor import Role
from app.accounts.models import Account, AccountState
from app.audit.models import AuditEntry
from app.audit.operations import verify
from app.community.recounting import recount as recount_people
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.desk import operations as desk
from app.desk.models import Escalation, Status, Ticket, Topic
from app.desk.packet import digest, packet
from app.forum import operations as forum
from app.forum.models import Post, Revision, Visibility
from app.moderation import operations as moderation
from app.moderation import owning
from app.moderation.acts import Details, Verb
from app.moderation.models import Appeal, AppealState, Decision, Flag, Review, Told
from app.moderation.operations import Seen
from app.moderation.words import Reason
from tests.forum.moving_steps import everything_adds_up
from tests.forum.steps import edit, opening
from tests.moderation.steps import decide, decision, flag, looked, on_person, on_post, on_thread, review
from tests.moderation.test_states import counts_are_right
from tests.questions.steps import answer, ask, count, post, reply, thread, token

AtOnce = Callable[..., list[Any]]
ROUNDS = pytest.mark.parametrize("rounds", [3, pytest.param(25, marks=pytest.mark.slow)])


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


@pytest.fixture(autouse=True)
def _milo(cast: SimpleNamespace, enter: Callable[..., Any]) -> None:
    cast.milo = enter("milo", Role.MODERATOR)


@pytest.fixture
def race(app: Flask, at_once: AtOnce) -> Callable[..., list[Any]]:
    """What each of them answers, True for nothing; of what is refused, the problem. Whatever else is raised fails."""

    def within(act: Callable[[], Any]) -> Any:
        with app.app_context():
            try:
                done = act()
            except (Problem, NotFound) as problem:
                return problem
            return True if done is None else done

    return lambda *acts: at_once([partial(within, act) for act in acts])


def succeeded(results: list[Any]) -> list[Any]:
    return [result for result in results if not isinstance(result, Problem | NotFound)]


def everything_is_right() -> None:
    everything_adds_up()
    assert [mended for _number, mended in recount_people() if mended] == []
    for row in db.session.scalars(select(Review)):
        counts_are_right(row)
    ghosts = select(Account.id).where(Account.state == AccountState.GHOST)
    for column in (Flag.account_id, Decision.by_id, Decision.subject_id, Told.account_id, Review.author_id):
        assert db.session.scalars(select(column).where(column.in_(ghosts))).all() == []
    assert verify() is None


def verbs(*wanted: str) -> int:
    """How often the log says these."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(AuditEntry.verb.in_(wanted))) or 0


def opened(who: Any, target: Any) -> int:
    return moderation.open_review(who.actor, target=target)


@ROUNDS
def test_two_take_the_same_in_hand(
    app: Flask, cast: SimpleNamespace, race: Callable[..., list[Any]], rounds: int
) -> None:
    thread_id = ask(cast.alice)
    for _round in range(rounds):
        review_id = opened(cast.mona, on_post(answer(cast.bob, thread_id)))
        people = (cast.mona, cast.milo, cast.adam)
        done = race(*(partial(moderation.claim, who.actor, review_id=review_id) for who in people))
        assert len(succeeded(done)) == 1
        db.session.rollback()
        has = db.session.get_one(Review, review_id).claimed_by_id
        assert has == people[done.index(True)].id
        assert {str(each.message) for each in done if each is not True}.pop().split()[1:4] == [
            "has",
            "this",
            "in",
        ]


@ROUNDS
def test_a_thread_and_the_post_that_opens_it_are_in_one_hand(
    app: Flask, cast: SimpleNamespace, race: Callable[..., list[Any]], rounds: int
) -> None:
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        whole = opened(cast.mona, on_thread(thread_id))
        first = opened(cast.mona, on_post(opening(thread_id)))
        claims = [(cast.mona, whole), (cast.milo, first), (cast.adam, whole)]
        done = race(*(partial(moderation.claim, who.actor, review_id=review_id) for who, review_id in claims))
        assert len(succeeded(done)) == 1
        db.session.rollback()
        has = {db.session.get_one(Review, review_id).claimed_by_id for review_id in (whole, first)}
        assert has == {None, claims[done.index(True)][0].id}


@ROUNDS
def test_two_decide_the_same(
    app: Flask, cast: SimpleNamespace, race: Callable[..., list[Any]], rounds: int
) -> None:
    """One of them, and the other reads who and what; nobody is told twice."""
    thread_id = ask(cast.alice)
    for _round in range(rounds):
        post_id = answer(cast.bob, thread_id)
        for who in (cast.tess, cast.charlie):
            flag(who, post_id)
        review_id, seen = opened(cast.mona, on_post(post_id)), looked(on_post(post_id))
        before = count(Told)

        def decides(
            who: Any, verb: Verb, review_id: int = review_id, seen: Seen = seen, **more: Any
        ) -> Callable[[], str]:
            return partial(
                moderation.decide,
                who.actor,
                review_id=review_id,
                verb=verb,
                details=Details(reason=Reason.SPAM, **more),
                seen=seen,
                token=token(),
            )

        done = race(
            decides(cast.mona, Verb.HIDE), decides(cast.milo, Verb.KEEP), decides(cast.adam, Verb.REMOVE)
        )
        (ref,) = succeeded(done)
        made = decision(ref)
        assert all("has decided this meanwhile" in str(each.message) for each in done if each != ref)
        assert count(Told) - before == (2 if made.act == Verb.KEEP else 3)
        answers = select(Flag.decision_id).where(Flag.review_id == review_id)
        assert db.session.scalars(answers).all() == [made.id, made.id]
    assert count(Decision) == rounds
    everything_is_right()


@ROUNDS
def test_a_decision_against_its_authors_edit(
    app: Flask, cast: SimpleNamespace, race: Callable[..., list[Any]], rounds: int
) -> None:
    """Either the moderator decided what they saw, or they look again."""
    thread_id = ask(cast.alice)
    for _round in range(rounds):
        post_id = answer(cast.bob, thread_id)
        flag(cast.tess, post_id)
        seen = looked(on_post(post_id))
        decided, edited = race(
            partial(decide, cast.mona, post_id, Verb.HIDE, Reason.SPAM, seen=seen),
            partial(edit, cast.bob, post_id, "Calmer words."),
        )
        row = post(post_id)
        if isinstance(decided, Problem):
            assert edited is True
            assert (row.visibility, row.source) == (Visibility.PUBLIC, "Calmer words.")
        else:
            assert isinstance(edited, Problem)
            assert (row.visibility, row.version) == (Visibility.HIDDEN, 1)
    everything_is_right()


@ROUNDS
def test_many_decided_in_one_go_against_edits_and_another_batch(
    app: Flask, cast: SimpleNamespace, race: Callable[..., list[Any]], rounds: int
) -> None:
    """Two batches take the same in different order, while their authors edit."""
    threads = [ask(cast.alice) for _each in range(3)]
    for _round in range(rounds):
        posts = [answer(cast.bob, thread_id) for thread_id in threads]
        ids = {opened(cast.mona, on_post(post_id)): post_id for post_id in posts}
        seen = {review_id: looked(on_post(post_id)) for review_id, post_id in ids.items()}
        backwards = dict(reversed(seen.items()))
        hides: dict[str, Any] = {"verb": Verb.HIDE, "details": Details(reason=Reason.SPAM)}
        one, other, *edits = race(
            partial(moderation.decide_many, cast.mona.actor, **hides, seen=seen, token=token()),
            partial(moderation.decide_many, cast.milo.actor, **hides, seen=backwards, token=token()),
            *(partial(edit, cast.bob, post_id, "Calmer words.") for post_id in posts),
        )
        for review_id, post_id in ids.items():
            db.session.rollback()
            rows = db.session.scalars(select(Decision).where(Decision.review_id == review_id)).all()
            hidden = post(post_id).visibility == Visibility.HIDDEN
            edited = edits[posts.index(post_id)] is True
            assert len(rows) == hidden
            assert hidden != edited
            left = {left_id for _batch, many in (one, other) for left_id, _why in many}
            assert review_id in left
        if any(post(post_id).visibility == Visibility.HIDDEN for post_id in posts):
            for who, (batch, _left) in ((cast.mona, one), (cast.milo, other)):
                race(partial(moderation.undo_batch, who.actor, batch=batch))
        assert {post(post_id).visibility for post_id in posts} == {Visibility.PUBLIC}
    everything_is_right()


@ROUNDS
def test_a_merge_against_replies_and_flags(
    app: Flask, cast: SimpleNamespace, race: Callable[..., list[Any]], rounds: int
) -> None:
    """What is written and flagged meanwhile stands in the thread where it belongs."""
    for _round in range(rounds):
        earlier, later = ask(cast.charlie), ask(cast.alice)
        post_id, another = answer(cast.bob, later), answer(cast.bob, earlier)
        opened(cast.mona, on_thread(later))
        seen = looked(on_thread(later))
        merged, replied, flagged, _edited, _decided = race(
            partial(decide, cast.mona, on_thread(later), Verb.MERGE, Reason.OFF_TOPIC, seen=seen, of=earlier),
            partial(reply, cast.tess, post_id, "Meanwhile."),
            partial(flag, cast.tess, post_id),
            partial(edit, cast.bob, another, "Better words."),
            partial(decide, cast.milo, post_id, Verb.HIDE, Reason.SPAM),
        )
        assert isinstance(merged, str)
        assert post(post_id).thread_id == earlier
        if isinstance(replied, int):
            assert (post(replied).source, post(replied).thread_id) == ("Meanwhile.", earlier)
        rows = select(func.count()).select_from(Flag).join(Review).where(Review.post_id == post_id)
        assert db.session.scalar(rows) == (flagged is True)
        race(partial(moderation.undo, cast.mona.actor, ref=merged))
        assert post(post_id).thread_id == later
    everything_is_right()


@ROUNDS
def test_eight_flag_at_once(
    app: Flask, cast: SimpleNamespace, enter: Callable[..., Any], race: Callable[..., list[Any]], rounds: int
) -> None:
    """It hides once, and whoever's flag was taken counts; who comes after that finds nothing to flag any more."""
    thread_id = ask(cast.alice)
    people = [enter(f"flagger{number}") for number in range(8)]
    established = [SimpleNamespace(actor=replace(who.actor, trust=1)) for who in people]
    for number in range(rounds):
        post_id = answer(cast.bob, thread_id)
        done = race(*(partial(flag, who, post_id) for who in [*established, established[number % 8]]))
        assert all(each is True or isinstance(each, NotFound) for each in done)
        row = review(post_id)
        assert row.flag_count == row.independent >= 3
        assert row.flag_count in {len(succeeded(done)), len(succeeded(done)) - 1}
        assert post(post_id).visibility == Visibility.HIDDEN
        rules = select(func.count()).where(Decision.review_id == row.id)
        assert db.session.scalar(rules) == 1
    everything_is_right()


@ROUNDS
def test_taking_back_against_another_decision(
    app: Flask, cast: SimpleNamespace, race: Callable[..., list[Any]], rounds: int
) -> None:
    """The later one stands on what it saw, or is refused: never both half."""
    thread_id = ask(cast.alice)
    for _round in range(rounds):
        post_id = answer(cast.bob, thread_id)
        flag(cast.tess, post_id)
        ref = decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
        seen = looked(on_post(post_id))
        undone, decided, again = race(
            partial(moderation.undo, cast.mona.actor, ref=ref),
            partial(decide, cast.milo, post_id, Verb.REMOVE, Reason.SCAM, seen=seen),
            partial(moderation.undo, cast.mona.actor, ref=ref),
        )
        if isinstance(decided, str):
            assert isinstance(undone, Problem)
            assert isinstance(again, Problem)
            assert post(post_id).visibility == Visibility.DELETED
            assert decision(ref).stands
        else:
            assert succeeded([undone, again]) == [review(post_id).id] * 2
            assert post(post_id).visibility == Visibility.PUBLIC
            assert review(post_id).flag_count == 1
    assert verbs("undo") + verbs("remove") == rounds
    everything_is_right()


@ROUNDS
def test_an_appeal_is_decided_once(
    app: Flask, cast: SimpleNamespace, race: Callable[..., list[Any]], rounds: int
) -> None:
    thread_id = ask(cast.alice)
    for _round in range(rounds):
        post_id = answer(cast.bob, thread_id)
        flag(cast.tess, post_id)
        ref = decide(cast.mona, post_id, Verb.HIDE, Reason.SPAM)
        asks = partial(moderation.appeal, cast.bob.actor, ref=ref, source="It is none.", token=token())
        first, second = race(asks, partial(asks, token=token()))
        assert first == second
        rules = partial(moderation.decide_appeal, appeal_id=first, answer="We looked again.")
        done = race(
            partial(rules, cast.milo.actor, reverse=True, token=token()),
            partial(rules, cast.adam.actor, reverse=False, token=token()),
            partial(flag, cast.charlie, on_person(cast.bob.id)),
        )
        assert len(succeeded(done[:2])) == 1
        db.session.rollback()
        state = db.session.get_one(Appeal, first).state
        assert state == (AppealState.REVERSED if done[0] is True else AppealState.STANDS)
        shown = post(post_id).visibility == Visibility.PUBLIC
        assert shown == (done[0] is True)
        assert review(post_id).flag_count == shown
    assert verbs("reverse", "let stand") == count(Appeal) == rounds
    everything_is_right()


@ROUNDS
def test_accounts_become_one_while_both_flag_and_others_decide(
    app: Flask, cast: SimpleNamespace, enter: Callable[..., Any], race: Callable[..., list[Any]], rounds: int
) -> None:
    """What is flagged counts once, for whoever is left; nothing points at who is gone."""
    thread_id, others = ask(cast.alice), ask(cast.alice)
    for number in range(rounds):
        kept, gone = enter(f"kept{number}"), enter(f"gone{number}")
        post_id, fresh = answer(cast.bob, thread_id), answer(cast.bob, others)
        for who in (kept, gone, cast.tess):
            flag(who, post_id)
        flag(gone, on_person(cast.bob.id))
        merges = partial(
            owning.merge,
            cast.adam.actor,
            kept_id=kept.id,
            gone_id=gone.id,
            typed=gone.name,
            because="One phone",
            token=token(),
        )
        done = race(
            merges,
            partial(flag, gone, fresh),
            partial(flag, kept, fresh),
            partial(flag, cast.charlie, post_id),
            partial(flag, cast.charlie, on_person(gone.id)),
            partial(flag, kept, on_person(gone.id)),
            partial(decide, cast.mona, on_person(cast.bob.id), Verb.WARN, Reason.ABUSE),
        )
        assert done[0] is True, done
        db.session.rollback()
        open_ones = (
            select(func.count())
            .select_from(Flag)
            .join(Review)
            .where(Flag.account_id == kept.id, Flag.decision_id.is_(None))
        )
        assert db.session.scalar(open_ones.where(Review.post_id == post_id)) == 1
        assert (db.session.scalar(open_ones.where(Review.post_id == fresh)) or 0) <= 1
        assert review(post_id).flag_count == 2 + (done[3] is True)
    everything_is_right()


def test_nothing_here_is_a_revision_too_many(
    app: Flask, cast: SimpleNamespace, race: Callable[..., list[Any]]
) -> None:
    """A moderator's edit and the author's: one of them, and one revision."""
    post_id = answer(cast.bob, ask(cast.alice))
    seen = looked_after_opening(cast, post_id)
    words = forum.prepared("A moderator's words.")
    done = race(
        partial(decide, cast.mona, post_id, Verb.EDIT, Reason.ABUSE, seen=seen, words=words),
        partial(edit, cast.bob, post_id, "The author's words."),
    )
    assert len(succeeded(done)) == 1
    db.session.rollback()
    assert db.session.scalar(select(Post.version).where(Post.id == post_id)) == 2
    assert count(Revision) == 1
    assert thread(post(post_id).thread_id).answer_count == 1
    everything_is_right()


def looked_after_opening(cast: SimpleNamespace, post_id: int) -> Seen:
    opened(cast.mona, on_post(post_id))
    return looked(on_post(post_id))


@ROUNDS
def test_taking_it_from_support_against_support(
    app: Flask, cast: SimpleNamespace, race: Callable[..., list[Any]], rounds: int
) -> None:
    """Support finishes or answers for everybody, and the asker sends it again, while a moderator takes it back."""
    source = "A listed flaw is no reason to refund."
    seen = digest(forum.prepared(source).html)
    for _round in range(rounds):
        thread_id = ask(cast.alice)
        row = db.session.get_one(Ticket, _sent(cast.mona, thread_id))
        ticket_id, ref, version = row.id, row.ref, row.version
        made = db.session.scalars(select(Decision.ref).order_by(Decision.id.desc()).limit(1)).one()
        agnes = cast.agnes.actor
        race(
            partial(moderation.undo, cast.mona.actor, ref=made),
            partial(desk.set_status, agnes, ref=ref, status=Status.SOLVED, version=version),
            partial(desk.publish_answer, agnes, ref=ref, source=source, seen=seen, token=token()),
            partial(_sent, cast.alice, thread_id),
        )
        db.session.rollback()
        rows = db.session.scalars(select(Escalation).where(Escalation.thread_id == thread_id)).all()
        is_open = [row.id for row in rows if row.ended_at is None]
        assert len(is_open) == (thread(thread_id).state == "escalated")
        assert next(row.ended_at for row in rows if row.ticket_id == ticket_id) is not None
    everything_is_right()


def _sent(who: Any, thread_id: int) -> int:
    seen = packet(who.actor, thread_id, ()).digest
    return desk.escalate(
        who.actor,
        thread_id=thread_id,
        topic=Topic.DISPUTE,
        note="",
        order_number=None,
        post_ids=(),
        seen=seen,
        token=token(),
        said="Peers cannot help here.",
    )
