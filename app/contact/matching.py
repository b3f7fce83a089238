"""When two ways of writing a number, an address, a handle or a link mean the same one. Exactly, or not at all."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

import phonenumbers
from flask_babel import lazy_gettext as _

from app.accounts import addresses
from app.contact.models import LONGEST_VALUE, Kind
from app.core.problems import Problem

HANDLE = re.compile(r"@?([\w.-]{2,60})")
AROUND = " \t\r\n<>()[]\"'“”‘’.,;:!"
USUAL_PORTS = {None, 80, 443}

UNFIT = {
    Kind.PAGE: _("Write the whole address of the page: https://shop.example/help."),
    Kind.APP: _("Write the address of the app in its store."),
    Kind.MAIL: _("Write an e-mail address like help@shop.example."),
    Kind.PHONE: _("Write the number with its country, like +44 20 7946 0018."),
    Kind.HANDLE: _("Write a name like @shop."),
}


def key(kind: Kind, value: str) -> str:
    """What is compared. Raises Problem, beside `value`, for what is none of its kind."""
    found = KEYS[kind](value.strip()) if len(value) <= LONGEST_VALUE else None
    if found is None:
        raise Problem(UNFIT[kind], "value")
    return found


def keys(pasted: str, regions: Iterable[str] = ()) -> list[str]:
    """Every key that `pasted` may mean; a number without its country is tried in each of `regions` (ISO 3166)."""
    words = unicodedata.normalize("NFKC", pasted).strip(AROUND) if len(pasted) <= LONGEST_VALUE else ""
    found = [_mail(words.removeprefix("mailto:")), _link(words), _handle(words), _phone(words)]
    found += [_phone(words.removeprefix("tel:"), region) for region in regions]
    return list(dict.fromkeys(one for one in found if one))


def region(number: str) -> str | None:
    """The country of a stored number."""
    parsed = phonenumbers.parse(number, None)
    return phonenumbers.region_code_for_country_code(parsed.country_code or 0) or None


def _mail(words: str) -> str | None:
    address = addresses.canonical(words)
    return f"mail:{address}" if address else None


def _phone(words: str, country: str | None = None) -> str | None:
    try:
        parsed = phonenumbers.parse(words, country)
    except phonenumbers.NumberParseException:
        return None
    if parsed.extension or not phonenumbers.is_possible_number(parsed):
        return None
    return f"phone:{phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)}"


def _handle(words: str) -> str | None:
    name = HANDLE.fullmatch(words)
    return f"handle:{name[1].lower()}" if name else None


def _link(words: str) -> str | None:
    """Host, path and query; http is as good as https, and `www.` belongs to whoever the rest belongs to."""
    if any(sign.isspace() for sign in words) or ("@" in words and "://" not in words):
        return None
    try:
        parts = urlsplit(words if "://" in words else f"https://{words}")
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
        port = parts.port
    except (UnicodeError, ValueError):
        return None
    dotted = "." in host.strip(".")
    if parts.scheme.lower() not in {"http", "https"} or not dotted or parts.username is not None:
        return None
    there = host.rstrip(".").removeprefix("www.") + ("" if port in USUAL_PORTS else f":{port}")
    return f"link:{there}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")


def _page(words: str) -> str | None:
    return _link(words) if words.lower().startswith("https://") else None


KEYS: dict[Kind, Callable[[str], str | None]] = {
    Kind.PAGE: _page,
    Kind.APP: _page,
    Kind.MAIL: _mail,
    Kind.PHONE: _phone,
    Kind.HANDLE: _handle,
}


def regions(numbers: Iterable[str]) -> Iterator[str]:
    """The countries of stored numbers."""
    yield from dict.fromkeys(code for code in map(region, numbers) if code)
