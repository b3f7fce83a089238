"""Merging while others tag, write and release: nothing is left behind, and every counter is right."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.db import db
from app.core.events import Event, on
from app.core.problems import Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Space, Tag, TagAlias, Thread, ThreadTag, Visibility
from app.moderation import operations as moderation
from app.moderation.acts import Details, Verb
from app.moderation.models import Decision, Flag
from app.moderation.words import Reason
from app.questions.events import Asked
from tests.forum.sorting_steps import aliases, ask, counted, counts, names_of, verbs
from tests.forum.steps import opening
from tests.moderation.steps import decide, flag, looked, on_post, release, review
from tests.questions.steps import answer, count, token

AtOnce = Callable[..., list[Any]]
LINK = "Look at https://shop.example/coat please."

rounds = pytest.mark.parametrize("rounds", [6, pytest.param(60, marks=pytest.mark.slow)])


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


@pytest.fixture
def inside(app: Flask) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """An act as a thread of its own does it, with a database session of its own."""

    def wrap(act: Callable[[], Any]) -> Callable[[], Any]:
        def call() -> Any:
            with app.app_context():
                return act()

        return call

    return wrap


def told(act: Callable[[], Any]) -> Callable[[], str | None]:
    """What the person reads when it is refused."""

    def call() -> str | None:
        try:
            act()
        except Problem as problem:
            return str(problem.message)
        return None

    return call


@rounds
def test_a_merge_while_threads_are_tagged_shown_and_hidden(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, inside: Any, rounds: int
) -> None:
    for number in range(rounds):
        old, new = f"coat{number}", f"coats{number}"
        tagged = [ask(cast.alice, old, new), ask(cast.alice, old), ask(cast.alice, "wool")]
        held = ask(cast.nia, old, source=LINK)
        post_id = opening(held)

        def retag(thread_id: int = tagged[2], old: str = old) -> None:
            with transaction():
                forum.set_tags(thread_id, [old, "wool"])

        def untag(thread_id: int = tagged[1]) -> None:
            with transaction():
                forum.set_tags(thread_id, [])

        acts = [
            lambda old=old, new=new: forum.merge_tags(cast.mona.actor, name=old, into=new),
            lambda old=old: ask(cast.bob, old, "moths"),
            lambda old=old, new=new: ask(cast.charlie, new, old),
            lambda post_id=post_id: release(cast.adam, post_id),
            retag,
            untag,
        ]
        results = at_once([inside(act) for act in acts])
        assert old not in counts()
        assert aliases()[old] == new
        assert counts() == counted()
        assert names_of(results[1]) == {new, "moths"}
        assert names_of(results[2]) == names_of(tagged[0]) == names_of(held) == {new}
        assert (names_of(tagged[1]), names_of(tagged[2])) == (set(), {new, "wool"})


@rounds
def test_merges_that_cross(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, inside: Any, rounds: int
) -> None:
    """Two tags into each other, and a third into one of them: one name is left, the others mean it."""
    for number in range(rounds):
        first, second, third = (f"{name}{number}" for name in ("coat", "coats", "mantle"))
        threads = [ask(cast.alice, name) for name in (first, second, third)]
        pairs = [(first, second), (second, first), (third, first)]
        acts = [
            lambda name=name, into=into: forum.merge_tags(cast.mona.actor, name=name, into=into)
            for name, into in pairs
        ]
        answers = at_once([inside(told(act)) for act in acts])
        (left,) = {first, second} & set(counts())
        assert [names_of(thread_id) for thread_id in threads] == [{left}] * 3
        assert {name: meant for name, meant in aliases().items() if meant == left} == dict.fromkeys(
            {first, second, third} - {left}, left
        )
        assert counts() == counted()
        assert answers.count(None) == 2
        assert answers.count("That is this very tag. Choose another one.") == 1


@rounds
def test_an_alias_while_its_name_is_used_as_a_tag(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, inside: Any, rounds: int
) -> None:
    for number in range(rounds):
        ask(cast.alice, "coats")
        name = f"mantle{number}"
        acts = [
            told(lambda name=name: forum.add_alias(cast.mona.actor, name="coats", alias=name)),
            lambda name=name: ask(cast.bob, name),
            lambda name=name: ask(cast.charlie, name),
        ]
        at_once([inside(act) for act in acts])
        both = select(Tag.name).join(TagAlias, TagAlias.name == Tag.name)
        assert db.session.scalars(both).all() == []
        assert counts() == counted()


@rounds
def test_a_topic_is_merged_while_people_ask_there_and_move_there(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, inside: Any, rounds: int
) -> None:
    for number in range(rounds):
        old, new = (
            forum.add_space(
                cast.adam.actor, name=f"{name} {number}", description="", token=f"{name}-{number}"
            )
            for name in ("Sewing", "Mending")
        )
        there, elsewhere = ask(cast.alice, space_id=old), ask(cast.bob)
        post_id = opening(elsewhere)
        acts = [
            lambda old=old, new=new: forum.merge_spaces(cast.adam.actor, space_id=old, into_id=new),
            lambda old=old: ask(cast.bob, space_id=old),
            lambda old=old: ask(cast.charlie, space_id=old),
            lambda post_id=post_id, old=old: forum.edit(
                cast.bob.actor,
                post_id=post_id,
                version=1,
                source="Now?",
                space_id=old,
                token=f"edit-{post_id}",
            ),
        ]
        results = at_once([inside(act) for act in acts])
        db.session.rollback()
        threads = [there, elsewhere, results[1], results[2]]
        found = db.session.scalars(select(Thread.space_id).where(Thread.id.in_(threads))).all()
        assert found == [new] * 4
        assert db.session.get_one(Space, old).merged_into_id == new


@rounds
def test_two_moderators_one_decides_and_the_other_is_told(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, inside: Any, rounds: int
) -> None:
    said: list[Event] = []
    on(app, Asked, said.append)
    for number in range(1, rounds + 1):
        thread_id = ask(cast.nia, "coats", source=LINK)
        post_id = opening(thread_id)
        seen = looked(on_post(post_id))
        acts = [
            lambda post_id=post_id, seen=seen: decide(cast.mona, post_id, Verb.KEEP, seen=seen),
            lambda post_id=post_id, seen=seen: decide(cast.adam, post_id, Verb.HIDE, Reason.SPAM, seen=seen),
        ]
        mona, adam = at_once([inside(told(act)) for act in acts])
        db.session.rollback()
        visibility = db.session.get_one(Thread, thread_id).visibility
        if mona is None:
            assert adam == "Mona has decided this meanwhile: Kept. Look again."
            assert visibility == Visibility.PUBLIC
        else:
            assert adam is None
            assert (
                mona
                == "Adam has decided this meanwhile: Hidden. Its author still sees it, and reads why. Look again."
            )
            assert visibility == Visibility.HIDDEN
        assert (count(Decision), len(verbs())) == (number, number)
        assert counts() == counted()
    assert len(said) == verbs().count("keep")


@rounds
def test_one_post_released_by_many_hands_is_news_once(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, inside: Any, rounds: int
) -> None:
    thread_id = ask(cast.alice)
    for number in range(1, rounds + 1):
        post_id = answer(cast.nia, thread_id, LINK)
        seen, same = looked(on_post(post_id)), token()
        one = lambda post_id=post_id, seen=seen, same=same: decide(
            cast.mona, post_id, Verb.KEEP, seen=seen, token_=same
        )
        all_ = lambda post_id=post_id, seen=seen: moderation.decide_many(
            cast.mona.actor, verb=Verb.KEEP, details=Details(), seen={review(post_id).id: seen}, token=token()
        )
        at_once([inside(told(act)) for act in (one, all_, one, all_)])
        db.session.rollback()
        assert db.session.get_one(Thread, thread_id).answer_count == number
        assert verbs() == ["keep"] * number


@rounds
def test_a_flag_sent_many_times_at_once_is_one(
    app: Flask, cast: SimpleNamespace, at_once: AtOnce, inside: Any, rounds: int
) -> None:
    thread_id = ask(cast.alice)
    for number in range(1, rounds + 1):
        post_id = answer(cast.bob, thread_id)
        send = lambda post_id=post_id: flag(cast.charlie, post_id)
        at_once([inside(send)] * 4)
        assert count(Flag) == number


def test_nothing_carries_a_tag_that_is_gone(app: Flask, cast: SimpleNamespace) -> None:
    ask(cast.alice, "coat")
    ask(cast.alice, "coats")
    forum.merge_tags(cast.mona.actor, name="coat", into="coats")
    lost = select(ThreadTag.thread_id).where(ThreadTag.tag_id.not_in(select(Tag.id)))
    assert db.session.scalars(lost).all() == []
