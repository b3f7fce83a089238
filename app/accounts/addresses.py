"""Mail addresses, as far as syntax can tell; the letter proves the rest."""

import re
import unicodedata

from flask_babel import lazy_gettext as _

from app.accounts.models import EMAIL_LENGTH
from app.core.problems import Problem

LOCAL_LENGTH = 64
NO_ADDRESS = _("Write an e-mail address like name@example.com.")

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def canonical(typed: str) -> str | None:
    """The address as it is stored and compared, None when it is none.

    RFC 5321 dot-string at a host name with at least one dot and a top label that is not a number; quoted
    local parts, comments and address literals are refused. Lower-cased whole, an international host in ASCII.
    """
    if len(typed) > EMAIL_LENGTH:  # before NFKC, which takes quadratic time on a heap of combining marks
        return None
    local, at, host = typed.strip().lower().rpartition("@")
    if not at or len(local) > LOCAL_LENGTH or not _LOCAL.fullmatch(local):
        return None
    host = unicodedata.normalize("NFKC", host)
    if not all(character in "-." or unicodedata.category(character)[0] in "LMN" for character in host):
        return None
    try:
        host = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = host.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return None
    address = f"{local}@{host}"
    return address if len(address) <= EMAIL_LENGTH else None


def checked(typed: str) -> str:
    """`canonical`, or the Problem a person reads beside the field."""
    address = canonical(typed)
    if address is None:
        raise Problem(NO_ADDRESS, "email")
    return address
