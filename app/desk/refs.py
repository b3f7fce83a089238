"""References of tickets, `TKT-7F3K2`: easy to read out, hard to guess, and never a secret."""

import re
import secrets

from app.core.problems import NotFound

PREFIX = "TKT-"
LENGTH = 9
# No vowels, so that no words come up, and nothing that reads like something else: 0 O, 1 I L, 2 Z, 5 S, 8 B.
_ALPHABET = "234679CDFGHJKMNPQRTVWX"
_SHAPE = re.compile(rf"{PREFIX}[{_ALPHABET}]{{{LENGTH - len(PREFIX)}}}")


def draw() -> str:
    """A reference that may be taken already: one of five million."""
    return PREFIX + "".join(secrets.choice(_ALPHABET) for _character in range(LENGTH - len(PREFIX)))


def canonical(typed: str) -> str:
    """The reference as tickets carry it, from one typed in any case. Raises NotFound for what cannot be one."""
    ref = typed.upper()
    if not _SHAPE.fullmatch(ref):
        raise NotFound
    return ref
