"""What the demo town is made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

RoleName = Literal["new", "member", "trusted", "moderator", "agent", "admin"]
CastName = Literal["seller", "helper", "moderator", "agent", "admin"]
TicketTopic = Literal[
    "dispute", "policy", "listing", "shipping", "payment", "tracking", "account", "ip", "safety"
]
TicketStatus = Literal["new", "open", "waiting-user", "solved"]
DeedName = Literal[
    "accept",
    "follow",
    "save",
    "edit",
    "propose",
    "duplicate",
    "differs",
    "still-right",
    "out-of-date",
    "lock",
    "archive",
    "delete",
    "undelete",
    "flag",
    "keep",
    "hide",
    "remove",
    "warn",
    "suspend",
    "appeal",
    "reverse",
    "let-stand",
    "catch-up",
    "take-to-marketplace",
    "tell-outcome",
]

STAFF: frozenset[str] = frozenset({"moderator", "agent", "admin"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`demo` names the sign-in of the printed cast that this person is, if any."""

    name: str
    display: str
    role: RoleName
    joined_days_ago: float
    bio: str
    demo: CastName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    slug: str
    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """What a tag is for, and which other words mean it."""

    name: str
    description: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """`file` lies in photos/ beside this module; `shows` describes it."""

    file: str
    shows: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`to` is the key of the answer, or of the earlier reply, that it replies to; a comment's is its question's.

    `after_minutes` counts from the answer it stands under, or from the question.
    """

    key: str
    to: str
    author: str
    after_minutes: int
    body: str
    helpful: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`key` is unique in the town; `after_minutes` counts from the question; so many found it helpful, or not."""

    key: str
    author: str
    after_minutes: int
    body: str
    helpful: int = 0
    unhelpful: int = 0
    photos: tuple[Photo, ...] = ()
    replies: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A question with its answers, earliest first; `accepted` is the key of one of them, `too` how many have it too."""

    key: str
    space: str
    title: str
    author: str
    asked_hours_ago: float
    tags: tuple[str, ...]
    body: str
    accepted: str | None = None
    too: int = 0
    photos: tuple[Photo, ...] = ()
    comments: tuple[Reply, ...] = ()
    answers: tuple[Answer, ...] = ()

    def posts(self) -> Iterator[tuple[str, str, float]]:
        """Key, author and age in hours of everything written in it, the question first."""
        asked = self.asked_hours_ago
        yield self.key, self.author, asked
        for comment in self.comments:
            yield comment.key, comment.author, asked - comment.after_minutes / 60
        for answer in self.answers:
            answered = asked - answer.after_minutes / 60
            yield answer.key, answer.author, answered
            for reply in answer.replies:
                yield reply.key, reply.author, answered - reply.after_minutes / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`after_minutes` counts from the opening of the ticket; internal ones are for staff only.

    With `published_as` it is no message: Support answers with it in the thread, and the answer has this key.
    """

    author: str
    after_minutes: int
    body: str
    internal: bool = False
    published_as: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """`thread` is the key of the question it grew from; the first message is the requester's.

    An `escalated` one is the thread itself, sent to Support; its first message is the note that goes along.
    """

    requester: str
    topic: TicketTopic
    subject: str
    tried: str
    status: TicketStatus
    opened_hours_ago: float
    messages: tuple[Message, ...]
    order_number: str = ""
    thread: str | None = None
    escalated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something `by` did `to` a thread, a post or a person, by its key or name, and `because` of what.

    `of` is the earlier question a duplicate points to, the reason of a flag or a decision, or the outcome with the
    marketplace. An edit or a suggestion puts `new` in the place of `old`. `days` is how long a suspension lasts; a long
    one is proposed. An appeal is against what was decided last about `to`.
    """

    do: DeedName
    by: str
    hours_ago: float
    to: str = ""
    of: str = ""
    because: str = ""
    old: str = ""
    new: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Somebody without an account says what is wrong with a post, by its key."""

    name: str
    email: str
    about: str
    reason: str
    hours_ago: float
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """People, spaces, tags and reports as written; threads, tickets and deeds oldest first."""

    people: tuple[Person, ...]
    spaces: tuple[Space, ...]
    tags: tuple[Tag, ...]
    threads: tuple[Thread, ...]
    tickets: tuple[Ticket, ...]
    deeds: tuple[Deed, ...]
    reports: tuple[Report, ...]

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

    def readers_who_vote(self) -> list[Person]:
        """Whose word counts, in the order of the files: no newcomers, no support, nobody who is, or shall be, suspended."""
        suspended = {deed.to for deed in self.deeds if deed.do == "suspend"}
        return [
            person
            for person in self.people
            if person.role not in {"new", "agent"} and person.name not in suspended
        ]
