"""Which handler carries out which job. Loaded by name on first use, so that web processes never import them."""

from functools import cache
from typing import cast

from werkzeug.utils import import_string

from app.jobs.ports import Handler

HANDLERS = {
    "accounts.confirm": "app.accounts.letters:confirm",
    "accounts.move": "app.accounts.letters:move",
    "accounts.moved": "app.accounts.letters:moved",
    "accounts.invited": "app.accounts.letters:invited",
    "accounts.password_changed": "app.accounts.letters:password_changed",
    "accounts.reset": "app.accounts.letters:reset",
    "forum.follow_moved": "app.forum.operations.moving:follow_moved",
    "moderation.appeal_outcome": "app.moderation.letters:appeal_outcome",
    "moderation.outcome": "app.moderation.letters:outcome",
    "moderation.receipt": "app.moderation.letters:receipt",
    "moderation.reopened": "app.moderation.letters:reopened",
    "moderation.score": "app.moderation.spam.operations:score",
    "notifications.followers": "app.notifications.letters:followers",
    "notifications.letter": "app.notifications.letters:letter",
    "notifications.reporters": "app.notifications.letters:reporters",
    "notifications.prove": "app.notifications.letters:prove",
}


@cache
def handler(name: str) -> Handler:
    """Raises KeyError for a name nobody knows."""
    return cast(Handler, import_string(HANDLERS[name]))
