"""The demo town: invented people, questions and tickets, read from the TOML files beside this module.

Data only. `load()` checks every reference and limit and says all that is wrong at once; seeding is done elsewhere,
through the rooms' own operations.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal, get_args

RoleName = Literal["new", "member", "trusted", "moderator", "agent", "admin"]
CastName = Literal["seller", "helper", "moderator", "agent", "admin"]
TicketTopic = Literal[
    "dispute", "policy", "listing", "shipping", "payment", "tracking", "account", "ip", "safety"
]
TicketStatus = Literal["new", "open", "waiting-user", "solved"]

STAFF: frozenset[str] = frozenset({"moderator", "agent", "admin"})
TITLE_LIMIT = 150
TAGS_LIMIT = 4
NAME = re.compile(r"[a-z0-9._-]{3,20}")
TAG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ORDER_NUMBER = re.compile(r"TM-\d{5}-\d{3}")


class BrokenTown(Exception):
    """The demo files contradict themselves; `faults` holds one sentence for each contradiction."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(
            "The demo town does not hold together:\n" + "\n".join(f"- {fault}" for fault in faults)
        )
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`demo` names the sign-in of the printed cast that this person is, if any."""

    name: str
    display: str
    role: RoleName
    joined_days_ago: int
    bio: str
    demo: CastName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    slug: str
    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`after_minutes` counts from the answer it replies to."""

    author: str
    after_minutes: int
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`key` is unique in the town; `after_minutes` counts from the question."""

    key: str
    author: str
    after_minutes: int
    body: str
    replies: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A question with its answers, earliest first; `accepted` is the key of one of them."""

    key: str
    space: str
    title: str
    author: str
    asked_hours_ago: float
    tags: tuple[str, ...]
    body: str
    accepted: str | None = None
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`after_minutes` counts from the opening of the ticket; internal ones are for staff only."""

    author: str
    after_minutes: int
    internal: bool
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`thread` is the key of the question it grew from; the first message is the requester's."""

    requester: str
    topic: TicketTopic
    subject: str
    tried: str
    status: TicketStatus
    opened_hours_ago: float
    messages: tuple[Message, ...]
    order_number: str = ""
    thread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """People and spaces as written; threads and tickets oldest first."""

    people: tuple[Person, ...]
    spaces: tuple[Space, ...]
    threads: tuple[Thread, ...]
    tickets: tuple[Ticket, ...]

    def person(self, name: str) -> Person:
        """Raises KeyError when nobody has that name."""
        for person in self.people:
            if person.name == name:
                return person
        raise KeyError(name)

    @property
    def cast(self) -> dict[CastName, Person]:
        """The people one can sign in as, by what they play."""
        return {person.demo: person for person in self.people if person.demo}


def load() -> Town:
    """The whole town, checked; raises BrokenTown."""
    try:
        town = _town(_tables())
    except (TypeError, KeyError) as error:
        raise BrokenTown([f"A missing or unknown table or field: {error}."]) from error
    if found := list(faults(town)):
        raise BrokenTown(found)
    return town


def faults(town: Town) -> Iterator[str]:
    """One sentence for every broken reference, limit or time."""
    yield from _people_faults(town)
    yield from _thread_faults(town)
    yield from _ticket_faults(town)


def _tables() -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {"person": [], "space": [], "thread": [], "ticket": []}
    for entry in sorted(resources.files(__name__).iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            for table, rows in tomllib.loads(entry.read_text(encoding="utf-8")).items():
                tables[table].extend(rows)
    return tables


def _town(tables: dict[str, list[dict[str, Any]]]) -> Town:
    threads = [_thread(row) for row in tables["thread"]]
    tickets = [_ticket(row) for row in tables["ticket"]]
    return Town(
        people=tuple(Person(**row) for row in tables["person"]),
        spaces=tuple(Space(**row) for row in tables["space"]),
        threads=tuple(sorted(threads, key=lambda thread: -thread.asked_hours_ago)),
        tickets=tuple(sorted(tickets, key=lambda ticket: -ticket.opened_hours_ago)),
    )


def _thread(row: dict[str, Any]) -> Thread:
    fields = _trimmed(row)
    answers = [_answer(answer) for answer in fields.pop("answer", [])]
    fields["tags"] = tuple(fields["tags"])
    return Thread(**fields, answers=tuple(sorted(answers, key=lambda answer: answer.after_minutes)))


def _answer(row: dict[str, Any]) -> Answer:
    fields = _trimmed(row)
    replies = [Reply(**_trimmed(reply)) for reply in fields.pop("reply", [])]
    return Answer(**fields, replies=tuple(sorted(replies, key=lambda reply: reply.after_minutes)))


def _ticket(row: dict[str, Any]) -> Ticket:
    fields = dict(row)
    messages = [Message(**_trimmed(message)) for message in fields.pop("message")]
    return Ticket(**fields, messages=tuple(sorted(messages, key=lambda message: message.after_minutes)))


def _trimmed(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "body": row["body"].strip()}


def _repeated(values: list[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def _people_faults(town: Town) -> Iterator[str]:
    for name in _repeated([person.name for person in town.people]):
        yield f"Two people are called {name}."
    for slug in _repeated([space.slug for space in town.spaces]):
        yield f"Two spaces are called {slug}."
    for person in town.people:
        if not NAME.fullmatch(person.name):
            yield f"The name {person.name} is not 3 to 20 of a-z, 0-9, dot, dash and underscore."
        if person.role not in get_args(RoleName):
            yield f"{person.name} has the unknown role {person.role}."
    played = sorted(person.demo for person in town.people if person.demo)
    if played != sorted(get_args(CastName)):
        yield f"The sign-in cast is {', '.join(played)}; each of {', '.join(get_args(CastName))} is needed once."


def _thread_faults(town: Town) -> Iterator[str]:
    spaces = {space.slug for space in town.spaces}
    for title in _repeated([thread.title for thread in town.threads]):
        yield f"Two questions have the title {title!r}."
    keys = [thread.key for thread in town.threads]
    keys += [answer.key for thread in town.threads for answer in thread.answers]
    for key in _repeated(keys):
        yield f"The key {key} is used twice."
    for thread in town.threads:
        if thread.space not in spaces:
            yield f"{thread.key} is in the unknown space {thread.space}."
        if not 0 < len(thread.title) <= TITLE_LIMIT:
            yield f"{thread.key} has a title of {len(thread.title)} characters."
        if not 1 <= len(set(thread.tags)) == len(thread.tags) <= TAGS_LIMIT:
            yield f"{thread.key} needs 1 to {TAGS_LIMIT} different tags."
        for tag in thread.tags:
            if not TAG.fullmatch(tag):
                yield f"{thread.key} has the tag {tag!r}, which is not a flat lower-case word."
        if thread.accepted and thread.accepted not in {answer.key for answer in thread.answers}:
            yield f"{thread.key} accepts {thread.accepted}, which is not among its answers."
        asked = thread.asked_hours_ago
        yield from _post_faults(town, thread.key, thread.author, thread.body, asked)
        for answer in thread.answers:
            answered = asked - answer.after_minutes / 60
            yield from _post_faults(town, answer.key, answer.author, answer.body, answered)
            for reply in answer.replies:
                replied = answered - reply.after_minutes / 60
                yield from _post_faults(town, f"a reply to {answer.key}", reply.author, reply.body, replied)


def _ticket_faults(town: Town) -> Iterator[str]:
    threads = {thread.key: thread for thread in town.threads}
    roles = {person.name: person.role for person in town.people}
    for ticket in town.tickets:
        where = f"The ticket {ticket.subject!r}"
        if ticket.topic not in get_args(TicketTopic):
            yield f"{where} has the unknown topic {ticket.topic}."
        if ticket.status not in get_args(TicketStatus):
            yield f"{where} has the unknown status {ticket.status}."
        if ticket.order_number and not ORDER_NUMBER.fullmatch(ticket.order_number):
            yield f"{where} has the odd order number {ticket.order_number}."
        if ticket.thread:
            thread = threads.get(ticket.thread)
            if thread is None:
                yield f"{where} grew from the unknown question {ticket.thread}."
            elif thread.author != ticket.requester or thread.asked_hours_ago < ticket.opened_hours_ago:
                yield f"{where} grew from {thread.key}, which is another person's or younger."
        first = ticket.messages[0] if ticket.messages else None
        if first is None or first.author != ticket.requester or first.internal or first.after_minutes != 0:
            yield f"{where} does not begin with its requester's own message."
        for message in ticket.messages:
            staff = roles.get(message.author) in STAFF
            if not staff and (message.internal or message.author != ticket.requester):
                yield f"{where} holds a message {message.author} could not have written."
            sent = ticket.opened_hours_ago - message.after_minutes / 60
            yield from _post_faults(town, where, message.author, message.body, sent)
        public = [message.author for message in ticket.messages if not message.internal]
        answered = any(author != ticket.requester for author in public)
        if answered == (ticket.status == "new"):
            yield f"{where} is {ticket.status}, which its messages do not show."
        if ticket.status == "waiting-user" and public[-1] == ticket.requester:
            yield f"{where} waits for a person who wrote last."


def _post_faults(town: Town, where: str, author: str, body: str, hours_ago: float) -> Iterator[str]:
    joined = {person.name: person.joined_days_ago * 24 for person in town.people}
    if not body:
        yield f"{where} is empty."
    if author not in joined:
        yield f"{where} is by the unknown person {author}."
    elif not 0 < hours_ago < joined[author]:
        yield f"{where} was written before {author} joined, or in the future."
