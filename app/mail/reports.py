"""Reading what mail servers report: letters that came back (RFC 3464) and complaints (RFC 5965).

Anybody can write to the address such reports come to, so only a report that carries the sealed name of a letter of
ours counts, and only for the address that letter went to.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from enum import Enum, auto

from app.mail.naming import Name, read

MOST_BYTES = 512 * 1024
"""What is longer is cut off: what a report says stands before the letter it quotes."""

MOST_PARTS = 20
"""More parts inside parts than any report has; deeper ones only cost time."""

_PARTS = re.compile(rb"boundary\s*=|message/", re.IGNORECASE)
_LINES = re.compile(r"^message-id:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
_HEAD = 64 * 1024


class Verdict(Enum):
    """What a report says."""

    FOR_GOOD = auto()
    FOR_NOW = auto()
    COMPLAINT = auto()


@dataclass(frozen=True, slots=True)
class Report:
    """What happened to letters of ours; never more than one, as we write each to one address."""

    verdict: Verdict
    names: Sequence[Name]


def parse(raw: bytes) -> Report | None:
    """The report in these bytes; None when they are none, or about no letter of ours."""
    raw = raw[:MOST_BYTES]
    if len(_PARTS.findall(raw)) > MOST_PARTS:
        return None
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
        verdict = _verdict(message)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        # The library's ways to say that it cannot read a message somebody made to be unreadable.
        return None
    if verdict is None:
        return None
    name = _quoted_name(raw)
    return Report(verdict, [name]) if name else None


def _verdict(message: Message) -> Verdict | None:
    if message.get_content_type() != "multipart/report":
        return None
    for part in _parts(message):
        kind = part.get_content_type()
        if kind == "message/feedback-report":
            return Verdict.COMPLAINT if "abuse" in _field(_fields(part), "feedback-type").lower() else None
        if kind == "message/delivery-status":
            return _of_delivery(part)
    return None


def _of_delivery(part: Message) -> Verdict | None:
    """The gravest of what is said of the recipients; delays say nothing yet."""
    found = set()
    for fields in _blocks(part):
        status = _field(fields, "status").strip()
        if _field(fields, "action").strip().lower() == "failed" and status[:2] in {"4.", "5."}:
            found.add(Verdict.FOR_GOOD if status.startswith("5") else Verdict.FOR_NOW)
    return Verdict.FOR_GOOD if Verdict.FOR_GOOD in found else next(iter(found), None)


def _parts(message: Message) -> Iterator[Message]:
    payload = message.get_payload()
    return (part for part in payload if isinstance(part, Message)) if isinstance(payload, list) else iter(())


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a delivery status: the library makes each a message."""
    return _parts(part)


def _fields(part: Message) -> Message:
    """The fields of a feedback report, which the library reads as the headers of a message within, or leaves as text."""
    for inner in _parts(part):
        return inner
    text = str(part.get_payload())[:_HEAD]
    return BytesParser(policy=policy.compat32).parsebytes(text.encode("utf-8", "replace"), headersonly=True)


def _field(fields: Message, name: str) -> str:
    return str(fields.get(name, ""))[:200]


def _quoted_name(raw: bytes) -> Name | None:
    """The name of the letter that the report quotes, from its `Message-ID` line."""
    for line in _LINES.finditer(raw.decode("latin-1")):
        if name := read(line[1][:1_000]):
            return name
    return None
