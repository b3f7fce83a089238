"""Some posts become a thread of their own: nothing is lost, links follow, and it can be taken back."""

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.problems import Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Follow, Post, Space, Thread, Visibility
from app.forum.operations import set_visibility
from app.forum.queries import tag, tags_of
from app.notifications.models import Notification
from app.questions.models import State
from app.search import indexing
from tests.forum.moving_steps import everything_adds_up, merge, split, tree, unmerge, unsplit
from tests.forum.steps import opening
from tests.questions.steps import accept, accepted, answer, ask, page, post, reply, thread


@pytest.fixture
def talk(cast: SimpleNamespace) -> SimpleNamespace:
    """alice's question with two answers, one with replies in two steps, and a comment with a reply."""
    thread_id = ask(cast.alice)
    first = opening(thread_id)
    one = answer(cast.bob, thread_id, "The first answer.")
    under = reply(cast.charlie, one, "And what of a coat of mine?")
    deep = reply(cast.tess, under, "Yours is another matter.")
    other = answer(cast.tess, thread_id, "The second answer.")
    comment = reply(cast.tess, first, "A comment.")
    below = reply(cast.bob, comment, "Under the comment.")
    return SimpleNamespace(
        thread=thread_id,
        opening=first,
        one=one,
        under=under,
        deep=deep,
        other=other,
        comment=comment,
        below=below,
    )


def test_a_reply_becomes_a_question(cast: SimpleNamespace, talk: SimpleNamespace) -> None:
    new_id, _facts = split(talk.thread, [talk.under], "What of a coat of mine")
    assert tree(new_id) == {talk.under: (None, False), talk.deep: (talk.under, False)}
    row = thread(new_id)
    assert (row.title, row.author_id, row.kind) == ("What of a coat of mine", cast.charlie.id, "question")
    assert (row.answer_count, row.reply_count, row.state) == (1, 0, State.ANSWERED)
    assert row.created_at == post(talk.under).created_at
    old = thread(talk.thread)
    assert (old.answer_count, old.reply_count) == (2, 2)
    assert tags_of([new_id]) == {new_id: ("coats",)}
    assert tag("coats").thread_count == 2
    everything_adds_up()


def test_the_oldest_opens_it_and_the_others_answer(cast: SimpleNamespace, talk: SimpleNamespace) -> None:
    new_id, _facts = split(talk.thread, [talk.comment, talk.under, talk.deep, talk.other])
    assert tree(new_id) == {
        talk.under: (None, False),
        talk.deep: (talk.under, False),
        talk.other: (talk.under, False),
        talk.comment: (talk.under, True),
        talk.below: (talk.comment, True),
    }
    assert thread(talk.thread).answer_count == 1
    everything_adds_up()


def test_what_hung_on_a_comment_answers_it(talk: SimpleNamespace) -> None:
    new_id, facts = split(talk.thread, [talk.comment])
    assert tree(new_id) == {talk.comment: (None, False), talk.below: (talk.comment, False)}
    everything_adds_up()
    unsplit(facts)
    assert tree(talk.thread)[talk.below] == (talk.comment, True)
    everything_adds_up()


@pytest.mark.parametrize("chosen", [["under"], ["comment"], ["one", "other", "comment"], ["deep", "other"]])
def test_it_comes_back_as_it_was(cast: SimpleNamespace, talk: SimpleNamespace, chosen: list[str]) -> None:
    accept(cast.alice, talk.under)
    forum.follow(cast.tess.actor, thread_id=talk.thread)
    before, row, follows = tree(talk.thread), _columns(talk.thread), _followers(talk.thread)
    new_id, facts = split(talk.thread, [getattr(talk, name) for name in chosen])
    assert tree(talk.thread) != before
    assert _followers(new_id) == follows
    everything_adds_up()
    unsplit(facts)
    assert tree(talk.thread) == before
    assert _columns(talk.thread) == row
    assert _followers(talk.thread) == follows
    assert accepted(talk.thread) == talk.under
    assert tag("coats").thread_count == 1
    everything_adds_up()


def test_what_was_written_since_goes_back_with_what_it_hangs_on(
    cast: SimpleNamespace, talk: SimpleNamespace
) -> None:
    new_id, facts = split(talk.thread, [talk.under])
    answered = answer(cast.bob, new_id, "To the new one.")
    comment = reply(cast.bob, talk.under, "On the new one.")
    deep = reply(cast.bob, talk.deep)
    accept(cast.charlie, answered)
    forum.vote(cast.alice.actor, post_id=answered, value=1)
    forum.follow(cast.adam.actor, thread_id=new_id)
    unsplit(facts)
    assert {
        answered: (talk.under, False),
        comment: (talk.under, False),
        deep: (talk.deep, False),
    }.items() <= tree(talk.thread).items()
    assert post(answered).up_count == 1
    assert accepted(talk.thread) is None
    assert cast.adam.id in _followers(talk.thread)
    everything_adds_up()


def test_addresses_follow(client: Any, cast: SimpleNamespace, talk: SimpleNamespace) -> None:
    new_id, facts = split(talk.thread, [talk.under])
    assert client.get(f"/p/{talk.deep}").location.startswith(f"/questions/{new_id}/")
    assert "Yours is another matter." in page(client, new_id)
    assert "Yours is another matter." not in page(client, talk.thread)
    while indexing.drain():
        pass
    assert indexing.check() == []
    unsplit(facts)
    moved = client.get(f"/t/{new_id}")
    assert moved.status_code == 301
    assert moved.location.startswith(f"/questions/{talk.thread}/")
    assert moved.location.endswith(f"#p-{talk.under}")
    assert client.get(f"/questions/{new_id}").status_code == 301
    while indexing.drain():
        pass
    assert indexing.check() == []


def test_news_stand_with_their_posts(talk: SimpleNamespace) -> None:
    told = select(Notification.thread_id).where(Notification.post_id == talk.deep)
    assert set(db.session.scalars(told)) == {talk.thread}
    new_id, facts = split(talk.thread, [talk.under])
    assert set(db.session.scalars(told)) == {new_id}
    unsplit(facts)
    assert set(db.session.scalars(told)) == {talk.thread}


def test_the_mark_goes_with_its_post_only_to_the_same_asker(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    own = answer(cast.alice, thread_id, "And one more thing?")
    right = reply(cast.bob, own)
    accept(cast.alice, right)
    new_id, facts = split(thread_id, [own])
    assert (accepted(thread_id), accepted(new_id)) == (None, right)
    assert (thread(thread_id).state, thread(new_id).state) == (State.OPEN, State.SOLVED)
    unsplit(facts)
    assert accepted(thread_id) == right
    everything_adds_up()


def test_the_mark_of_another_asker_is_given_back(cast: SimpleNamespace, talk: SimpleNamespace) -> None:
    accept(cast.alice, talk.deep)
    new_id, facts = split(talk.thread, [talk.under])
    assert (accepted(talk.thread), accepted(new_id)) == (None, None)
    assert thread(talk.thread).state == State.ANSWERED
    accept(cast.alice, talk.other)
    unsplit(facts)
    assert accepted(talk.thread) == talk.other
    everything_adds_up()


def test_it_stands_where_it_is_told_to(talk: SimpleNamespace) -> None:
    last = db.session.scalars(select(Space.id).order_by(Space.id.desc())).first()
    assert thread(talk.thread).space_id != last
    new_id, _facts = split(talk.thread, [talk.under], space_id=last)
    assert thread(new_id).space_id == last


def test_personal_data_in_the_title_is_masked(talk: SimpleNamespace) -> None:
    new_id, _facts = split(talk.thread, [talk.under], "Write to jane.doe@mail.example about it")
    row = thread(new_id)
    assert "jane.doe" not in row.title
    assert "jane.doe" in (row.unmasked_title or "")


@pytest.mark.parametrize("what", ["nothing", "opening", "elsewhere", "untitled", "hidden", "support"])
def test_what_cannot_be(cast: SimpleNamespace, talk: SimpleNamespace, what: str) -> None:
    elsewhere = answer(cast.bob, ask(cast.charlie))
    chosen = {"nothing": [], "opening": [talk.opening], "elsewhere": [talk.one, elsewhere]}.get(
        what, [talk.under]
    )
    with transaction():
        if what == "hidden":
            set_visibility(talk.under, Visibility.HIDDEN, by_id=cast.mona.id)
        if what == "support":
            forum.touch(talk.thread, state=State.ESCALATED)
    before, threads = tree(talk.thread), _threads()
    with pytest.raises(Problem):
        split(talk.thread, chosen, " " if what == "untitled" else "A title")
    assert (tree(talk.thread), _threads()) == (before, threads)


def test_split_and_merged_on_it_comes_back_in_order(cast: SimpleNamespace, talk: SimpleNamespace) -> None:
    before = tree(talk.thread)
    new_id, split_off = split(talk.thread, [talk.under])
    target = ask(cast.nia)
    with pytest.raises(Problem):
        merge(new_id, target)
    merged = merge(target, new_id)
    assert opening(target) == 0
    unmerge(merged)
    unsplit(split_off)
    assert tree(talk.thread) == before
    with pytest.raises(Problem):
        unsplit(split_off)
    everything_adds_up()


def test_again_after_it_was_taken_back(talk: SimpleNamespace, client: Any) -> None:
    first, facts = split(talk.thread, [talk.under])
    unsplit(facts)
    second, facts = split(talk.thread, [talk.under])
    assert client.get(f"/t/{first}").location.startswith(f"/questions/{second}/")
    unsplit(facts)
    assert client.get(f"/t/{second}").location.startswith(f"/questions/{talk.thread}/")
    everything_adds_up()


def _threads() -> int:
    return len(db.session.scalars(select(Thread.id)).all())


def _columns(thread_id: int) -> dict[str, Any]:
    """A thread and its posts, but for their versions."""
    row = thread(thread_id)
    posts = db.session.scalars(select(Post).where(Post.thread_id == thread_id).order_by(Post.id)).all()
    return {
        f"{type(each).__name__}{each.id}": {
            column.name: getattr(each, column.name)
            for column in each.__table__.columns
            if column.name != "version"
        }
        for each in (row, *posts)
    }


def _followers(thread_id: int) -> set[int]:
    db.session.rollback()
    return set(db.session.scalars(select(Follow.account_id).where(Follow.thread_id == thread_id)))
