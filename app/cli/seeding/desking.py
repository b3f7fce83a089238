"""Tickets, and questions that were sent to Support."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from app.cli.demo import Message, Ticket, Town
from app.cli.seeding.register import Moment, Register, token
from app.core.db import db
from app.desk import operations as desk
from app.desk.models import Status, Topic
from app.desk.models import Ticket as TicketRow
from app.desk.packet import digest, packet
from app.forum import operations as forum


class Desking:
    """Files tickets, writes in them and moves them on as the files tell."""

    def __init__(self, town: Town, register: Register) -> None:
        self._town = town
        self._register = register
        self._agents = {person.name for person in town.people if person.role in {"agent", "admin"}}

    def moments(self) -> Iterator[Moment]:
        for ticket in self._town.tickets:
            yield from self._ticket(ticket)

    def _ticket(self, ticket: Ticket) -> Iterator[Moment]:
        opened_at = self._register.ago(ticket.opened_hours_ago)
        key = f"{ticket.requester} {ticket.subject}"
        first, *rest = ticket.messages
        send = self._escalate if ticket.escalated else self._file
        yield Moment(opened_at, partial(send, ticket, key, first.body))
        last = opened_at
        for number, message in enumerate(rest):
            last = opened_at + timedelta(minutes=message.after_minutes)
            write = self._publish if message.published_as else self._message
            yield Moment(last, partial(write, key, message, number))
        agents = [message.author for message in rest if message.author in self._agents]
        if agents:
            yield Moment(last, partial(self._take, key, agents[-1], Status(ticket.status)))

    def _file(self, ticket: Ticket, key: str, body: str) -> None:
        ticket_id = desk.file_ticket(
            self._register.actor(ticket.requester),
            topic=Topic(ticket.topic),
            subject=ticket.subject,
            source=body,
            tried=ticket.tried,
            order_number=ticket.order_number,
            thread_id=self._register.threads.get(ticket.thread or ""),
            token=token(key),
        )
        self._register.tickets[key] = _ref(ticket_id)

    def _escalate(self, ticket: Ticket, key: str, note: str) -> None:
        actor, thread_id = self._register.actor(ticket.requester), self._register.threads[str(ticket.thread)]
        shared = packet(actor, thread_id, None, note)
        ticket_id = desk.escalate(
            actor,
            thread_id=thread_id,
            topic=Topic(ticket.topic),
            note=note,
            order_number=ticket.order_number,
            post_ids=shared.chosen,
            seen=shared.digest,
            token=token(key),
        )
        self._register.tickets[key] = _ref(ticket_id)

    def _message(self, key: str, message: Message, number: int) -> None:
        desk.reply(
            self._register.actor(message.author),
            ref=self._register.tickets[key],
            source=message.body,
            internal=message.internal,
            token=token(f"{key} {number}"),
        )

    def _publish(self, key: str, message: Message, number: int) -> None:
        self._register.posts[str(message.published_as)] = desk.publish_answer(
            self._register.actor(message.author),
            ref=self._register.tickets[key],
            source=message.body,
            seen=digest(forum.prepared(message.body).html),
            token=token(f"{key} {number}"),
        )

    def _take(self, key: str, agent: str, status: Status) -> None:
        actor, ref = self._register.actor(agent), self._register.tickets[key]
        desk.take(actor, ref=ref)
        row = db.session.scalars(select(TicketRow).where(TicketRow.ref == ref)).one()
        if row.status != status:
            desk.set_status(actor, ref=ref, status=status, version=row.version)


def _ref(ticket_id: int) -> str:
    return db.session.scalars(select(TicketRow.ref).where(TicketRow.id == ticket_id)).one()
