"""What visitors typed: it hangs on a random key in their session, made only once there is something to keep."""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue

from app.accounts.sessions import DRAFT_KEY, current_actor
from app.forum.operations import keep_draft


def visitor_key(*, make: bool = False) -> str | None:
    """This browser's key; `make` gives it one when it has none."""
    if make and DRAFT_KEY not in session:
        # Longer than the browser is open: what is kept is promised to be there tomorrow.
        session.permanent = True
        session[DRAFT_KEY] = _fresh()
    key = session.get(DRAFT_KEY)
    return key if isinstance(key, str) else None


def _fresh() -> str:
    """Two requests that one page sends at once get the same key, or one would lose what hangs on the other's."""
    secret = session.get("csrf_token")
    return hashlib.sha256(f"visitor:{secret}".encode()).hexdigest() if secret else secrets.token_urlsafe(24)


def sign_in_first(form: str, typed: Mapping[str, Any], back: str, message: str) -> ResponseReturnValue:
    """Keep what somebody typed who is signed out, or was midway; `message` says so, `back` is where it waits."""
    keep_draft(current_actor(), visitor_key(make=True), form, typed)
    flash(message, "info")
    return redirect(url_for("accounts.sign_in", next=back), 303)
