"""Names of letters: a `Message-ID` says, to us alone, which letter it was and to whom, and cannot be made up.

It reads `<LETTER.ADDRESS.SEAL@domain>`. ADDRESS is a keyed hash, so no table of who was written to is needed to know
whose letter came back.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

from app.config import Settings
from app.core.parts import part

_KEY = 20
_SEAL = 12
_NAME = re.compile(rf"<([0-9a-f]{{{_KEY}}})\.([0-9a-f]{{{_KEY}}})\.([0-9a-f]{{{_SEAL}}})@[^\s<>@]{{1,253}}>")


@dataclass(frozen=True, slots=True)
class Name:
    """A letter of ours, by its keys."""

    letter_key: str
    address_key: str


def address_key(address: str) -> str:
    """What stands for an address; the same for any case."""
    return _keyed("address", address.strip().lower())[:_KEY]


def message_id(key: str, to: str, domain: str) -> str:
    """The `Message-ID` of the letter `key` to this address, the same for ever."""
    letter_key = hashlib.sha256(key.encode()).hexdigest()[:_KEY]
    to_key = address_key(to)
    return f"<{letter_key}.{to_key}.{_seal(letter_key, to_key)}@{domain}>"


def thread_id(about: str, to: str, domain: str) -> str:
    """What letters about one thing refer to, so that mail programs keep them together; no letter has this name."""
    return f"<{_keyed('thread', f'{about} {address_key(to)}')[:_KEY]}@{domain}>"


def read(text: str) -> Name | None:
    """The first name in `text` that we gave; None when there is none."""
    for found in _NAME.finditer(text):
        letter_key, to_key, seal = found.groups()
        if hmac.compare_digest(seal, _seal(letter_key, to_key)):
            return Name(letter_key, to_key)
    return None


def _seal(letter_key: str, to_key: str) -> str:
    return _keyed("letter", f"{letter_key}.{to_key}")[:_SEAL]


def _keyed(use: str, words: str) -> str:
    secret = f"bartack.mail {use} {part(Settings).secret_key}".encode()
    return hmac.digest(secret, words.encode(), "sha256").hex()
