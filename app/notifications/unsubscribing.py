"""Links that stop letters: signed, for one person and what one letter held, without an end."""

from collections.abc import Mapping

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.accounts.queries import people
from app.core.problems import NotFound
from app.notifications.models import Cadence, Kind


def make(account_id: int, kinds: Mapping[Kind, Cadence]) -> str:
    """A link that stops these kinds; how soon each comes now is in it, so that it can be undone."""
    return str(
        _serializer().dumps([account_id, {kind.value: cadence.value for kind, cadence in kinds.items()}])
    )


def read(token: str) -> tuple[int, dict[Kind, Cadence]]:
    """Whose letters, which kinds, and how they came before. Raises NotFound for what we did not sign, or when the
    person is gone.
    """
    try:
        account_id, kinds = _serializer().loads(token)
        # Links in older letters name one kind.
        before = {kinds: Cadence.NOW} if isinstance(kinds, str) else dict(kinds)
        found = int(account_id), {Kind(kind): Cadence(cadence) for kind, cadence in before.items()}
    except (BadData, ValueError, TypeError):
        raise NotFound from None
    if not found[1] or not people([found[0]]):
        raise NotFound
    return found


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="bartack.unsubscribe")
