"""The table of signs, and the sum of those that a text and its writer show. In time linear in the length of the text.

The points are our own judgement, made so that no one sign is enough: somebody new who asks their first question has 4. What
the signs are is common to the anti-spam of forums: Discourse holds newcomers' links and the same host posted by several
(`newuser_spam_host_threshold` 3), Stack Exchange's SmokeDetector looks for telephone numbers, capitals and repeated text.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Role
from app.config import Settings
from app.core.parts import part
from app.core.text import Kind, find, links, plain
from app.moderation.watching.folding import Reading

NOTED = 5
"""From here on moderators are told."""
HELD = 8
"""From here on a post of somebody with trust 0 waits for a look before anybody else sees it."""
REMEMBERED = timedelta(days=30)
SHORTEST_REPEATED = 100
"""Characters, folded: what is shorter, as 'thank you, that worked', many people write."""
OTHERS_WITH_HOST = 2
MOST_HOSTS = 20

SIGNS: Mapping[str, LazyString] = {
    "new": _("New here, without any trust yet"),
    "first-day": _("Signed up less than a day before"),
    "first-week": _("Signed up less than a week before"),
    "link": _("A link"),
    "links": _("Two links or more in a hundred words"),
    "repeated": _("The same text was posted elsewhere in the last 30 days"),
    "shared-host": _("Others who are new posted links to the same place in the last 30 days"),
    "capitals": _("Most of it in capitals"),
    "contact": _("Asks to be contacted at a number or address in it"),
}

_POINTS = {
    "new": 2,
    "first-day": 2,
    "first-week": 1,
    "link": 1,
    "links": 3,
    "repeated": 4,
    "shared-host": 3,
    "capitals": 1,
    "contact": 3,
}
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_CONTACT = re.compile(
    r"\b(?:contact|call|ring|text|message|dm|write to|mail|email|e-mail|whatsapp|telegram)\s{1,3}"
    r"(?:me|us|him|her|them|now|on|at|via|\+?\d)",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_FEWEST_CAPITALS = 20
_MOSTLY = 0.6


@dataclass(frozen=True, slots=True)
class Written:
    """What of a text counts: its digest, None for a short one, those of the hosts it links to, and what shows in it."""

    digest: str | None
    hosts: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def traces(self) -> tuple[str, ...]:
        """What is remembered of it."""
        return (*self.hosts, *([self.digest] if self.digest else []))


def is_scored(role: Role) -> bool:
    """Whether what somebody of this role posts is scored: those with trust 0 and 1."""
    return role in {Role.NEW, Role.MEMBER}


def read(title: str, html: str) -> Written:
    """What of rendered, unmasked `html` and its thread's `title` counts."""
    text = f"{title}\n{plain(html)}"
    addresses = links(html, title)
    shown = []
    if addresses:
        shown.append(
            "links" if len(addresses) >= 2 and len(addresses) * 50 >= len(_WORD.findall(text)) else "link"
        )
    letters = [sign for sign in text if sign.isalpha()]
    if len(letters) >= _FEWEST_CAPITALS and sum(map(str.isupper, letters)) > _MOSTLY * len(letters):
        shown.append("capitals")
    if _CONTACT.search(text) and find(text, part(Settings).region, (Kind.PHONE, Kind.EMAIL)):
        shown.append("contact")
    folded = " ".join(word.text for word in Reading(text).words)
    hosts = {_host(address) for address in addresses[:MOST_HOSTS]}
    return Written(
        _digest("text", folded) if len(folded) >= SHORTEST_REPEATED else None,
        tuple(sorted(_digest("host", host.removeprefix("www.")) for host in hosts if host)),
        tuple(shown),
    )


def points(
    role: Role, here: timedelta, written: Written, *, repeated: bool, shared_host: bool
) -> dict[str, int]:
    """The signs with their points; `here` is for how long its writer had been here."""
    signs = [
        *(["new"] if role is Role.NEW else []),
        *(["first-day"] if here < _DAY else ["first-week"] if here < _WEEK else []),
        *written.shown,
        *(["repeated"] if repeated else []),
        *(["shared-host"] if shared_host else []),
    ]
    return {sign: _POINTS[sign] for sign in signs}


def _digest(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}\n{value}".encode(errors="replace")).hexdigest()[:32]


def _host(address: str) -> str | None:
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:
        return None
