"""Community mode: no tickets; the message to the marketplace's own form is prepared instead."""

import secrets
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.config import Mode
from app.core.db import db
from app.core.problems import NotFound, Problem
from app.desk import operations, policy, queries
from app.desk.models import Status, Ticket, Topic
from app.forum.models import Draft
from tests.desk.steps import Finder, fields

FORM = "https://thimble.example/help/new"


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Iterator[Flask]:
    application = make_app(mode=Mode.COMMUNITY, marketplace="Thimble Market", help_form_url=FORM)
    with application.app_context():
        yield application


@pytest.fixture(autouse=True)
def _always_the_same_matches(finder: Finder) -> None:
    """Every page of this file asks for matches."""


def test_a_visitor_gets_the_parts_in_order_to_copy_without_signing_in(client: FlaskClient) -> None:
    typed = fields()
    answer = client.post("/help", data=typed)
    assert (answer.status_code, answer.location) == (303, "/help/message")
    page = client.get("/help/message").text
    places = [page.index(f'id="part-{name}"') for name in ("topic", "order", "subject", "source", "tried")]
    assert places == sorted(places)
    for name in ("order_number", "subject", "source", "tried"):
        assert typed[name] in page
    assert "A payment, payout, refund or fee" in page
    assert "Files to attach" in page
    assert page.index("Files to attach") < page.index("The line of your statement")
    assert "The amount, the currency and the day" in page
    assert f'href="{FORM}"' in page
    assert "Nothing has been sent yet" in page
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_the_help_form_elsewhere_gets_plain_words(client: FlaskClient) -> None:
    client.post("/help", data=fields(source="It is **gone**.\n\n- bank\n- shop <b>&</b> till"))
    page = client.get("/help/message").text
    assert "It is gone.\n\nbank\nshop &lt;b&gt;&amp;&lt;/b&gt; till" in page


def test_empty_parts_are_left_out(client: FlaskClient) -> None:
    client.post("/help", data=fields(order_number="", tried=""))
    page = client.get("/help/message").text
    assert 'id="part-order"' not in page
    assert 'id="part-tried"' not in page


def test_a_signed_in_persons_message_is_theirs_and_can_be_changed_and_cleared(
    cast: SimpleNamespace, client: FlaskClient
) -> None:
    typed = fields()
    cast.alice.client.post("/help", data=typed)
    assert typed["subject"] in cast.alice.client.get("/help/message").text
    assert typed["source"] in cast.alice.client.get("/help").text
    for browser in (client, cast.bob.client):
        assert browser.get("/help/message").location == "/help"
    cast.alice.client.post("/help/forget")
    assert cast.alice.client.get("/help/message").location == "/help"
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_what_is_wrong_is_said_as_with_tickets(client: FlaskClient) -> None:
    answer = client.post("/help", data=fields(topic=""))
    assert (answer.status_code, "Choose what it is about." in answer.text) == (422, True)
    assert client.get("/help/message").location == "/help"


def test_the_form_promises_no_desk(client: FlaskClient) -> None:
    page = client.post("/help", data={"subject": "Lost parcel", "look": "1"}).text
    assert "Prepare the message" in page
    assert "Thimble Market" in page
    assert "Send to Support" not in page


def test_without_a_checked_link_none_is_made_up(make_app: Callable[..., Flask], finder: Finder) -> None:
    browser = make_app(mode=Mode.COMMUNITY, marketplace="Thimble Market").test_client()
    browser.post("/help", data=fields(looked="0"))
    page = browser.get("/help/message").text
    assert "no checked link" in page
    assert "Open the help form" not in page


def test_there_are_no_tickets_and_no_inbox(app: Flask, cast: SimpleNamespace) -> None:
    for player in vars(cast).values():
        for url in ("/desk", "/me/tickets", "/tickets/TKT-CCCCC", "/desk/tickets/TKT-CCCCC"):
            assert player.client.get(url).status_code == 404
    with pytest.raises(Problem, match="no support desk"):
        operations.file_ticket(
            cast.alice.actor, topic=Topic.IP, subject="x", source="y", token=secrets.token_urlsafe(18)
        )


def test_tickets_of_a_time_with_support_are_seen_by_nobody(
    make_app: Callable[..., Flask], app: Flask, cast: SimpleNamespace
) -> None:
    with make_app(mode=Mode.SUPPORT).app_context():
        ticket_id = operations.file_ticket(
            cast.alice.actor, topic=Topic.IP, subject="Old one", source="y", token="t" * 20
        )
        ref = queries.ref_of(cast.alice.actor, ticket_id)
        message_id = operations.reply(cast.agnes.actor, ref=ref, source="z", token="u" * 20)
    for player in vars(cast).values():
        assert db.session.scalar(select(Ticket.id).where(policy.visible(player.actor))) is None
        assert queries.notices(player.actor, [message_id]).get(message_id) is None
    for act in (
        lambda: operations.reply(cast.alice.actor, ref=ref, source="x", token="v" * 20),
        lambda: operations.take(cast.agnes.actor, ref=ref),
        lambda: operations.set_status(cast.agnes.actor, ref=ref, status=Status.OPEN, version=2),
    ):
        with pytest.raises(NotFound):
            act()


def test_what_is_half_typed_is_no_message_yet(client: FlaskClient) -> None:
    for typed in (
        {"subject": "Begun"},
        {"subject": "Begun", "topic": "payment", "source": ""},
        {"subject": "Begun", "topic": "no such topic", "source": "Words"},
    ):
        assert client.post("/drafts", data={"draft": "help", **typed}).status_code == 204
        assert client.get("/help/message").location == "/help"
        assert "Begun" in client.get("/help").text
