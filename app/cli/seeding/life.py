"""Turns what the files tell into operations, in the order of time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import click
from sqlalchemy import select

from app.accounts import passwords
from app.accounts.actor import Role
from app.accounts.operations.people import add_person
from app.cli.demo import Person, Town
from app.cli.seeding.asking import Asking
from app.cli.seeding.deeds import Deeds
from app.cli.seeding.desking import Desking
from app.cli.seeding.helping import Helping
from app.cli.seeding.moderating import Moderating
from app.cli.seeding.presence import Presence
from app.cli.seeding.register import Moment, Register
from app.community import operations as community
from app.config import Settings
from app.contact import operations as contact
from app.contact.models import Kind as ChannelKind
from app.core.clock import frozen, now
from app.core.db import db
from app.core.parts import part
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Space, Tag
from app.forum.readings import Readings
from app.notifications import operations as notices
from app.notifications.timing import Hours

# The number is one of those that Ofcom keeps free for plays and films.
CHANNELS = (
    (ChannelKind.PAGE, "https://thimble.example/help", "everything"),
    (ChannelKind.MAIL, "help@thimble.example", ""),
    (ChannelKind.PHONE, "+44 20 7946 0018", "payments, on weekdays"),
    (ChannelKind.APP, "https://apps.example/details?id=example.thimble", ""),
    (ChannelKind.HANDLE, "@thimblemarket", "Instagram"),
)
CHANNELS_CHECKED = timedelta(days=9)
ROUTED = timedelta(hours=2)


class Life:
    """The town as it has been until now. Where there is no desk, nobody is of Support and nothing went there."""

    def __init__(
        self, town: Town, *, with_support: bool, password: str, address: Callable[[Person], str]
    ) -> None:
        self._town = town
        self._with_support = with_support
        # Making a password's hash is dear on purpose, and this one is printed for everybody.
        self._password_hash = passwords.hashed(password)
        self._address = address
        self._register = Register(now())

    def happen(self) -> None:
        self._spaces()
        self._channels()
        for person in self._town.people:
            self._move_in(person if self._with_support else _without_a_desk(person))
        moments = [*Asking(self._town, self._register).moments()]
        if self._with_support:
            moments += Desking(self._town, self._register).moments()
            moments += Helping(self._town, self._register).moments()
        moments += Deeds(self._town, self._register, with_support=self._with_support).moments()
        moments += Moderating(self._town, self._register).moments()
        moments += Presence(self._town, self._register).moments()
        moments.append(Moment(self._register.now - ROUTED, community.route))
        moments.sort(key=lambda moment: moment.at)
        with click.progressbar(moments, label="Demo town") as bar:
            for moment in bar:
                with frozen(moment.at):
                    moment.do()
        part(Readings).write()
        self._tags()
        community.review()

    def _move_in(self, person: Person) -> None:
        with frozen(self._register.now - timedelta(days=person.joined_days_ago)):
            self._register.people[person.name] = add_person(
                name=person.name,
                email=self._address(person),
                role=Role(person.role),
                display_name=person.display,
                bio=person.bio,
                password_hash=self._password_hash,
            ).account_id
        # Whoever tries the town at night finds its letters too.
        notices.choose_hours(self._register.people[person.name], hours=Hours(quiet_from=0, quiet_until=0))

    def _spaces(self) -> None:
        with transaction() as session:
            known = set(session.scalars(select(Space.slug)))
            for place, space in enumerate(self._town.spaces):
                if space.slug not in known:
                    session.add(
                        Space(slug=space.slug, name=space.name, description=space.description, position=place)
                    )

    def _channels(self) -> None:
        checked_on = (self._register.now - CHANNELS_CHECKED).date()
        for kind, value, place in CHANNELS:
            contact.add_channel(
                None,
                marketplace=part(Settings).marketplace,
                kind=kind,
                value=value,
                place=place,
                checked_on=checked_on,
            )

    def _tags(self) -> None:
        """Described by the helper, given other names by the moderator."""
        helper, moderator = (
            self._register.actor(self._town.cast[plays].name) for plays in ("helper", "moderator")
        )
        for tag in self._town.tags:
            seen = db.session.scalar(select(Tag.description).where(Tag.name == tag.name)) or ""
            forum.describe_tag(helper, name=tag.name, description=tag.description, seen=seen)
            for alias in tag.aliases:
                forum.add_alias(moderator, name=tag.name, alias=alias)


def _without_a_desk(person: Person) -> Person:
    return replace(person, role="member", bio="") if person.role == "agent" else person
