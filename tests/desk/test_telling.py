"""What follows from a message: who hears of it, and what they are told."""

import secrets
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask

from app.core.events import Event, on
from app.desk import operations, queries
from app.desk.events import TicketFiled, TicketReplied
from tests.desk.steps import row


@pytest.fixture
def heard(app: Flask) -> list[Event]:
    events: list[Event] = []
    for kind in (TicketFiled, TicketReplied):
        on(app, kind, events.append)
    return events


def _reply(player: SimpleNamespace, ref: str, *, internal: bool = False, source: str = "Here.") -> int:
    return operations.reply(
        player.actor, ref=ref, source=source, token=secrets.token_urlsafe(18), internal=internal
    )


def test_filing_and_public_messages_are_said_and_notes_are_not(
    cast: SimpleNamespace, filed: Callable[..., str], heard: list[Event]
) -> None:
    ref = filed(cast.alice.actor)
    ticket_id = row(ref).id
    theirs = _reply(cast.agnes, ref)
    _reply(cast.agnes, ref, internal=True)
    own = _reply(cast.alice, ref)
    assert heard == [
        TicketFiled(ticket_id),
        TicketReplied(theirs, ticket_id, cast.agnes.id),
        TicketReplied(own, ticket_id, cast.alice.id),
    ]


def test_who_hears_of_it(cast: SimpleNamespace, filed: Callable[..., str]) -> None:
    ref = filed(cast.alice.actor)
    ticket_id = row(ref).id
    assert queries.recipient(ticket_id, cast.agnes.id) == cast.alice.id
    assert queries.recipient(ticket_id, cast.alice.id) is None
    operations.take(cast.agnes.actor, ref=ref)
    assert queries.recipient(ticket_id, cast.alice.id) == cast.agnes.id
    assert queries.recipient(ticket_id, cast.adam.id) == cast.alice.id
    assert queries.recipient(10**6, cast.alice.id) is None


def test_each_is_led_to_the_page_they_know(
    app: Flask, cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor, subject="Refund & co")
    message_id = _reply(cast.agnes, ref, source="**Which** bank was it?\n\nThank you.")
    with app.test_request_context():
        told = queries.notices(cast.alice.actor, [message_id]).get(message_id)
        known = queries.notices(cast.adam.actor, [message_id]).get(message_id)
    assert told
    assert known
    assert (told.title, told.excerpt) == ("Refund & co", "Which bank was it? Thank you.")
    assert (told.url, known.url) == (f"/tickets/{ref}#m-{message_id}", f"/desk/tickets/{ref}#m-{message_id}")
    assert told.author.id == cast.agnes.id
    assert cast.alice.client.get(told.url).status_code == 200


def test_an_excerpt_is_short(app: Flask, cast: SimpleNamespace, filed: Callable[..., str]) -> None:
    ref = filed(cast.alice.actor)
    message_id = _reply(cast.agnes, ref, source="word " * 400)
    with app.test_request_context():
        told = queries.notices(cast.alice.actor, [message_id]).get(message_id)
    assert told
    assert len(told.excerpt) <= 300


def test_nobody_is_told_what_they_may_not_read(
    app: Flask, cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor)
    public, note = _reply(cast.agnes, ref), _reply(cast.agnes, ref, internal=True)
    with app.test_request_context():
        for player in (cast.bob, cast.mona, cast.nia):
            assert queries.notices(player.actor, [public]).get(public) is None
        assert queries.notices(cast.alice.actor, [note]).get(note) is None
        assert queries.notices(cast.adam.actor, [note]).get(note) is not None
        assert queries.notices(cast.alice.actor, [10**6]).get(10**6) is None


def test_my_tickets_are_mine(cast: SimpleNamespace, filed: Callable[..., str]) -> None:
    assert "No tickets yet" in cast.alice.client.get("/me/tickets").text
    own, theirs = filed(cast.alice.actor), filed(cast.bob.actor)
    for player, seen, unseen in ((cast.alice, own, theirs), (cast.bob, theirs, own)):
        page = player.client.get("/me/tickets").text
        assert seen in page
        assert unseen not in page
    assert "No tickets yet" in cast.agnes.client.get("/me/tickets").text
