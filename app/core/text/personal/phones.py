"""Telephone numbers.

A number with `+` or `00` and a calling code is one wherever it stands. Without, it is one when it is a number of this
site's country and written as such, or when the words around it say so. What an order number, a date, a size or a
price looks like is left alone.
"""

import re
from collections.abc import Iterator

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from app.core.text.personal.kinds import Finding, Kind, country_code
from app.core.text.personal.runs import Run

MOST_DIGITS = 15
"""ITU-T E.164: with the calling code."""

MOST_GROUPS = 15
FEWEST_DIGITS = 7
FEWEST_DIGITS_WITH_WORDS = 4
LIKELY_DIGITS = 10
"""With the leading 0: what most countries' numbers have, give or take one."""

MOST_BRACKETED = 12
LONGEST_AREA = 5
AMERICAN = [3, 3, 4]
MOST_ASKED = 300
"""How often one text may ask the library; a text with more is no ordinary one, and what looks like a number then is one."""

MOST_LOOKED_AT = 1_000
"""At how many places of one text a number may begin; after that every run as long as a number is one."""

_ABROAD = ("00", "011")
_NEAR = 44
_WORD = (
    r"(?:phone|tele(?:phone|fon|fono)|t[ée]l[ée]phone|tel|mob(?:ile)?|cell|cellular|handy|portable|m[óo]vil"
    r"|call|ring|dial|text|txt|sms|mms|whats ?app|viber|telegram|signal|imessage|facetime|fax|hotline"
    r"|reach|contact|number(?:'s| is)|nummer ist|num[ée]ro)"
)
_WORD_BEFORE = re.compile(_WORD, re.IGNORECASE)
_WORDS_BEFORE = re.compile(rf"\b{_WORD}\b[^\d\n]{{0,28}}$", re.IGNORECASE)
_IN_LINK = re.compile(
    r"(?:[?&](?:to|tel|number|mobile|recipient)=|wa\.me/|tel:|sms:|callto:|whatsapp:|phone=)(?:%2B)?\+?\(?$",
    re.IGNORECASE,
)
_WORDS_AFTER = re.compile(
    r"[^\d\n.!?;£$€]{0,32}\b(?:call|ring|text|sms|whats ?app|mobile|mob|cell|phone|tel|telephone|viber|telegram)\b",
    re.IGNORECASE,
)
_SOMETHING_ELSE_BEFORE = re.compile(
    r"(?:\b(?:orders?|items?|ref(?:erence)?|sku|tickets?|invoice|isbn|ean|upc|gtin|serial|model|imei|parcel|tracking|track"
    r"|case|listing|article|style|product|batch|postcode|zip|claim|transaction|code|pin|size|price|eur|usd|gbp|pln"
    r"|bestell(?:ung|nummer)|commande|vat|company)s?\b(?:[ .:#,()]{1,3}(?:number|no|nr|num|id|ref|reference|code|is|was|of|n°)\b){0,3}"
    r"[ .:#=\-()]{0,4}|[£$€#]|\bv)$",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"[ -]?(?:mm|cm|m|km|kg|g|mg|ml|l|gb|tb|mb|mah|w|v|hz|mhz|ghz|kb|px|dpi|inch(?:es)?|in|ft|oz|lbs?|pcs|pieces|items"
    r"|pounds?|quid|euros?|pence|p|zł|pln|eur|usd|gbp|days?|hours?|hrs?|mins?|minutes|weeks?|months?|years?|times"
    r"|views|likes|followers|reviews|stitches|denier|den|%|[£$€°x×])(?![^\W\d_])",
    re.IGNORECASE,
)
_DATE_GROUPS = 3
_GROUP = re.compile(r"\d+")
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?:{_DAY}([./\- ]){_MONTH}\1{_YEAR}|{_MONTH}([./\- ]){_DAY}\2{_YEAR}|{_YEAR}([./\- ]){_MONTH}\3{_DAY})"
    r"(?:[ T][0-2]\d(?:[.\- ]?[0-5]\d)?)?"
)
_SHORT_DATE = re.compile(rf"{_DAY}([./\- ]){_MONTH}\1\d\d|{_MONTH}([./\- ]){_DAY}\2\d\d")
_ATTACHED = re.compile(r"([^\W\d_]+)[\-_.]?$")
_BRACKETED_START = re.compile(r"\(\d{2,5}\)")


class Phones:
    """Finds the numbers of one text, read in `region` (ISO 3166, two letters)."""

    def __init__(self, text: str, region: str, links: list[tuple[int, int]]) -> None:
        self._text = text
        self._region = region
        self._links = links
        self._asked = 0
        self._looked = 0

    def find(self, run: Run) -> Iterator[Finding]:
        """The numbers in one run of digits."""
        first = 0 if run.count >= FEWEST_DIGITS_WITH_WORDS else len(run.groups)
        if len(run.groups) > _DATE_GROUPS and _DATE.fullmatch(run.written(0, _DATE_GROUPS)):
            first = _DATE_GROUPS
        while first < len(run.groups):
            self._looked += 1
            if self._looked > MOST_LOOKED_AT:
                yield from self._whole(run, first)
                return
            last = self._last(run, first)
            if last is not None:
                yield Finding(self._start(run.groups[first][0]), run.groups[last - 1][1], Kind.PHONE)
            first = last or first + 1

    def _whole(self, run: Run, first: int) -> Iterator[Finding]:
        """What is left of a run from the group `first` on, when it is as long as a number."""
        if sum(run.sizes(first, len(run.groups))) >= FEWEST_DIGITS:
            yield Finding(self._start(run.groups[first][0]), run.groups[-1][1], Kind.PHONE)

    def _last(self, run: Run, first: int) -> int | None:
        """Where a number that begins with the group `first` ends; None when none does."""
        start = run.groups[first][0]
        if self._is_international(start):
            return self._international(run, first)
        # Words stand before a run, never in it; what follows other digits has to look like a number by itself.
        looks_like_one = self._text[start] == "0" or self._text[start - 1 : start] == "("
        if (first and not looks_like_one) or not run.begins(first):
            return None
        readings = run.readings(first, MOST_DIGITS + 3, MOST_GROUPS)
        before = self._text[max(0, start - _NEAR) : start]
        linked = not first and _IN_LINK.search(before) is not None
        if not readings or (not linked and self._in_link(start)):
            return None
        if readings[0][1].startswith(_ABROAD) and (last := self._abroad(run, first, readings)):
            return last
        named = linked
        if not first and not linked:
            attached = _ATTACHED.search(before)
            if _SOMETHING_ELSE_BEFORE.search(before) or (
                attached and not _WORD_BEFORE.fullmatch(attached[1])
            ):
                return None
            named = _WORDS_BEFORE.search(before) is not None
        return next(
            (last for last, digits in readings if self._national(run, first, last, digits, named=named)), None
        )

    def _international(self, run: Run, first: int) -> int | None:
        """After a `+`: the longest that is a number, else all that may be one."""
        readings = run.readings(first, MOST_DIGITS + 1, MOST_GROUPS)
        if not readings or not country_code(readings[0][1]):
            return None
        likely = [(last, digits) for last, digits in readings if len(digits) >= FEWEST_DIGITS]
        sure = (last for last, digits in likely if self._is_number(f"+{digits}"))
        return next(sure, likely[0][0] if likely else None)

    def _abroad(self, run: Run, first: int, readings: list[tuple[int, str]]) -> int | None:
        """`00`, or `011` as in America, and a number of some country."""
        own = str(phonenumbers.country_code_for_region(self._region))
        for last, digits in readings:
            for prefix in _ABROAD:
                rest = digits.removeprefix(prefix)
                likely = last > first + 1 or rest.startswith(own)
                if rest != digits and self._is_number(f"+{rest}", likely=likely):
                    return last
        return None

    def _national(self, run: Run, first: int, last: int, digits: str, *, named: bool) -> bool:
        """Whether these groups are a number without a calling code; `named` says that words before say so."""
        count = len(digits)
        written = run.written(first, last)
        at_end = last == len(run.groups)
        start, end = run.groups[first][0], run.groups[last - 1][1]
        after = self._text[end : end + _NEAR] if at_end else ""
        if (
            not FEWEST_DIGITS_WITH_WORDS <= count <= MOST_DIGITS
            or _UNIT_AFTER.match(after)
            or _DATE.fullmatch(written)
        ):
            return False
        short_date = _SHORT_DATE.fullmatch(written) is not None
        if named or _WORDS_AFTER.match(after):
            return (count > FEWEST_DIGITS_WITH_WORDS and not short_date) or self._is_number(digits)
        if count < FEWEST_DIGITS - 1 or short_date or after[:1].isalpha():
            return False
        trunk = digits[0] == "0" and digits[1] != "0"
        if trunk and self._is_number(digits, likely=count >= LIKELY_DIGITS):
            return True
        sizes = run.sizes(first, last)
        if len(sizes) == 1:
            in_brackets = self._text[start - 1 : start] == "(" and after[:1] == ")"
            return in_brackets and count >= FEWEST_DIGITS and self._is_number(digits)
        if trunk and sizes[0] <= LONGEST_AREA and LIKELY_DIGITS - 1 <= count <= LIKELY_DIGITS + 1:
            return True
        if count <= MOST_BRACKETED and _BRACKETED_START.match(self._text, start - 1):
            return True
        whole = not first and at_end
        if whole and sizes == AMERICAN:
            return True
        if not whole or not self._is_number(digits):
            return False
        like_area = 2 < sizes[0] <= LONGEST_AREA and len(sizes) <= len(AMERICAN)
        return like_area or self._is_own_way(digits, sizes)

    def _is_own_way(self, digits: str, sizes: list[int]) -> bool:
        """Whether the country writes the number in groups of these sizes."""
        number = phonenumbers.parse(digits, self._region)
        usual = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
        return sizes == [len(group) for group in _GROUP.findall(usual)]

    def _is_number(self, digits: str, *, likely: bool = False) -> bool:
        """Whether it is one in use, or `likely` and as long as one; read in this site's country without a `+`."""
        self._asked += 1
        if self._asked > MOST_ASKED:
            return FEWEST_DIGITS <= len(digits) <= MOST_DIGITS
        try:
            number = phonenumbers.parse(digits, self._region)
        except NumberParseException:
            return False
        return phonenumbers.is_valid_number(number) or (likely and phonenumbers.is_possible_number(number))

    def _is_international(self, start: int) -> bool:
        return self._text[max(0, start - 3) : start].rstrip(" (").endswith("+")

    def _start(self, start: int) -> int:
        """With the `+` or bracket that stand before the digits."""
        before = self._text[max(0, start - 3) : start]
        kept = before.rstrip("(")
        bare = kept.rstrip(" ")
        if bare.endswith("+"):
            return start - len(before) + len(bare) - 1
        return start - len(before) + len(kept)

    def _in_link(self, start: int) -> bool:
        return any(begin <= start < end for begin, end in self._links)
