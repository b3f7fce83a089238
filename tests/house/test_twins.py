"""The desk's checks equal their SQL twins, for every ticket, message and member of the cast, in either mode."""

import itertools
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, select

from app.accounts.actor import ANONYMOUS, Actor
from app.config import Mode
from app.core.clock import now
from app.core.db import db
from app.core.transaction import transaction
from app.desk import policy
from app.desk.models import Status, Ticket, TicketMessage

AGENTS = {"agnes", "adam"}


@pytest.fixture(params=Mode)
def app(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    application = make_app(mode=request.param)
    with application.app_context():
        yield application


@pytest.fixture
def actors(cast: SimpleNamespace) -> dict[str, Actor]:
    return {"visitor": ANONYMOUS} | {name: player.actor for name, player in vars(cast).items()}


@pytest.fixture
def names(cast: SimpleNamespace) -> dict[int, str]:
    """A ticket of every status by everybody, taken or not, with messages and notes by three people; names by id."""
    people = {player.id: name for name, player in vars(cast).items()}
    moment = now()
    numbers = itertools.count(1)
    with transaction() as session:
        for status, requester, assignee in itertools.product(Status, people, (None, cast.agnes.id)):
            ticket = Ticket(
                ref=f"TKT-{next(numbers):05}",
                requester_id=requester,
                assignee_id=assignee,
                topic="payment",
                subject="Payout",
                tried="",
                status=status,
                created_at=moment,
                updated_at=moment,
                last_message_at=moment,
                last_message_by_id=requester,
            )
            session.add(ticket)
            session.flush()
            session.add_all(
                TicketMessage(
                    ticket_id=ticket.id,
                    author_id=author,
                    internal=internal,
                    source="",
                    html="",
                    pipeline_version=1,
                    created_at=moment,
                )
                for author, internal in itertools.product((requester, cast.agnes.id), (False, True))
            )
    return people


def _sees(name: str, requester: str) -> bool:
    """The rule once more, in plain words."""
    return policy.has_desk() and name != "visitor" and (name == requester or name in AGENTS)


def _works(name: str, requester: str) -> bool:
    return policy.has_desk() and name in AGENTS and name != requester


def test_tickets(app: Flask, actors: dict[str, Actor], names: dict[int, str]) -> None:
    rows = db.session.scalars(select(Ticket)).all()
    assert len(rows) == len(Status) * len(names) * 2
    for name, actor in actors.items():
        seen = {row.id for row in rows if _sees(name, names[row.requester_id])}
        worked = {row.id for row in rows if _works(name, names[row.requester_id])}
        assert {row.id for row in rows if policy.can_see(actor, row)} == seen, name
        assert _ids(policy.visible(actor)) == seen, name
        assert {row.id for row in rows if policy.can_work(actor, row)} == worked, name
        assert _ids(policy.workable(actor)) == worked, name


def _ids(where: ColumnElement[bool]) -> set[int]:
    return set(db.session.scalars(select(Ticket.id).where(where)))


def test_messages(app: Flask, actors: dict[str, Actor], names: dict[int, str]) -> None:
    rows = [
        (row.TicketMessage, row.Ticket)
        for row in db.session.execute(select(TicketMessage, Ticket).join(Ticket))
    ]
    assert len(rows) == 4 * len(Status) * len(names) * 2
    for name, actor in actors.items():
        right = {
            message.id
            for message, ticket in rows
            if (_works if message.internal else _sees)(name, names[ticket.requester_id])
        }
        assert {
            message.id for message, ticket in rows if policy.can_see_message(actor, message, ticket)
        } == right
        seen = select(TicketMessage.id).join(Ticket).where(policy.messages_visible(actor))
        assert set(db.session.scalars(seen)) == right, name
