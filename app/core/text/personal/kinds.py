"""What is found, and what others see of it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from app.core.text.personal.folding import fold

_DIGIT = re.compile(r"\d")
_NOT_DIGIT = re.compile(r"\D+")
_NOT_SIGN = re.compile(r"[^0-9A-Za-z]+")
_WORD = re.compile(r"[^\W\d_]+")
_POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?) ?\d[A-Z]{2}", re.IGNORECASE)
_LONG_NUMBER = 9


class Kind(StrEnum):
    """The kinds of personal data, and the one thing beside it that is masked: a word that this site does not show."""

    PHONE = "phone"
    EMAIL = "email"
    IBAN = "iban"
    CARD = "card"
    CODE = "code"
    PARCEL = "parcel"
    ADDRESS = "address"
    WORD = "word"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Personal data in a text: `text[start:end]` is a `kind`."""

    start: int
    end: int
    kind: Kind


def mask(kind: Kind, written: str) -> str:
    """`written` as others see it: beginning and end that whoever knows it recognises, and nothing to use."""
    plain = fold(written).text
    if kind is Kind.EMAIL:
        first = _WORD.search(plain) or _DIGIT.search(plain)
        return f"{first[0][0] if first else ''}•••@•••.{_ending(plain)}"
    if kind is Kind.ADDRESS:
        postcode = _POSTCODE.fullmatch(plain)
        return f"{postcode[1]} •••" if postcode else _WORD.sub(_initial, _DIGIT.sub("•", plain))
    if kind in {Kind.CODE, Kind.WORD}:
        return "•••"
    signs = _NOT_SIGN.sub("", plain)
    if kind is Kind.CARD:
        return f"•••• •••• •••• {signs[-4:]}"
    if kind is Kind.IBAN:
        return f"{signs[:2]}•• •••• •••• •{signs[-3:]}"
    if kind is Kind.PARCEL:
        return f"{signs[:2]}••• •••• {signs[-3:]}"
    return _masked_phone(plain)


def _masked_phone(plain: str) -> str:
    digits = _NOT_DIGIT.sub("", plain)
    if len(digits) < _LONG_NUMBER:
        return f"{'+' if '+' in plain else ''}••• ••{digits[-2:]}"
    if "+" in plain:
        return f"+{country_code(digits)} •••• ••{digits[-3:]}"
    return f"{digits[:2]}••• ••{digits[-3:]}"


def country_code(digits: str) -> str:
    """The calling code that international `digits` begin with, empty when there is none."""
    return next((digits[:n] for n in (1, 2, 3) if int(digits[:n] or 0) in COUNTRY_CODE_TO_REGION_CODE), "")


def _ending(plain: str) -> str:
    return str((_WORD.findall(plain) or [""])[-1])[:6]


def _initial(word: re.Match[str]) -> str:
    return f"{word[0][0]}•••"
