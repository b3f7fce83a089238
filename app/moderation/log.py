"""The staff's log as moderators read it: who did what, when, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select

from app.accounts.actor import Actor
from app.accounts.queries import Person, people
from app.audit.models import AuditEntry, AuditPayload
from app.core.db import db
from app.core.web.pages import Page, cut
from app.moderation.acts import Verb
from app.moderation.words import FINDINGS, Reason

PAGE_SIZE = 50
TICKET = "ticket"
OF_TICKETS = frozenset({"set_status", "take"})
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9000, 1, 1)

VERBS: Mapping[str, LazyString] = {
    "accept": _("Accepted an answer that is not theirs"),
    "add channel": _("Added a channel"),
    "add person": _("Added a person"),
    "add_space": _("Added a topic"),
    "appeal": _("Asked for another look at a decision"),
    "appeal_report": _("Somebody without an account asked for another look at a decision"),
    "add_watched_word": _("Added a watched word"),
    "agree": _("Agreed with what another moderator proposed"),
    "add_tag_alias": _("Gave a tag another name"),
    "anonymise": _("Made an account nobody's"),
    "archive": _("Archived a question"),
    "change address": _("Changed their e-mail address"),
    "change photos": _("Changed the photos of a post"),
    "change role": _("Changed a role"),
    "change trust": _("Trust changed"),
    "change_watched_word": _("Changed a watched word"),
    "check channel": _("Checked a channel"),
    "delete_watched_word": _("Deleted a watched word"),
    "decline": _("Declined what another moderator proposed"),
    "describe_tag": _("Described a tag"),
    "edit": _("Edited a post that is not theirs"),
    "edit_space": _("Changed a topic"),
    "escalate": _("Sent a question to Support"),
    "handle_flag": _("Looked at a flag"),
    "hide": _("Hid something"),
    "keep": _("Kept or released something"),
    "invite second": _("Invited somebody from outside to agree"),
    "let stand": _("Let a decision stand on appeal"),
    "lift": _("Lifted what held for a person"),
    "lift suspension": _("Lifted a suspension"),
    "lock": _("Locked a thread"),
    "duplicate": _("Said that a question was asked before"),
    "hold_posts": _("Lets what somebody posts wait for a look"),
    "mark_duplicate": _("Said that a question was asked before"),
    "mask": _("Put a passage of a post away"),
    "merge accounts": _("Merged another account into a person's"),
    "merge": _("Merged a thread into another"),
    "merge_spaces": _("Merged a topic into another"),
    "merge_tags": _("Merged a tag into another"),
    "move": _("Moved a thread to another topic"),
    "propose": _("Proposed something that needs two"),
    "publish answer": _("Published an answer from Support"),
    "refuse": _("Refused a held post"),
    "release": _("Released a held post"),
    "remove channel": _("Removed a channel"),
    "remove_tag_alias": _("Took a name from a tag"),
    "remove": _("Removed something"),
    "rename": _("Changed their name"),
    "restore": _("Restored something"),
    "retag": _("Changed the tags of a thread"),
    "reverse": _("Reversed a decision on appeal"),
    "set_status": _("Changed the status of a ticket"),
    "silence": _("Silenced a person"),
    "split": _("Made a post a thread of its own"),
    "start trial": _("Set a trial"),
    "stop trial": _("Stopped a trial"),
    "suspend": _("Suspended a person"),
    "switch_watched_word": _("Switched a watched word on or off"),
    "take": _("Took a ticket"),
    "take_photos": _("Took photos of a post away"),
    "take address back": _("Took their e-mail address back"),
    "unarchive": _("Brought a question back from the archive"),
    "undo": _("Took a decision back"),
    "unlock": _("Unlocked a thread"),
    "warn": _("Warned a person"),
    "unmark_duplicate": _("Said that a question was not asked before"),
}
"""Everything `audit.operations.record` is told, in words; a test finds what is missing."""

TARGETS: Mapping[str, LazyString] = {
    "account": _("Person"),
    "channel": _("Channel"),
    "decision": _("Decision"),
    "flag": _("Flag"),
    "post": _("Post"),
    "proposal": _("Proposal"),
    "space": _("Topic"),
    "tag": _("Tag"),
    "thread": _("Thread"),
    TICKET: _("Ticket"),
    "trial": _("Trial"),
    "watched_word": _("Watched word"),
}

FACTS: Mapping[str, LazyString] = {
    "action": _("What happens"),
    "after": _("After"),
    "alias": _("Other name"),
    "act": _("Act"),
    "because": _("Because"),
    "before": _("Before"),
    "begins_on": _("From"),
    "decision": _("Decision"),
    "ends_on": _("To"),
    "from": _("From"),
    "into": _("Into"),
    "involved": _("Had written in the thread"),
    "name": _("Name"),
    "outside": _("From outside"),
    "number": _("Number of the other account"),
    "pattern": _("Watched for"),
    "reason": _("Reason"),
    "role": _("Role"),
    "rule": _("Rule"),
    "said": _("What was said"),
    "share": _("Share, percent"),
    "switched": _("Switched"),
    "threads": _("Threads"),
    "to": _("To"),
    "until": _("Until"),
    "value": _("Channel"),
}
"""What is said of an act; anything else it holds is for machines."""

DECISIONS = frozenset({*Verb, "handle_flag", "refuse"})
"""Acts whose reason is one of `words.Reason`."""

ONCE_CALLED = {"advert": Reason.SPAM, "unkind": Reason.ABUSE}
"""What some were called in entries of earlier versions, which nobody can change."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: acts by one person, of one kind, on one kind of thing or one thing, on days of the reader's."""

    by_id: int | None = None
    verb: str = ""
    target: str = ""
    target_id: int | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry. `by` is None for what was done on the server, by a command or a job; `about` is the person it was done to.

    `url` leads to a post or thread. `facts` are names and values; `hash` seals the entry.
    """

    number: int
    at: datetime
    by: Person | None
    what: LazyString | str
    target: LazyString | str
    target_id: int | None
    about: Person | None
    url: str | None
    facts: Sequence[tuple[LazyString, str]]
    hash: str


def offered(actor: Actor) -> tuple[Mapping[str, LazyString], Mapping[str, LazyString]]:
    """What the log can be narrowed by: the acts, and what they were done to; of tickets only for who works on them."""
    if actor.is_agent:
        return VERBS, TARGETS
    acts = {verb: words for verb, words in VERBS.items() if verb not in OF_TICKETS}
    return acts, {target: words for target, words in TARGETS.items() if target != TICKET}


def entries(actor: Actor, wanted: Wanted, number: int) -> Page[LogRow]:
    """Page `number` of the log, the newest first, for a moderator; tickets are seen by who works on tickets alone."""
    rows = db.session.execute(
        select(AuditEntry, AuditPayload.facts)
        .outerjoin(AuditPayload)
        .where(*_conditions(actor, wanted))
        .order_by(AuditEntry.id.desc())
        .offset((number - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE + 1)
    ).all()
    return cut(_rows(rows), number, PAGE_SIZE)


def numbered(numbers: Collection[int]) -> list[LogRow]:
    """The entries with these numbers, for a page that says only what its reader may know."""
    wanted = select(AuditEntry, AuditPayload.facts).outerjoin(AuditPayload).where(AuditEntry.id.in_(numbers))
    return _rows(db.session.execute(wanted).all())


def _rows(rows: Sequence[Any]) -> list[LogRow]:
    known = people([person for entry, _facts in rows for person in (entry.actor_id, _account_of(entry))])
    return [_row(entry, facts, known) for entry, facts in rows]


def _conditions(actor: Actor, wanted: Wanted) -> list[ColumnElement[bool]]:
    zone = ZoneInfo(actor.tz)
    conditions = [] if actor.is_agent else [AuditEntry.target != TICKET]
    if wanted.by_id is not None:
        conditions.append(AuditEntry.actor_id == wanted.by_id)
    if wanted.verb:
        conditions.append(AuditEntry.verb == wanted.verb)
    if wanted.target:
        conditions.append(AuditEntry.target == wanted.target)
    if wanted.target_id is not None:
        conditions.append(AuditEntry.target_id == wanted.target_id)
    if wanted.since:
        conditions.append(AuditEntry.at >= datetime.combine(_within(wanted.since), time(), zone))
    if wanted.until:
        conditions.append(AuditEntry.at <= datetime.combine(_within(wanted.until), time.max, zone))
    return conditions


def _within(day: date) -> date:
    """A day that has a time in every zone, which the first and the last of the calendar have not."""
    return min(max(day, FIRST_DAY), LAST_DAY)


def _row(entry: AuditEntry, facts: Mapping[str, Any] | None, known: Mapping[int, Person]) -> LogRow:
    return LogRow(
        number=entry.id,
        at=entry.at,
        by=known.get(entry.actor_id or 0),
        what=VERBS.get(entry.verb, entry.verb),
        target=TARGETS.get(entry.target, entry.target),
        target_id=entry.target_id,
        about=known.get(_account_of(entry) or 0),
        url=_url(entry),
        facts=[
            (FACTS[name], _said(entry.verb, value))
            for name, value in (facts or {}).items()
            if name in FACTS and value
        ],
        hash=entry.hash,
    )


def _account_of(entry: AuditEntry) -> int | None:
    return entry.target_id if entry.target == "account" else None


def _said(verb: str, value: Any) -> str:
    if verb in DECISIONS and value in set(Reason) | set(ONCE_CALLED):
        return str(FINDINGS[ONCE_CALLED.get(value) or Reason(value)])
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values() if part)
    return str(value)


def _url(entry: AuditEntry) -> str | None:
    if entry.target == "post":
        return url_for("forum.post", post_id=entry.target_id)
    return url_for("forum.thread", thread_id=entry.target_id) if entry.target == "thread" else None
