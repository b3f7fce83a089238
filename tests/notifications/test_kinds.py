"""What else people hear of: their name, threads they follow, their own words, support; once, by the most telling kind."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, update

from app.community.events import QuestionRouted
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.events import Mentioned, PostEdited
from app.forum.models import Follow, Post, Visibility
from app.moderation.acts import Verb
from app.moderation.words import Reason
from app.notifications import handlers, queries, words
from app.notifications.models import Kind, Notification
from app.notifications.queries import View
from app.questions.events import MarkedDuplicate, Reopened
from tests.moderation.steps import decide, lock
from tests.notifications.town import Town

Told = Callable[[Any], list[tuple[str, str]]]
LIST = "/me/notifications?show=all"


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def _follow(who: Any, thread_id: int, *, muted: bool = False) -> None:
    with transaction() as session:
        session.add(Follow(account_id=who.id, thread_id=thread_id, muted=muted, created_at=now()))


def _opening(thread_id: int) -> int:
    return db.session.query(Post.id).filter_by(thread_id=thread_id, parent_id=None).scalar()


def _say(*events: Any) -> None:
    with transaction():
        for one in events:
            emit(one)


def _happened(who: Any) -> list[str]:
    db.session.rollback()
    with db.session.no_autoflush:
        return [group.latest.happened for group in queries.groups(who.actor, View.ALL, 1).rows]


def test_every_kind_and_sort_has_words(app: Flask) -> None:
    for kind, what in words._HAPPENED:
        assert "Bob" in words.subject(kind, what, "Bob", "Coat") or "Coat" in words.subject(
            kind, what, "Bob", "Coat"
        )
    assert {kind for kind, _what in words._HAPPENED} == set(Kind) == set(words.LABELS)
    assert words.happened(Kind.YOURS, "polished", "Bob")


def test_followers_hear_of_answers_and_replies_by_a_job(
    cast: SimpleNamespace, town: Town, told: Told, work: Callable[[], None]
) -> None:
    thread_id = town.ask(cast.alice)
    _follow(cast.charlie, thread_id)
    _follow(cast.mona, thread_id, muted=True)
    _follow(cast.bob, thread_id)
    answer_id = town.answer(cast.bob, thread_id)
    reply_id = town.reply(cast.alice, answer_id)
    work()
    work()
    assert told(cast.charlie) == [("followed", f"post:{answer_id}"), ("followed", f"post:{reply_id}")]
    assert told(cast.bob) == [("reply", f"post:{reply_id}")]
    assert told(cast.mona) == []


def test_many_followers_cost_the_answer_nothing(
    cast: SimpleNamespace, town: Town, enter: Any, app: Flask
) -> None:
    thread_id = town.ask(cast.alice)
    sent: list[str] = []

    def cost() -> int:
        sent.clear()
        town.answer(cast.bob, thread_id)
        return len(sent)

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    _follow(cast.charlie, thread_id)
    one = cost()
    for who in (cast.mona, cast.agnes, cast.adam, cast.nia):
        _follow(who, thread_id)
    assert cost() == one
    event.remove(db.engine, "before_cursor_execute", note)


def test_an_answer_that_mentions_its_asker_is_one_notice(
    cast: SimpleNamespace, town: Town, told: Told
) -> None:
    thread_id = town.ask(cast.alice)
    answer_id = town.answer(cast.bob, thread_id)
    _say(Mentioned(answer_id, thread_id, cast.alice.id), Mentioned(answer_id, thread_id, cast.charlie.id))
    assert told(cast.alice) == [("answer", f"post:{answer_id}")]
    assert told(cast.charlie) == [("mention", f"post:{answer_id}")]


def test_whichever_comes_first_the_most_telling_kind_stays(
    cast: SimpleNamespace, town: Town, told: Told, work: Callable[[], None]
) -> None:
    thread_id = town.ask(cast.alice)
    _follow(cast.charlie, thread_id)
    answer_id = town.answer(cast.bob, thread_id)
    with transaction() as session:
        session.query(Notification).delete()
    work()
    assert told(cast.charlie) == [("followed", f"post:{answer_id}")]
    _say(Mentioned(answer_id, thread_id, cast.charlie.id), Mentioned(answer_id, thread_id, cast.alice.id))
    assert told(cast.charlie) == [("mention", f"post:{answer_id}")]
    with transaction():
        handlers.support_answered(answer_id)
    assert told(cast.alice) == [("support", f"post:{answer_id}")]


def test_a_muted_thread_tells_of_ones_name_and_of_moderators_only(
    cast: SimpleNamespace, town: Town, told: Told
) -> None:
    thread_id = town.ask(cast.alice)
    _follow(cast.alice, thread_id, muted=True)
    answer_id = town.answer(cast.bob, thread_id)
    assert told(cast.alice) == []
    _say(Mentioned(answer_id, thread_id, cast.alice.id))
    lock(cast.mona, thread_id)
    assert [kind for kind, _key in told(cast.alice)] == ["mention", "yours"]


def test_nobody_is_told_of_a_post_they_may_not_see(cast: SimpleNamespace, town: Town, told: Told) -> None:
    thread_id = town.ask(cast.alice)
    answer_id = town.answer(cast.bob, thread_id)
    town.hide(answer_id)
    _say(Mentioned(answer_id, thread_id, cast.charlie.id))
    assert told(cast.charlie) == []


class TestYours:
    """What happens to what one wrote, by others' hands."""

    @pytest.fixture(autouse=True)
    def _written(self, cast: SimpleNamespace, town: Town) -> None:
        self.thread_id = town.ask(cast.charlie)
        self.answer_id = town.answer(cast.bob, self.thread_id)

    def _decide(self, by: Any, verb: Verb) -> None:
        decide(by, self.answer_id, verb, Reason.OFF_TOPIC)

    def test_hidden_and_shown_again_each_time(self, cast: SimpleNamespace) -> None:
        for by in (cast.mona, cast.adam):
            self._decide(by, Verb.HIDE)
            assert _happened(cast.bob) == ["Moderators hid what you wrote"]
            self._decide(by, Verb.RESTORE)
            assert _happened(cast.bob) == ["What you wrote can be read by everybody again"]
        assert db.session.query(Notification).filter_by(account_id=cast.bob.id).count() == 4

    def test_no_name_of_a_moderator_is_told(self, cast: SimpleNamespace) -> None:
        self._decide(cast.mona, Verb.HIDE)
        assert "Mona" not in cast.bob.client.get(LIST).text

    def test_ones_own_doing_is_no_news(self, cast: SimpleNamespace, told: Told) -> None:
        with transaction():
            forum.set_visibility(self.answer_id, Visibility.DELETED, by_id=cast.bob.id)
        assert told(cast.bob) == []

    def test_removed_by_moderators_one_hears_why_and_reads_nothing_of_it(self, cast: SimpleNamespace) -> None:
        self._decide(cast.mona, Verb.REMOVE)
        page = cast.bob.client.get(LIST).text
        assert "Moderators removed something you wrote" in page
        assert "nothing to do with the question" in page
        assert "Send the photo" not in page
        assert "removed" not in cast.charlie.client.get(LIST).text

    def test_released_and_refused(self, cast: SimpleNamespace) -> None:
        with transaction() as session:
            session.execute(update(Post).where(Post.id == self.answer_id).values(visibility="held"))
        self._decide(cast.mona, Verb.HIDE)
        assert "Moderators hid" in _happened(cast.bob)[0]
        page = cast.bob.client.get(LIST).text
        assert "nothing to do with the question" in page
        assert "Mona" not in page
        opened = cast.bob.client.post(f"/me/notifications/{_last(cast.bob)}/open")
        why = cast.bob.client.get(f"/p/{self.answer_id}/why")
        assert opened.location == why.location
        with transaction() as session:
            session.execute(update(Post).where(Post.id == self.answer_id).values(visibility="held"))
        self._decide(cast.mona, Verb.KEEP)
        assert "everybody can read it now" in _happened(cast.bob)[0]

    def test_edited_proposed_and_decided(self, cast: SimpleNamespace) -> None:
        _say(PostEdited(self.answer_id, self.thread_id, cast.bob.id))
        assert _happened(cast.bob) == []
        _say(PostEdited(self.answer_id, self.thread_id, cast.mona.id))
        assert _happened(cast.bob) == ["Mona edited what you wrote"]
        with transaction():
            handlers.edit_proposed(self.answer_id, cast.alice.id, 1)
        assert _happened(cast.bob) == ["Alice proposed an edit of what you wrote"]
        with transaction():
            handlers.edit_decided(self.answer_id, cast.alice.id, cast.bob.id, 1, approved=True)
        assert _happened(cast.alice) == ["Your proposed edit was approved"]

    def test_duplicates_and_reopening(self, cast: SimpleNamespace, town: Town) -> None:
        other = town.ask(cast.alice)
        for one, said in (
            (MarkedDuplicate(self.thread_id, other, cast.mona.id), "points to the earlier one"),
            (Reopened(self.thread_id, cast.mona.id), "is open again"),
        ):
            _say(one)
            assert said in _happened(cast.charlie)[0]
        _say(Reopened(self.thread_id, cast.charlie.id))
        assert "is open again" in _happened(cast.charlie)[0]


def test_who_fits_is_asked_once(cast: SimpleNamespace, town: Town, told: Told) -> None:
    thread_id = town.ask(cast.alice)
    for _time in range(2):
        _say(QuestionRouted(thread_id, cast.bob.id))
    assert told(cast.bob) == [("asked", f"asked:{thread_id}")]
    assert _happened(cast.bob) == ["Alice waits for an answer that you may know"]


def test_what_the_desk_and_the_community_say(cast: SimpleNamespace, town: Town, told: Told) -> None:
    thread_id = town.ask(cast.alice)
    for _time in range(2):
        with transaction():
            handlers.escalation_ended(thread_id, 7, [cast.alice.id, cast.mona.id])
            handlers.outcome_asked(thread_id, cast.alice.id)
            handlers.standing_changed(cast.alice.id, "suspended", "2026-07-15")
    assert told(cast.alice) == [
        ("support", "closed:7"),
        ("outcome", f"outcome:{thread_id}"),
        ("standing", "standing:2026-07-15"),
    ]
    page = cast.alice.client.get(LIST).text
    assert "You cannot post for a while" in page
    assert "How did it go with the marketplace" in page
    leads = [
        cast.alice.client.post(f"/me/notifications/{told_id}/open").location for told_id in _all(cast.alice)
    ]
    assert leads[1:] == [f"/questions/{thread_id}/outcome", "/me"]


def _all(who: Any) -> list[int]:
    return sorted(row.id for row in db.session.query(Notification).filter_by(account_id=who.id))


def _last(who: Any) -> int:
    return _all(who)[-1]
