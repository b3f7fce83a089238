"""What somebody types who wants search to stumble."""

import json
from collections.abc import Iterator
from pathlib import Path

HOSTILE = [
    "(" * 200,
    "*" * 200,
    "a* b* c* " * 20,
    "?????*~ *a* ?b? [a TO z]",
    '"' * 199,
    "-" * 200,
    '-"' * 100,
    "((((((((((a OR b) AND c) NOT d) OR e) AND f) OR g)))",
    "title:parcel OR body:* AND NOT (x TO y] {z}^5~2 /.*/ ",
    "is:solved is:open -is:solved tag: by:: kind:question after:2020 before:x " * 3,
    "parcel " * 5_000,
    " ".join(f"word{number}" for number in range(5_000)),
    " ".join("abcdefghijklmnopqrstuvwxyz" * 4),
    "ﷺ" * 60,
    "\u202eparcel\u0000\u200d" * 10,
    "e\u0301" * 90,
    "a" + "\u0300" * 5_000,
    "𝓹𝓪𝓻𝓬𝓮𝓵 " * 20,
    "１２ ½ Ⅷ ① ß ŉ İı",
    "\ud7ff\ue000\ufffe\uffff",
    '"parcel parcel parcel parcel parcel parcel parcel parcel"',
    '"the and of"',
    "'" * 200,
    "a'" * 100,
    "x" * 100_000,
    "%' OR 1=1; DROP TABLE post; --",
    "{{7*7}} ${7*7} <%= 7*7 %>",
]


def attacks(shared_data: Path) -> Iterator[str]:
    """Strings that broke others."""
    for name in ("naughty_strings", "xss_nh3_test_strings", "html_event_attributes"):
        yield from _strings(json.loads((shared_data / "attack" / f"{name}.json").read_text(encoding="utf-8")))


def _strings(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from _strings(value)
    elif isinstance(found, list):
        for value in found:
            yield from _strings(value)
