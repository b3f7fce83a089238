"""What tests of the desk do again and again."""

import re
import secrets
from collections.abc import Sequence
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import Actor
from app.core.db import db
from app.desk.models import Ticket, TicketMessage
from app.questions.ports import Match

Fields = dict[str, str]


def fields(**more: str) -> Fields:
    """The whole help form, as a browser sends it after the matches were looked at."""
    return {
        "subject": "Refund went to a card I closed",
        "looked": "0",
        "topic": "payment",
        "order_number": "TM-51770-248",
        "source": "It was refunded to a card I closed in January.",
        "tried": "Asked my old bank.",
        "form_token": secrets.token_urlsafe(18),
        **more,
    }


def lines(page: str) -> str:
    """A page without what differs between two loads of the same page."""
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page)


class Finder:
    """A `Suggest` that finds `found`, and remembers what it was asked."""

    def __init__(self) -> None:
        self.found: list[Match] = []
        self.asked: list[dict[str, Any]] = []

    def __call__(
        self, actor: Actor, *, title: str, body: str = "", limit: int = 5, exclude: int | None = None
    ) -> Sequence[Match]:
        self.asked.append({"title": title, "body": body, "exclude": exclude})
        return [match for match in self.found if match.thread_id != exclude] if len(title) > 1 else []


class Notebook:
    """An `Outcomes` that only remembers."""

    def __init__(self) -> None:
        self.noted: list[tuple[str, str, int | None]] = []

    def solved(self, actor: Actor, visitor: str | None, *, form: str, thread_id: int) -> None:
        self.noted.append(("solved", form, thread_id))

    def none_fit(self, actor: Actor, visitor: str | None, *, form: str) -> None:
        self.noted.append(("none_fit", form, None))


def row(ref: str) -> Ticket:
    """The ticket as it is now."""
    db.session.rollback()
    return db.session.execute(select(Ticket).where(Ticket.ref == ref)).scalar_one()


def send(client: FlaskClient, url: str, **data: str) -> str:
    """Post a form that is accepted; where it leads."""
    answer = client.post(url, data={"form_token": secrets.token_urlsafe(18), **data})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def written(ref: str) -> list[tuple[str, bool]]:
    """What stands in the ticket: source, and whether it is a note."""
    db.session.rollback()
    rows = db.session.execute(
        select(TicketMessage.source, TicketMessage.internal)
        .join(Ticket)
        .where(Ticket.ref == ref)
        .order_by(TicketMessage.id)
    )
    return [(found.source, found.internal) for found in rows]
