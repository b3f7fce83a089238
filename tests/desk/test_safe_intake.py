"""Card numbers come no further than the form: refused in words, shown and kept nowhere."""

from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.core.db import db
from app.core.problems import Problem
from app.desk import operations
from app.desk.models import Ticket, TicketMessage, Topic
from app.forum.models import Draft
from tests.desk.steps import fields

CARDS = [
    "4111 1111 1111 1111",
    "5555-5555-5555-4444",
    "378282246310005",
    "４１１１ １１１１ １１１１ １１１１",
    "4111 **1111** 1111 1111",
]


def _kept() -> str:
    """Everything in the tables that hold what people type."""
    db.session.rollback()
    tables = ("ticket", "ticket_message", "draft", "job", "notification", "post")
    return "\n".join(
        str(row) for table in tables for row in db.session.execute(text(f"SELECT * FROM {table}"))
    )


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("field", ["subject", "source", "tried", "order_number"])
def test_a_ticket_with_a_card_number_is_refused(cast: SimpleNamespace, card: str, field: str) -> None:
    page = cast.alice.client.post("/help", data=fields(**{field: f"It is {card}"}))
    assert page.status_code == 422
    assert "There was a card number" in page.text
    assert card not in page.text
    assert not db.session.scalars(select(Ticket)).all()
    assert card not in _kept()


@pytest.mark.parametrize("step", [{"look": "1"}, {"preview": "1"}])
def test_no_step_on_the_way_gives_it_back_whole(cast: SimpleNamespace, step: dict[str, str]) -> None:
    page = cast.alice.client.post("/help", data=fields(source=f"Card {CARDS[0]}, CVV 123", **step))
    assert CARDS[0] not in page.text
    assert "CVV 123" not in page.text


def test_the_code_on_the_back_is_refused_too(cast: SimpleNamespace) -> None:
    page = cast.alice.client.post("/help", data=fields(source="My security code is 123."))
    assert page.status_code == 422


def test_who_signs_in_first_finds_the_rest_and_no_number(client: FlaskClient) -> None:
    assert client.post("/help", data=fields(source=f"They took it from {CARDS[0]} twice.")).status_code in {
        303,
        422,
    }
    assert CARDS[0] not in _kept()
    assert CARDS[0] not in client.get("/help").text


def test_neither_messages_nor_notes_hold_one(cast: SimpleNamespace) -> None:
    cast.alice.client.post("/help", data=fields())
    ref = db.session.scalars(select(Ticket.ref)).one()
    told = {"form_token": "t" * 24}
    for who, url, field in (
        (cast.alice, f"/tickets/{ref}/reply", "source"),
        (cast.agnes, f"/desk/tickets/{ref}/reply", "source"),
        (cast.agnes, f"/desk/tickets/{ref}/note", "note"),
    ):
        page = who.client.post(url, data={**told, field: f"Take {CARDS[0]}"})
        assert page.status_code == 422
        assert CARDS[0] not in page.text
    assert len(db.session.scalars(select(TicketMessage)).all()) == 1
    assert CARDS[0] not in _kept()


def test_signed_out_midway_a_message_waits_without_it(cast: SimpleNamespace, client: FlaskClient) -> None:
    cast.alice.client.post("/help", data=fields())
    ref = db.session.scalars(select(Ticket.ref)).one()
    assert client.post(f"/tickets/{ref}/reply", data={"source": f"Take {CARDS[0]}"}).status_code == 303
    db.session.rollback()
    assert "1111 1111 1111" not in str(db.session.scalars(select(Draft.fields)).one())


def test_whoever_asks_the_operation_is_refused(app: Flask, cast: SimpleNamespace) -> None:
    with pytest.raises(Problem) as refused:
        operations.file_ticket(
            cast.alice.actor,
            topic=Topic.PAYMENT,
            subject="Charged twice",
            source=f"{CARDS[0]}",
            token="t" * 24,
        )
    assert refused.value.field == "source"


def test_order_and_phone_numbers_are_welcome_and_not_masked(cast: SimpleNamespace) -> None:
    """Support needs them, and only the people of the ticket read them."""
    sent = fields(source="Order TM-51770-248, ring me on 07700 900123 or alice@example.org.")
    assert cast.alice.client.post("/help", data=sent).status_code == 303
    ref = db.session.scalars(select(Ticket.ref)).one()
    page = cast.alice.client.get(f"/tickets/{ref}").text
    assert "07700 900123" in page
    assert "alice@example.org" in page
