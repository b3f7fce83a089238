"""Links that prove an address takes mail again: signed, for one person and address, good for a day."""

from datetime import timedelta

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.accounts.queries import address_of
from app.core.clock import now
from app.core.problems import NotFound

LIFETIME = timedelta(hours=24)


def make(account_id: int, address: str) -> str:
    return str(_serializer().dumps([account_id, address, int(now().timestamp())]))


def read(token: str) -> str:
    """The address. Raises NotFound for what we did not sign, what is too old, or an address changed meanwhile."""
    try:
        account_id, address, made_at = _serializer().loads(token)
        old = now().timestamp() - made_at > LIFETIME.total_seconds()
    except (BadData, ValueError, TypeError):
        raise NotFound from None
    if old or address_of(account_id) != address:
        raise NotFound
    return str(address)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="bartack.prove-address")
