"""Passwords: what is accepted, and argon2id with the parameters of OWASP's cheat sheet (46 MiB, t=1, p=1)."""

import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import lazy_gettext as _

from app.accounts.actor import STAFF, Role
from app.core.problems import Problem

SHORTEST, STAFF_SHORTEST, LONGEST = 10, 15, 128
MEMORY_KIB = 46 * 1024
MEMORY_OPTION = "ARGON2_MEMORY_KIB"
"""App config key by which tests, and nothing else, make hashing cheap."""

# 46 MiB each: two are what a small machine has to spare.
_at_once = BoundedSemaphore(2)
_COMMON = Path(__file__).with_name("common_passwords.txt")


def least(role: Role) -> int:
    """How many characters a password of such a person must have."""
    return STAFF_SHORTEST if role in STAFF else SHORTEST


def check(password: str, *, role: Role = Role.NEW, own: Iterable[str | None] = ()) -> None:
    """Raises Problem beside `password` when it will not do; characters are counted after NFKC.

    `own` are the person's name and address, which are no secrets.
    """
    if len(password) > LONGEST:
        raise Problem(_("Choose a password of at most %(most)s characters.", most=LONGEST), "password")
    normal = _normal(password)
    if len(normal) < least(role):
        raise Problem(_("Choose a password of at least %(least)s characters.", least=least(role)), "password")
    plain = normal.lower()
    if plain in _common():
        raise Problem(
            _("That password is on every list of common passwords. Choose another one."), "password"
        )
    facts = {fact.lower() for fact in own if fact}
    if plain in facts | {fact.partition("@")[0] for fact in facts}:
        raise Problem(_("Your password must not be your name or your address."), "password")


def hashed(password: str) -> str:
    """The argon2id hash of the password's NFKC form; at most two are made at once in a process."""
    with _at_once:
        return _hasher().hash(_normal(password))


def matches(password: str, known_hash: str | None) -> bool:
    """Whether `password` made `known_hash`; with None the same work is done and the answer is no."""
    nobody = _nobody(_memory())
    too_long = len(password) > LONGEST
    try:
        with _at_once:
            _hasher().verify(known_hash or nobody, "" if too_long else _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return known_hash is not None and not too_long


def is_outdated(known_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(known_hash)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _memory() -> int:
    return int(current_app.config.get(MEMORY_OPTION, MEMORY_KIB))


def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=_memory(), parallelism=1)


@cache
def _nobody(_memory_kib: int) -> str:
    return hashed(secrets.token_urlsafe(32))


@cache
def _common() -> frozenset[str]:
    """Passwords of ten and more characters among the 30,000 most common; shorter ones are refused anyway.

    Source and licence: common_passwords.LICENSE.txt.
    """
    return frozenset(_COMMON.read_text(encoding="utf-8").splitlines())
