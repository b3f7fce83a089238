"""E-mail addresses, also those spelled so that no program shall find them: `name (at) example dot com`."""

import re
from collections.abc import Iterator

from app.core.text.personal.kinds import Finding, Kind

_LOCAL = r"(?<![\w.+\-])[\w+][\w.!#$%&'+^{|}\-]{0,63}"
_AT = r"(?:@|%40| ?[(\[{<] ?(?:at|a|@|ät|arroba) ?[)\]}>] ?)"
_DOT = r"(?:\.| ?[(\[{<] ?(?:dot|punkt|point|punto|\.) ?[)\]}>] ?| (?:dot|punkt|punto) )"
_SPELLED_DOT = r"(?: ?[(\[{<] ?(?:dot|punkt|point|punto|\.) ?[)\]}>] ?| (?:dot|punkt|punto) )"
_LABEL = r"[\w\-]{1,63}"
_TOP = r"(?:[^\W\d_]{2,63}|xn--[\w\-]{1,59})(?![\w\-])"
_MAIL = re.compile(
    rf"{_LOCAL}(?:{_AT}(?:(?:{_LABEL}{_DOT}){{1,9}}{_TOP}|\[[\d.:a-fA-F]{{3,45}}\])"
    rf"| (?:at|@) {_LABEL}(?:{_SPELLED_DOT}{_LABEL}){{0,3}}{_SPELLED_DOT}{_TOP})",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"\n]{1,62}"@(?:[\w\-]{1,63}\.){1,9}[^\W\d_]{2,63}')


def mails(text: str) -> Iterator[Finding]:
    """Every address in `text`; one is as long as RFC 5321 lets it be, at most."""
    for pattern in (_MAIL, _QUOTED):
        for found in pattern.finditer(text):
            yield Finding(*found.span(), Kind.EMAIL)
