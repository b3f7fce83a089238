"""Links that stop one kind of letter: signed, for one person and one kind, without an end."""

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.core.problems import NotFound
from app.notifications.models import Kind


def make(account_id: int, kind: Kind) -> str:
    return str(_serializer().dumps([account_id, kind.value]))


def read(token: str) -> tuple[int, Kind]:
    """Whose letters, and which. Raises NotFound for what we did not sign."""
    try:
        account_id, kind = _serializer().loads(token)
        return int(account_id), Kind(kind)
    except (BadData, ValueError, TypeError):
        raise NotFound from None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="bartack.unsubscribe")
