"""Where people connect from: as much as tells that two accounts share an address, and never the address."""

import hashlib
import hmac
import ipaddress
from datetime import timedelta

from sqlalchemy import delete

from app.accounts.models import SignInAddress
from app.config import Settings
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.parts import part

KEPT = timedelta(days=30)
"""So long a day stays on which somebody was signed in from an address."""

HOUSEHOLD = 64
"""Bits of an IPv6 address that a connection keeps: a device chooses the rest anew (RFC 8981)."""


def note(account_id: int, address: str) -> None:
    """Keep, in the open transaction, that a person is signed in from `address` today; what is none is not kept."""
    hashed = hidden(address)
    if hashed is not None:
        row = insert_ignoring(SignInAddress).values(account_id=account_id, address=hashed, day=now().date())
        db.session().connection().execute(row)


def hidden(address: str) -> str | None:
    """HMAC-SHA-256 of the network address under the site's secret key, in hexadecimal; None for what is no address.

    An IPv4 address counts whole, also one written as IPv6; of another IPv6 address the first HOUSEHOLD bits.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        found = mapped or ipaddress.ip_network((found.packed, HOUSEHOLD), strict=False).network_address
    message = b"bartack.signin-address\n" + found.packed
    return hmac.new(part(Settings).secret_key.encode(), message, hashlib.sha256).hexdigest()


def sweep() -> None:
    """Forget, in the open transaction, days longer ago than KEPT."""
    db.session.execute(delete(SignInAddress).where(SignInAddress.day < (now() - KEPT).date()))
