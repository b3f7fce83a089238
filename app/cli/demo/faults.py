"""Where the demo files contradict themselves: broken references, limits and times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import get_args

from app.cli.demo.things import (
    STAFF,
    CastName,
    Deed,
    DeedName,
    Reply,
    RoleName,
    Thread,
    Ticket,
    TicketStatus,
    TicketTopic,
    Town,
)
from app.moderation.words import Reason

TITLE_LIMIT = 150
TAGS_LIMIT = 4
NAME = re.compile(r"[a-z0-9._-]{3,20}")
TAG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ORDER_NUMBER = re.compile(r"TM-\d{5}-\d{3}")
DECISIONS = frozenset({"keep", "hide", "remove", "lock", "archive", "warn", "suspend"})
FOR_A_REASON = DECISIONS - {"keep", "archive"} | {"flag"}
SAY_WHY = FOR_A_REASON | {"edit", "propose", "differs", "archive", "appeal", "reverse", "let-stand"}


def faults(town: Town) -> Iterator[str]:
    """One sentence for every broken reference, limit or time."""
    yield from _people_faults(town)
    yield from _tag_faults(town)
    yield from _thread_faults(town)
    yield from _ticket_faults(town)
    yield from _deed_faults(town)
    yield from _moderation_faults(town)


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


def _tag_faults(town: Town) -> Iterator[str]:
    carried = {tag for thread in town.threads for tag in thread.tags}
    words = [tag.name for tag in town.tags] + [alias for tag in town.tags for alias in tag.aliases]
    for word in _repeated(words):
        yield f"The tag {word} is told of twice."
    for tag in town.tags:
        if tag.name not in carried:
            yield f"No question carries the tag {tag.name}."
        for alias in carried.intersection(tag.aliases):
            yield f"{alias} means the tag {tag.name} and is carried by a question."


def _thread_faults(town: Town) -> Iterator[str]:
    spaces = {space.slug for space in town.spaces}
    voters = len(town.readers_who_vote())
    for title in _repeated([thread.title for thread in town.threads]):
        yield f"Two questions have the title {title!r}."
    for key in _repeated([key for thread in town.threads for key, *_rest in thread.posts()]):
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
        if thread.too >= voters:
            yield f"{thread.key} is had by {thread.too}, and {voters} people may say so."
        yield from _written_faults(town, thread)


def _written_faults(town: Town, thread: Thread) -> Iterator[str]:
    bodies = {thread.key: thread.body}
    voters = len(town.readers_who_vote())
    yield from _reply_faults(thread.key, thread.comments)
    bodies |= {comment.key: comment.body for comment in thread.comments}
    for answer in thread.answers:
        bodies[answer.key] = answer.body
        bodies |= {reply.key: reply.body for reply in answer.replies}
        if answer.helpful + answer.unhelpful >= voters:
            yield f"{answer.key} has {answer.helpful + answer.unhelpful} votes, and {voters} people may vote."
        yield from _reply_faults(answer.key, answer.replies)
    for key, author, hours_ago in thread.posts():
        yield from _post_faults(town, key, author, bodies[key], hours_ago)


def _reply_faults(under: str, replies: tuple[Reply, ...]) -> Iterator[str]:
    before = {under}
    for reply in replies:
        if reply.to not in before:
            yield f"{reply.key} replies to {reply.to}, which was not written before it under {under}."
        before.add(reply.key)


def _ticket_faults(town: Town) -> Iterator[str]:
    threads = {thread.key: thread for thread in town.threads}
    for ticket in town.tickets:
        where = f"The ticket {ticket.subject!r}"
        if ticket.topic not in get_args(TicketTopic):
            yield f"{where} has the unknown topic {ticket.topic}."
        if ticket.status not in get_args(TicketStatus):
            yield f"{where} has the unknown status {ticket.status}."
        if ticket.order_number and not ORDER_NUMBER.fullmatch(ticket.order_number):
            yield f"{where} has the odd order number {ticket.order_number}."
        if ticket.escalated and not ticket.thread:
            yield f"{where} was sent on and names no question."
        if ticket.thread:
            thread = threads.get(ticket.thread)
            if thread is None:
                yield f"{where} grew from the unknown question {ticket.thread}."
            elif thread.author != ticket.requester or thread.asked_hours_ago < ticket.opened_hours_ago:
                yield f"{where} grew from {thread.key}, which is another person's or younger."
        first = ticket.messages[0] if ticket.messages else None
        if first is None or first.author != ticket.requester or first.internal or first.after_minutes != 0:
            yield f"{where} does not begin with its requester's own message."
        yield from _message_faults(town, ticket, where)
        public = [message.author for message in ticket.messages if not message.internal]
        answered = any(author != ticket.requester for author in public)
        if answered == (ticket.status == "new"):
            yield f"{where} is {ticket.status}, which its messages do not show."
        if ticket.status == "waiting-user" and public[-1] == ticket.requester:
            yield f"{where} waits for a person who wrote last."


def _message_faults(town: Town, ticket: Ticket, where: str) -> Iterator[str]:
    roles = {person.name: person.role for person in town.people}
    for message in ticket.messages:
        staff = roles.get(message.author) in STAFF
        if not staff and (message.internal or message.author != ticket.requester):
            yield f"{where} holds a message {message.author} could not have written."
        if message.published_as and not (ticket.escalated and staff and not message.internal):
            yield f"{where} publishes an answer that is none of Support's, or nobody sent it there."
        sent = ticket.opened_hours_ago - message.after_minutes / 60
        yield from _post_faults(town, where, message.author, message.body, sent)


def _post_faults(town: Town, where: str, author: str, body: str, hours_ago: float) -> Iterator[str]:
    joined = {person.name: person.joined_days_ago * 24 for person in town.people}
    if not body:
        yield f"{where} is empty."
    if author not in joined:
        yield f"{where} is by the unknown person {author}."
    elif not 0 < hours_ago < joined[author]:
        yield f"{where} was written before {author} joined, or in the future."


def _deed_faults(town: Town) -> Iterator[str]:
    written = _written(town)
    joined = {person.name: person.joined_days_ago * 24 for person in town.people}
    for deed in town.deeds:
        where = f"The deed {deed.do} by {deed.by}"
        since = joined if deed.to in joined else written
        if deed.do not in get_args(DeedName):
            yield f"{where} is unknown."
        if not 0 < deed.hours_ago < joined.get(deed.by, 0):
            yield f"{where} is by an unknown person, before they joined, or in the future."
        if deed.do != "catch-up" and not deed.hours_ago < since.get(deed.to, 0):
            yield f"{where} is done to {deed.to!r}, which is unknown or was not there yet."
        yield from _part_faults(deed, where, written)


def _part_faults(deed: Deed, where: str, written: dict[str, float]) -> Iterator[str]:
    if deed.do == "duplicate" and not deed.hours_ago < written.get(deed.of, 0):
        yield f"{where} points to {deed.of!r}, which is unknown or was not there yet."
    if deed.do in {"edit", "propose"} and not (deed.old and deed.old != deed.new):
        yield f"{where} changes nothing."
    if deed.do in SAY_WHY and not deed.because:
        yield f"{where} does not say why."
    if deed.do in FOR_A_REASON and deed.of not in set(Reason):
        yield f"{where} stands on the unknown reason {deed.of!r}."


def _moderation_faults(town: Town) -> Iterator[str]:
    """Appeals come after what they are against, and answers after appeals."""
    decided, appealed = set(), set()
    for deed in town.deeds:
        if deed.do in DECISIONS:
            decided.add(deed.to)
        elif deed.do == "appeal":
            appealed.add(deed.to)
            if deed.to not in decided:
                yield f"{deed.by} appeals about {deed.to}, of which nothing was decided yet."
        elif deed.do in {"reverse", "let-stand"}:
            if deed.to not in appealed:
                yield f"{deed.by} answers an appeal about {deed.to} that nobody made yet."
            appealed.discard(deed.to)
    written = _written(town)
    for report in town.reports:
        if not 0 < report.hours_ago < written.get(report.about, 0):
            yield f"{report.name} reports {report.about!r}, which is unknown or was not there yet."
        if report.reason not in set(Reason):
            yield f"{report.name} reports {report.about} for the unknown reason {report.reason!r}."
        if not report.body:
            yield f"{report.name} does not say what is wrong with {report.about}."


def _written(town: Town) -> dict[str, float]:
    """How many hours ago everything in threads was written, by its key."""
    written = {key: hours_ago for thread in town.threads for key, _author, hours_ago in thread.posts()}
    for ticket in town.tickets:
        for message in ticket.messages:
            if message.published_as:
                written[message.published_as] = ticket.opened_hours_ago - message.after_minutes / 60
    return written
