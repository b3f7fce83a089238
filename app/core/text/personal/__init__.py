"""Personal data in what people write: found, shown to its writer, masked for the public.

Telephone numbers, e-mail addresses, bank accounts, cards, parcel numbers, street addresses. Nothing leaves the
process, and the time is linear in the length of the text.
"""

import re
from collections.abc import Callable, Iterable

from app.core.text.personal.addresses import addresses
from app.core.text.personal.folding import fold
from app.core.text.personal.kinds import Finding, Kind, mask
from app.core.text.personal.mails import mails
from app.core.text.personal.numbers import Numbers
from app.core.text.personal.phones import Phones
from app.core.text.personal.runs import runs

__all__ = ["REGION", "Finding", "Kind", "Passages", "find", "find_all", "mask", "masked"]

Passages = Callable[[str], Iterable[tuple[int, int]]]
"""Where in a text further passages are that are masked, each from its beginning to its end."""

REGION = "GB"
"""Whose numbers are read without a calling code where nobody says which."""

MOST_ROUNDS = 3

_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}", re.IGNORECASE)
_CARDS = frozenset({Kind.CARD, Kind.CODE})


def find(text: str, region: str = REGION, kinds: Iterable[Kind] = Kind) -> list[Finding]:
    """Personal data in `text`, in order, no two over one another; of `kinds` only.

    Numbers without a calling code are read as those of `region` (ISO 3166, two letters). Where a thing may be two,
    what checks itself wins: an account before a card, a card before a parcel, a parcel before a telephone.
    """
    folded = fold(text)
    plain = folded.text
    wanted = set(kinds)
    numbers = Numbers(plain)
    found: list[Finding] = []
    digits = list(runs(plain))
    if not wanted <= _CARDS:
        links = [link.span() for link in _LINK.finditer(plain)]
        phones = Phones(plain, region, links)
        found += mails(plain)
        found += numbers.ibans()
        found += (card for run in digits for card in numbers.cards(run))
        found += numbers.codes()
        found += numbers.lettered_parcels()
        found += (parcel for run in digits for parcel in numbers.plain_parcels(run))
        found += (phone for run in digits for phone in phones.find(run))
        found += addresses(plain)
    else:
        found += (card for run in digits for card in numbers.cards(run))
        found += numbers.codes()
    apart = _apart(finding for finding in found if finding.kind in wanted)
    return [Finding(*folded.written(finding.start, finding.end), finding.kind) for finding in apart]


def find_all(
    text: str, region: str = REGION, kinds: Iterable[Kind] = Kind, passages: Passages | None = None
) -> list[Finding]:
    """`find`, and the further `passages`; what lies over one another is one finding, a WORD."""
    found = find(text, region, kinds)
    words = [Finding(start, end, Kind.WORD) for start, end in passages(text)] if passages else []
    if not words:
        return found
    joined: list[Finding] = []
    for finding in sorted([*found, *words]):
        if joined and finding.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = Finding(last.start, max(last.end, finding.end), Kind.WORD)
        else:
            joined.append(finding)
    return joined


def masked(
    text: str, region: str = REGION, kinds: Iterable[Kind] = Kind, passages: Passages | None = None
) -> str:
    """`text` as the public reads it: of every finding its beginning and end stay; nothing is found in it any more.

    The further `passages` go whole.
    """
    kinds = list(kinds)
    for _round in range(MOST_ROUNDS):
        findings = find_all(text, region, kinds, passages)
        if not findings:
            return text
        text = _replaced(text, findings)
    return re.sub(r"\d", "•", text) if find(text, region, kinds) else text


def _replaced(text: str, findings: list[Finding]) -> str:
    parts = []
    position = 0
    for finding in findings:
        parts += [text[position : finding.start], mask(finding.kind, text[finding.start : finding.end])]
        position = finding.end
    return "".join([*parts, text[position:]])


def _apart(findings: Iterable[Finding]) -> list[Finding]:
    """Those that begin before none that came first, in the order of the text."""
    kept: list[Finding] = []
    taken = bytearray()
    for finding in findings:
        if len(taken) < finding.end:
            taken.extend(bytes(finding.end - len(taken)))
        if not any(taken[finding.start : finding.end]):
            taken[finding.start : finding.end] = b"\1" * (finding.end - finding.start)
            kept.append(finding)
    return sorted(kept)
