"""Two threads become one: nothing is lost, what led to the one leads to the other, and it can be taken back."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account
from app.core.db import db
from app.core.problems import Problem
from app.core.transaction import transaction
from app.desk import queries as desk
from app.desk.models import Topic
from app.desk.operations import file_ticket
from app.forum import operations as forum
from app.forum.models import Draft, Follow, Photo, Post, Saved, Thread, ThreadTag, Visibility
from app.forum.operations import Album, set_visibility
from app.forum.queries import tag
from app.notifications.models import Notification
from app.questions import operations
from app.questions.documents import QuestionDocuments
from app.questions.models import HaveToo, Question, State
from app.search import indexing
from tests.core.images.pictures import picture
from tests.forum.moving_steps import everything_adds_up, merge, tree, unmerge
from tests.forum.steps import opening
from tests.moderation.steps import archive
from tests.questions.steps import accept, accepted, answer, ask, page, post, reply, thread, token


@pytest.fixture
def two(cast: SimpleNamespace) -> SimpleNamespace:
    """alice's question and charlie's later one, each with an answer, a reply to that, and a comment."""
    made: dict[str, int] = {}
    for name, asker in (("first", cast.alice), ("second", cast.charlie)):
        made[name] = ask(asker, title=f"The {name} question about a coat")
    for name in ("first", "second"):
        made[f"{name}_opening"] = opening(made[name])
        made[f"{name}_answer"] = answer(cast.bob, made[name], f"Answer to the {name}.")
        made[f"{name}_reply"] = reply(cast.tess, made[f"{name}_answer"], f"Reply in the {name}.")
        made[f"{name}_comment"] = reply(cast.tess, made[f"{name}_opening"], f"Comment on the {name}.")
    return SimpleNamespace(**made)


def everything() -> dict[str, Any]:
    """Every column of threads, posts, questions and who follows, keeps and has what; versions move on."""
    db.session.rollback()
    found: dict[str, Any] = {}
    for table in (Thread, Post, Question, Follow, Saved, HaveToo, ThreadTag):
        columns = [column for column in table.__table__.columns if column.name != "version"]
        found[table.__name__] = sorted(db.session.execute(select(*columns)).all(), key=repr)
    return found


def test_it_stands_in_the_other(two: SimpleNamespace) -> None:
    merge(two.second, two.first)
    assert tree(two.second) == {}
    assert tree(two.first) == {
        two.first_opening: (None, False),
        two.first_answer: (two.first_opening, False),
        two.first_reply: (two.first_answer, False),
        two.first_comment: (two.first_opening, True),
        two.second_opening: (two.first_opening, True),
        two.second_answer: (two.first_opening, False),
        two.second_reply: (two.second_answer, False),
        two.second_comment: (two.second_opening, True),
    }
    row = thread(two.first)
    assert (row.answer_count, row.reply_count) == (2, 5)
    everything_adds_up()


def test_it_comes_back_as_it_was(cast: SimpleNamespace, two: SimpleNamespace) -> None:
    forum.follow(cast.tess.actor, thread_id=two.second)
    forum.mute(cast.agnes.actor, thread_id=two.second)
    forum.save(cast.nia.actor, thread_id=two.second)
    operations.have_too(cast.bob.actor, thread_id=two.second)
    accept(cast.charlie, two.second_answer)
    before = everything()
    facts = merge(two.second, two.first)
    assert everything() != before
    everything_adds_up()
    unmerge(facts)
    assert everything() == before
    everything_adds_up()


def test_what_was_written_since_goes_with_what_it_hangs_on(
    cast: SimpleNamespace, two: SimpleNamespace
) -> None:
    facts = merge(two.second, two.first)
    under = reply(cast.alice, two.second_reply)
    comment = reply(cast.bob, two.second_opening)
    stays = answer(cast.charlie, two.first)
    forum.vote(cast.alice.actor, post_id=two.second_answer, value=1)
    unmerge(facts)
    assert tree(two.second)[under] == (two.second_reply, False)
    assert tree(two.second)[comment] == (two.second_opening, True)
    assert stays in tree(two.first)
    assert post(two.second_answer).up_count == 1
    everything_adds_up()


def test_its_address_leads_on(client: Any, two: SimpleNamespace, cast: SimpleNamespace) -> None:
    old = client.get(f"/t/{two.second}").location
    facts = merge(two.second, two.first)
    for address in (old, f"/t/{two.second}", f"/questions/{two.second}"):
        answered = client.get(address)
        assert answered.status_code == 301
        assert answered.location.startswith(f"/questions/{two.first}/")
        assert answered.location.endswith(f"#p-{two.second_opening}")
    deep = client.get(f"/p/{two.second_reply}").location
    assert deep.startswith(f"/questions/{two.first}/")
    assert deep.endswith(f"#p-{two.second_reply}")
    shown = page(client, two.first)
    assert "Answer to the second." in shown
    with transaction():
        set_visibility(two.second_opening, Visibility.HIDDEN, by_id=cast.mona.id)
    assert client.get(f"/t/{two.second}").location == client.get(f"/t/{two.first}").location
    with transaction():
        set_visibility(two.second_opening, Visibility.PUBLIC, by_id=cast.mona.id)
    unmerge(facts)
    assert client.get(f"/t/{two.second}").location == old
    assert client.get("/t/999999").status_code == 404


def test_it_is_neither_listed_nor_counted_nor_searched(client: Any, two: SimpleNamespace) -> None:
    merge(two.second, two.first)
    assert "The second question" not in client.get("/questions").text
    assert tag("coats").thread_count == 1
    documents = QuestionDocuments().documents([two.first, two.second])
    assert list(documents) == [two.first]
    assert "Answer to the second." in documents[two.first].answer + documents[two.first].replies
    while indexing.drain():
        pass
    assert indexing.check() == []


def test_who_follows_keeps_or_has_it_does_so_with_the_other(
    cast: SimpleNamespace, two: SimpleNamespace, work: Callable[[], None], mailbox: object
) -> None:
    forum.follow(cast.tess.actor, thread_id=two.second)
    forum.mute(cast.bob.actor, thread_id=two.second)
    forum.mute(cast.agnes.actor, thread_id=two.second)
    forum.save(cast.nia.actor, thread_id=two.second)
    operations.have_too(cast.bob.actor, thread_id=two.second)
    operations.have_too(cast.alice.actor, thread_id=two.second)
    merge(two.second, two.first)
    follows = select(Follow.account_id, Follow.muted).where(Follow.thread_id == two.first)
    # bob wrote in the first one and has not muted that.
    assert dict(db.session.execute(follows).all()) == {
        cast.tess.id: False,
        cast.agnes.id: True,
        cast.charlie.id: False,
    }
    assert db.session.get(Saved, (cast.nia.id, two.first))
    assert db.session.get_one(Question, two.first).too_count == 1
    posted = answer(cast.bob, two.first, "News for both.")
    work()
    told = select(Notification.account_id).where(Notification.post_id == posted)
    assert {cast.alice.id, cast.charlie.id, cast.tess.id} <= set(db.session.scalars(told))


def test_what_they_say_themselves_since_stays(cast: SimpleNamespace, two: SimpleNamespace) -> None:
    forum.follow(cast.tess.actor, thread_id=two.second)
    facts = merge(two.second, two.first)
    forum.mute(cast.tess.actor, thread_id=two.first)
    unmerge(facts)
    db.session.rollback()
    assert db.session.get_one(Follow, (cast.tess.id, two.first)).muted


def test_news_stand_with_their_posts(cast: SimpleNamespace, two: SimpleNamespace) -> None:
    of = select(Notification.thread_id).where(Notification.post_id == two.second_answer)
    assert set(db.session.scalars(of)) == {two.second}
    facts = merge(two.second, two.first)
    assert set(db.session.scalars(of)) == {two.first}
    unmerge(facts)
    assert set(db.session.scalars(of)) == {two.second}


def test_the_mark_of_another_asker_waits_until_it_comes_back(
    cast: SimpleNamespace, two: SimpleNamespace
) -> None:
    accept(cast.charlie, two.second_answer)
    points = _reputation(cast.bob.id)
    facts = merge(two.second, two.first)
    assert accepted(two.first) is None
    assert thread(two.first).state == State.ANSWERED
    assert _reputation(cast.bob.id) == points
    accept(cast.alice, two.second_answer)
    unmerge(facts)
    assert accepted(two.first) is None
    assert accepted(two.second) == two.second_answer
    assert thread(two.second).state == State.SOLVED
    assert _reputation(cast.bob.id) == points
    everything_adds_up()


def test_the_mark_of_the_same_asker_comes_along(cast: SimpleNamespace) -> None:
    first, second = ask(cast.alice), ask(cast.alice)
    answer_id = answer(cast.bob, second)
    accept(cast.alice, answer_id)
    points = _reputation(cast.bob.id)
    facts = merge(second, first)
    assert (accepted(first), accepted(second)) == (answer_id, None)
    assert thread(first).state == State.SOLVED
    operations.unaccept(cast.alice.actor, thread_id=first, seen=answer_id)
    assert _reputation(cast.bob.id) == points - 15
    accept(cast.alice, answer_id)
    unmerge(facts)
    assert (accepted(first), accepted(second)) == (None, answer_id)
    assert thread(first).state == State.OPEN
    assert _reputation(cast.bob.id) == points
    everything_adds_up()


def test_the_mark_of_the_target_stays(cast: SimpleNamespace, two: SimpleNamespace) -> None:
    accept(cast.alice, two.first_answer)
    accept(cast.charlie, two.second_answer)
    facts = merge(two.second, two.first)
    assert accepted(two.first) == two.first_answer
    unmerge(facts)
    assert (accepted(two.first), accepted(two.second)) == (two.first_answer, two.second_answer)


def test_what_pointed_to_it_points_on(cast: SimpleNamespace, two: SimpleNamespace) -> None:
    asked = ask(cast.bob)
    operations.mark_duplicate(cast.mona.actor, thread_id=asked, of_id=two.second)
    facts = merge(two.second, two.first)
    assert db.session.get_one(Question, asked).duplicate_of_id == two.first
    unmerge(facts)
    db.session.rollback()
    assert db.session.get_one(Question, asked).duplicate_of_id == two.second


def test_one_that_pointed_to_the_other_is_merged_there(cast: SimpleNamespace, two: SimpleNamespace) -> None:
    operations.mark_duplicate(cast.mona.actor, thread_id=two.second, of_id=two.first)
    facts = merge(two.second, two.first)
    everything_adds_up()
    unmerge(facts)
    assert thread(two.second).state == State.DUPLICATE
    assert db.session.get_one(Question, two.second).duplicate_of_id == two.first


def test_an_answer_on_its_way_arrives(cast: SimpleNamespace, two: SimpleNamespace) -> None:
    merge(two.second, two.first)
    sent = cast.tess.client.post(
        f"/questions/{two.second}/answers", data={"source": "I was typing.", "form_token": token()}
    )
    assert sent.status_code == 303
    assert sent.location.startswith(f"/questions/{two.first}/")
    assert "I was typing." in page(cast.tess.client, two.first)


def test_what_was_begun_is_found_there(cast: SimpleNamespace, two: SimpleNamespace) -> None:
    forum.add_photo(
        cast.tess.actor, Album(form=operations.answer_draft(two.second)), content=picture(size=(40, 30))
    )
    for who, thread_id in ((cast.tess, two.second), (cast.bob, two.second), (cast.bob, two.first)):
        forum.keep_draft(
            who.actor, None, operations.answer_draft(thread_id), {"source": f"Begun at {thread_id}."}
        )
    merge(two.second, two.first)
    assert f"Begun at {two.second}." in page(cast.tess.client, two.first)
    assert f"Begun at {two.first}." in page(cast.bob.client, two.first)
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 3
    assert db.session.scalars(select(Photo.form)).one() == operations.answer_draft(two.first)


def test_a_ticket_shows_the_other(cast: SimpleNamespace, two: SimpleNamespace) -> None:
    ticket_id = file_ticket(
        cast.charlie.actor,
        topic=Topic.PAYMENT,
        subject="Coat",
        source="It is gone.",
        token=token(),
        thread_id=two.second,
    )
    merge(two.second, two.first)
    shown = desk.page(cast.charlie.actor, desk.ref_of(cast.charlie.actor, ticket_id)).thread
    assert shown is not None
    assert shown.id == two.first


@pytest.mark.parametrize("what", ["older", "itself", "hidden", "support", "points", "archived"])
def test_what_cannot_be(cast: SimpleNamespace, two: SimpleNamespace, what: str) -> None:
    pair = (two.second, two.first)
    if what == "older":
        pair = (two.first, two.second)
    elif what == "itself":
        pair = (two.first, two.first)
    elif what == "hidden":
        with transaction():
            set_visibility(two.second_opening, Visibility.HIDDEN, by_id=cast.mona.id)
    elif what == "support":
        with transaction():
            forum.touch(two.second, state=State.ESCALATED)
    elif what == "points":
        operations.mark_duplicate(cast.mona.actor, thread_id=two.first, of_id=ask(cast.bob))
    else:
        archive(cast.mona, two.first)
    before = everything()
    with pytest.raises(Problem):
        merge(*pair)
    assert everything() == before


def test_merged_on_it_comes_back_from_where_it_is(cast: SimpleNamespace, two: SimpleNamespace) -> None:
    third = ask(cast.tess)
    third_answer = answer(cast.bob, third)
    one = merge(third, two.second)
    other = merge(two.second, two.first)
    assert {*tree(two.first)} >= {third_answer, two.second_answer}
    unmerge(one)
    assert tree(third) == {opening(third): (None, False), third_answer: (opening(third), False)}
    unmerge(other)
    assert two.second_answer in tree(two.second)
    with pytest.raises(Problem):
        unmerge(other)
    everything_adds_up()


def test_a_hidden_one_is_shown_before_it_comes_back(cast: SimpleNamespace, two: SimpleNamespace) -> None:
    facts = merge(two.second, two.first)
    with transaction():
        set_visibility(two.second_opening, Visibility.HIDDEN, by_id=cast.mona.id)
    with pytest.raises(Problem):
        unmerge(facts)
    everything_adds_up()


def _reputation(account_id: int) -> int:
    db.session.rollback()
    return db.session.get_one(Account, account_id).reputation
