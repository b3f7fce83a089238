"""The key that a visitor's drafts hang on: random, in their session, and only once they typed something."""

import secrets

from flask import session

from app.accounts.sessions import DRAFT_KEY


def visitor_key(*, make: bool = False) -> str | None:
    """This browser's key; `make` gives it one when it has none."""
    if make and DRAFT_KEY not in session:
        session[DRAFT_KEY] = secrets.token_urlsafe(24)
    key = session.get(DRAFT_KEY)
    return key if isinstance(key, str) else None
