"""Links that stop one kind of letter: signed, for one person and one kind, without an end."""

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.accounts.queries import people
from app.core.problems import NotFound
from app.notifications.models import Kind


def make(account_id: int, kind: Kind) -> str:
    return str(_serializer().dumps([account_id, kind.value]))


def read(token: str) -> tuple[int, Kind]:
    """Whose letters, and which. Raises NotFound for what we did not sign, or when the person is gone."""
    try:
        account_id, kind = _serializer().loads(token)
        found = int(account_id), Kind(kind)
    except (BadData, ValueError, TypeError):
        raise NotFound from None
    if not people([found[0]]):
        raise NotFound
    return found


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="bartack.unsubscribe")
