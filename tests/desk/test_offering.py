"""The way from a question to Support is its asker's and the moderators'."""

from collections.abc import Callable
from types import SimpleNamespace

from flask import Flask

from app.accounts.actor import ANONYMOUS
from app.core.transaction import transaction
from app.desk.offering import Escalations
from app.forum.models import Thread, Visibility


def test_the_asker_and_moderators_are_offered_support(
    app: Flask, cast: SimpleNamespace, asked: Callable[..., int]
) -> None:
    thread_id = asked(cast.alice.actor)
    with app.test_request_context():
        assert Escalations().offer(cast.alice.actor, thread_id) == f"/questions/{thread_id}/support"
        assert Escalations().offer(cast.mona.actor, thread_id) == f"/questions/{thread_id}/support"
        for actor in (cast.bob.actor, cast.agnes.actor, ANONYMOUS):
            assert Escalations().offer(actor, thread_id) is None
        assert Escalations().offer(cast.alice.actor, 10**6) is None


def test_what_the_asker_no_longer_sees_is_not_offered(
    app: Flask, cast: SimpleNamespace, asked: Callable[..., int]
) -> None:
    thread_id = asked(cast.alice.actor)
    with transaction() as session:
        session.get_one(Thread, thread_id).visibility = Visibility.DELETED
    with app.test_request_context():
        assert Escalations().offer(cast.alice.actor, thread_id) is None
    assert "coat never came" not in cast.alice.client.get(f"/help?thread={thread_id}").text


def test_the_question_shows_the_way_to_its_asker(cast: SimpleNamespace, asked: Callable[..., int]) -> None:
    thread_id = asked(cast.alice.actor)
    url = f"/questions/{thread_id}/support"
    pages = {
        name: getattr(cast, name).client.get(f"/questions/{thread_id}", follow_redirects=True).text
        for name in ("alice", "bob")
    }
    assert url in pages["alice"]
    assert url not in pages["bob"]
