"""`flask demo`: the demo town, lived through the rooms' own operations at the times it tells."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.accounts.actor import Actor, Role
from app.accounts.operations.people import add_person
from app.accounts.queries import actor_of, person_named
from app.cli.demo import Answer, Message, Person, Reply, Thread, Ticket, Town, load
from app.config import Mode, Settings
from app.contact import operations as contact
from app.contact.models import Kind as ChannelKind
from app.core.clock import frozen, now
from app.core.db import db
from app.core.parts import part
from app.core.transaction import transaction
from app.desk import operations as desk
from app.desk.models import Status, Topic
from app.desk.models import Ticket as TicketRow
from app.forum.models import Space
from app.notifications import operations as notices
from app.notifications.timing import Hours
from app.questions import operations as questions

PASSWORD = "seams-and-buttons"  # noqa: S105 - printed for everybody; production refuses the demo town
ACCEPTED_AFTER = timedelta(minutes=10)


# The number is one of those that Ofcom keeps free for plays and films.
CHANNELS = (
    (ChannelKind.PAGE, "https://thimble.example/help", "everything"),
    (ChannelKind.MAIL, "help@thimble.example", ""),
    (ChannelKind.PHONE, "+44 20 7946 0018", "payments, on weekdays"),
    (ChannelKind.APP, "https://apps.example/details?id=example.thimble", ""),
    (ChannelKind.HANDLE, "@thimblemarket", "Instagram"),
)
CHANNELS_CHECKED = timedelta(days=9)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened in the town, and when."""

    at: datetime
    do: Callable[[], object]


@click.command()
@with_appcontext
def demo() -> None:
    """Fill this installation with a demo town, once, and print how to sign in."""
    settings = part(Settings)
    if settings.production:
        raise click.ClickException("the demo town has known passwords; production refuses it")
    town = load()
    if person_named(town.people[0].name) is None:
        _Life(town, with_support=settings.mode is Mode.SUPPORT).happen()
    click.echo(f"Demo sign-ins, all with the password {PASSWORD}")
    for plays, person in town.cast.items():
        click.echo(f"  {plays:<10} {address(person)}")


def address(person: Person) -> str:
    """The demo person's mail address."""
    return f"{person.name}@demo.example"


class _Life:
    """Turns what the files tell into operations, in the order of time."""

    def __init__(self, town: Town, *, with_support: bool) -> None:
        self._town = town
        self._with_support = with_support
        self._now = now()
        self._people: dict[str, int] = {}
        self._threads: dict[str, int] = {}
        self._posts: dict[str, int] = {}
        self._tickets: dict[str, str] = {}

    def happen(self) -> None:
        self._spaces()
        self._channels()
        for person in self._town.people:
            with frozen(self._now - timedelta(days=person.joined_days_ago)):
                self._people[person.name] = add_person(
                    name=person.name,
                    email=address(person),
                    role=Role(person.role),
                    display_name=person.display,
                    bio=person.bio,
                    password=PASSWORD,
                ).account_id
            # Whoever tries the town at night finds its letters too.
            notices.choose_hours(self._people[person.name], hours=Hours(quiet_from=0, quiet_until=0))
        moments = [moment for thread in self._town.threads for moment in self._thread(thread)]
        if self._with_support:
            moments += [moment for ticket in self._town.tickets for moment in self._ticket(ticket)]
        moments.sort(key=lambda moment: moment.at)
        with click.progressbar(moments, label="Demo town") as bar:
            for moment in bar:
                with frozen(moment.at):
                    moment.do()

    def _actor(self, name: str) -> Actor:
        actor = actor_of(self._people[name])
        if actor is None:
            raise KeyError(name)
        # Nobody in the town is slowed down as a newcomer: what they wrote was written long ago.
        return replace(actor, role=Role.MEMBER) if actor.role is Role.NEW else actor

    def _spaces(self) -> None:
        with transaction() as session:
            known = set(session.scalars(select(Space.slug)))
            for place, space in enumerate(self._town.spaces):
                if space.slug not in known:
                    session.add(
                        Space(slug=space.slug, name=space.name, description=space.description, position=place)
                    )

    def _channels(self) -> None:
        checked_on = (self._now - CHANNELS_CHECKED).date()
        for kind, value, place in CHANNELS:
            contact.add_channel(
                None,
                marketplace=part(Settings).marketplace,
                kind=kind,
                value=value,
                place=place,
                checked_on=checked_on,
            )

    def _thread(self, thread: Thread) -> Iterator[Moment]:
        asked_at = self._now - timedelta(hours=thread.asked_hours_ago)
        yield Moment(asked_at, partial(self._ask, thread))
        for answer in thread.answers:
            answered_at = last = asked_at + timedelta(minutes=answer.after_minutes)
            yield Moment(answered_at, partial(self._answer, thread, answer))
            for number, reply in enumerate(answer.replies):
                last = answered_at + timedelta(minutes=reply.after_minutes)
                yield Moment(last, partial(self._reply, answer, reply, f"{answer.key}-{number}"))
            if answer.key == thread.accepted:
                yield Moment(min(last + ACCEPTED_AFTER, self._now), partial(self._accept, thread))

    def _ask(self, thread: Thread) -> None:
        space_id = db.session.scalar(select(Space.id).where(Space.slug == thread.space))
        self._threads[thread.key] = questions.ask(
            self._actor(thread.author),
            title=thread.title,
            source=thread.body,
            space_id=int(space_id or 0),
            tags=thread.tags,
            token=_token(thread.key),
        )

    def _answer(self, thread: Thread, answer: Answer) -> None:
        self._posts[answer.key] = questions.answer(
            self._actor(answer.author),
            thread_id=self._threads[thread.key],
            source=answer.body,
            token=_token(answer.key),
        )

    def _reply(self, answer: Answer, reply: Reply, key: str) -> None:
        post_id = self._posts[answer.key]
        questions.reply(self._actor(reply.author), post_id=post_id, source=reply.body, token=_token(key))

    def _accept(self, thread: Thread) -> None:
        questions.accept(self._actor(thread.author), post_id=self._posts[str(thread.accepted)], seen=None)

    def _ticket(self, ticket: Ticket) -> Iterator[Moment]:
        opened_at = self._now - timedelta(hours=ticket.opened_hours_ago)
        key = f"{ticket.requester} {ticket.subject}"
        first, *rest = ticket.messages
        yield Moment(opened_at, partial(self._file, ticket, key, first.body))
        last = opened_at
        for number, message in enumerate(rest):
            last = opened_at + timedelta(minutes=message.after_minutes)
            yield Moment(last, partial(self._message, key, message, number))
        agents = [message.author for message in rest if message.author in self._agents]
        if agents:
            yield Moment(last, partial(self._take, key, agents[-1], Status(ticket.status)))

    @property
    def _agents(self) -> set[str]:
        return {person.name for person in self._town.people if person.role in {"agent", "admin"}}

    def _file(self, ticket: Ticket, key: str, body: str) -> None:
        ticket_id = desk.file_ticket(
            self._actor(ticket.requester),
            topic=Topic(ticket.topic),
            subject=ticket.subject,
            source=body,
            tried=ticket.tried,
            order_number=ticket.order_number,
            thread_id=self._threads.get(ticket.thread or ""),
            token=_token(key),
        )
        self._tickets[key] = db.session.scalars(select(TicketRow.ref).where(TicketRow.id == ticket_id)).one()

    def _message(self, key: str, message: Message, number: int) -> None:
        desk.reply(
            self._actor(message.author),
            ref=self._tickets[key],
            source=message.body,
            internal=message.internal,
            token=_token(f"{key} {number}"),
        )

    def _take(self, key: str, agent: str, status: Status) -> None:
        actor, ref = self._actor(agent), self._tickets[key]
        desk.take(actor, ref=ref)
        row = db.session.scalars(select(TicketRow).where(TicketRow.ref == ref)).one()
        if row.status != status:
            desk.set_status(actor, ref=ref, status=status, version=row.version)


def _token(key: str) -> str:
    return f"demo {key}"
