"""Numbers that check themselves: bank accounts, cards, parcels; and the code on the back of a card."""

import re
from collections.abc import Iterator

import tracking_numbers
from stdnum import iban, luhn

from app.core.text.personal.kinds import Finding, Kind
from app.core.text.personal.runs import Run

MOST_ASKED = 100
"""How often one text may ask the libraries; a text with more is no ordinary one, and what looks like a number is one."""

MOST_LOOKED_AT = 1_000
"""At how many places of one text a card may begin."""

MOST_GROUPS_IN_A_RUN = 40

# SWIFT's IBAN registry: how long an account number of each country is.
_IBAN_LENGTHS = {
    entry[:2]: int(entry[2:])
    for entry in [
        "AD24",
        "AE23",
        "AL28",
        "AT20",
        "AZ28",
        "BA20",
        "BE16",
        "BG22",
        "BH22",
        "BI27",
        "BR29",
        "BY28",
        "CH21",
        "CR22",
        "CY28",
        "CZ24",
        "DE22",
        "DJ27",
        "DK18",
        "DO28",
        "EE20",
        "EG29",
        "ES24",
        "FI18",
        "FK18",
        "FO18",
        "FR27",
        "GB22",
        "GE22",
        "GI23",
        "GL18",
        "GR27",
        "GT28",
        "HN28",
        "HR21",
        "HU28",
        "IE22",
        "IL23",
        "IQ23",
        "IS26",
        "IT27",
        "JO30",
        "KW30",
        "KZ20",
        "LB28",
        "LC32",
        "LI21",
        "LT20",
        "LU20",
        "LV21",
        "LY25",
        "MC27",
        "MD24",
        "ME22",
        "MK19",
        "MN20",
        "MR27",
        "MT31",
        "MU30",
        "NI28",
        "NL18",
        "NO15",
        "OM23",
        "PK24",
        "PL28",
        "PS29",
        "PT25",
        "QA29",
        "RO24",
        "RS22",
        "RU33",
        "SA24",
        "SC31",
        "SD18",
        "SE24",
        "SI19",
        "SK24",
        "SM27",
        "SO23",
        "ST25",
        "SV28",
        "TL23",
        "TN24",
        "TR26",
        "UA29",
        "VA22",
        "VG24",
        "XK20",
        "YE30",
    ]
}
_IBAN_START = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]{2})\d{2}(?=[ .\-]{0,2}[0-9A-Za-z])")
_IBAN_SIGN = re.compile(r"[ .\-]{0,2}([0-9A-Za-z])")

# First digits and lengths that the networks issue: ISO/IEC 7812 as the networks publish it.
_CARD = re.compile(
    r"4(?:\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12,15}|35(?:2[89]|[3-8]\d)\d{12,15}|3(?:0[0-5]|[689]\d)\d{11,16}|62\d{14,17}"
    r"|(?:5018|5020|5038|5893|6304|6759|676[1-3])\d{8,15}"
)
_FEWEST_CARD_DIGITS, _MOST_CARD_DIGITS, _CARD_GROUP = 12, 19, 4
_CODE = re.compile(
    r"\b(?:cvv2?|cvc2?|cv2|csc|card(?: security| verification)? code|security code|pr[üu]f(?:nummer|ziffer)|cryptogramme)"
    r"\b[^\w\n]{0,4}(?:(?:is|number|no|ist|est)\b[^\w\n]{0,4})?(\d{3,4})(?!\d)",
    re.IGNORECASE,
)

# UPU S10; UPS 1Z; Amazon; DHL's JJD and JD; Evri and Hermes: letters, and a length of their own.
_LETTERED_PARCEL = re.compile(
    r"(?<![0-9A-Za-z])(?:(?P<s10>[A-Z]{2} ?(?:\d ?){9}[A-Z]{2})|(?P<ups>1Z ?(?:[0-9A-Z] ?){15}\d)"
    r"|(?P<fixed>TB[ACM] ?\d{12}|JJ?D ?\d{16,20}|[CHTP]00[0-9A-Z]{13}))(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_FEWEST_PARCEL_DIGITS, _MOST_PARCEL_DIGITS, _MOST_PARCEL_GROUPS = 8, 34, 12
_SURE_WITH_WORDS, _SURE_WITHOUT_WORDS = 14, 20
_NEAR = 60
_PARCEL_WORDS = re.compile(
    r"\b(?:track(?:ing|ed)?|parcel|package|consignment|waybill|awb|shipment|sendung\w*|paket\w*|colis|suivi|pakket\w*"
    r"|dhl|ups|usps|fedex|dpd|gls|evri|hermes|yodel|royal mail|parcelforce|inpost|mondial|postnl|bpost|colissimo|laposte)\b",
    re.IGNORECASE,
)
_CARRIERS = {definition.product.name: definition for definition in tracking_numbers.DEFINITIONS}
# Whose numbers are digits alone, the last of them a check.
_PLAIN_CARRIERS = (
    "DHL Express",
    "DHL Express Air",
    "FedEx Express (12)",
    "USPS 20",
    "USPS 91",
    "USPS 34v2",
    "FedEx Ground 96 (22)",
)
_BETWEEN = re.compile(r"[^0-9A-Za-z]+")


class Numbers:
    """Finds the numbers of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._asked = 0
        self._looked = 0

    def ibans(self) -> Iterator[Finding]:
        """Bank accounts whose check digits are right (ISO 13616)."""
        position = 0
        while found := _IBAN_START.search(self._text, position):
            position = found.end()
            length = _IBAN_LENGTHS.get(found[1].upper(), 0)
            signs, end = self._signs(found.start(), length)
            if length and len(signs) == length and _remainder(signs) == 1 and self._is_iban(signs):
                yield Finding(found.start(), end, Kind.IBAN)
                position = end

    def cards(self, run: Run) -> Iterator[Finding]:
        """Cards of the known networks whose last digit is right (Luhn)."""
        first = 0 if run.count >= _FEWEST_CARD_DIGITS else len(run.groups)
        while first < len(run.groups) and self._looked < MOST_LOOKED_AT:
            last = self._card(run, first)
            if last is not None:
                yield Finding(run.groups[first][0], run.groups[last - 1][1], Kind.CARD)
            first = last or first + 1

    def codes(self) -> Iterator[Finding]:
        """The three or four digits on the back of a card, where words say that they are."""
        for found in _CODE.finditer(self._text):
            yield Finding(*found.span(1), Kind.CODE)

    def lettered_parcels(self) -> Iterator[Finding]:
        """Parcel numbers with letters in them; where carriers have a check digit, it is right."""
        for found in _LETTERED_PARCEL.finditer(self._text):
            signs = _BETWEEN.sub("", found[0]).upper()
            if found["fixed"] or self._checks(signs, "S10" if found["s10"] else "UPS"):
                yield Finding(*found.span(), Kind.PARCEL)

    def plain_parcels(self, run: Run) -> Iterator[Finding]:
        """Parcel numbers of digits alone: every long one that checks, a shorter one where words say what it is."""
        if run.count < _FEWEST_PARCEL_DIGITS:
            return
        start = run.groups[0][0]
        named = _PARCEL_WORDS.search(self._text, max(0, start - _NEAR), start) is not None
        fewest = _FEWEST_PARCEL_DIGITS if named else _SURE_WITHOUT_WORDS
        first = 0 if run.count >= fewest else len(run.groups)
        while first < min(len(run.groups), MOST_GROUPS_IN_A_RUN):
            readings = (
                run.readings(first, _MOST_PARCEL_DIGITS, _MOST_PARCEL_GROUPS) if run.begins(first) else []
            )
            likely = ((last, digits) for last, digits in readings if len(digits) >= fewest)
            last = next((last for last, digits in likely if self._is_parcel(digits, named=named)), None)
            if last is not None:
                yield Finding(run.groups[first][0], run.groups[last - 1][1], Kind.PARCEL)
            first = last or first + 1

    def _card(self, run: Run, first: int) -> int | None:
        """Where a card that begins with the group `first` ends; None when none does."""
        start = run.groups[first][0]
        if (
            self._text[start] not in "23456"
            or not run.begins(first)
            or self._text[start - 1 : start].isalpha()
        ):
            return None
        self._looked += 1
        readings = run.readings(first, _MOST_CARD_DIGITS, _MOST_CARD_DIGITS)
        return next(
            (last for last, digits in readings if self._is_card(run.sizes(first, last), digits)), None
        )

    def _is_card(self, sizes: list[int], digits: str) -> bool:
        if len(digits) < _FEWEST_CARD_DIGITS or not _CARD.fullmatch(digits):
            return False
        # As on the card, or in one piece, or sign by sign: an order number is grouped otherwise.
        if len(sizes) > 1 and sizes[0] != _CARD_GROUP and max(sizes) >= _CARD_GROUP:
            return False
        return not self._may_ask() or luhn.is_valid(digits)

    def _is_iban(self, signs: str) -> bool:
        return not self._may_ask() or iban.is_valid(signs, check_country=False)

    def _is_parcel(self, digits: str, *, named: bool) -> bool:
        if named and len(digits) >= _SURE_WITH_WORDS:
            return True
        return any(self._checks(digits, carrier) for carrier in _PLAIN_CARRIERS)

    def _checks(self, signs: str, carrier: str) -> bool:
        if not self._may_ask():
            return True
        number = _CARRIERS[carrier].test(signs)
        return number is not None and bool(number.valid)

    def _may_ask(self) -> bool:
        self._asked += 1
        return self._asked <= MOST_ASKED

    def _signs(self, start: int, most: int) -> tuple[str, int]:
        """At most so many letters and digits from `start`, and where the last of them ends."""
        signs: list[str] = []
        position = start
        while len(signs) < most and (found := _IBAN_SIGN.match(self._text, position)):
            signs.append(found[1].upper())
            position = found.end()
        return "".join(signs), position


def _remainder(signs: str) -> int:
    """What ISO 7064 MOD 97-10 leaves; 1 for an account number without a slip."""
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97
