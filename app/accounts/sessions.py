"""Which person a browser stands for.

The cookie is Flask's signed session and carries a random token; the row of `signin_session` is the truth.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, cast
from urllib.parse import urlsplit

import flask_login
from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import delete, select, update

from app.accounts import connections
from app.accounts.actor import ANONYMOUS, STAFF, Actor, Role, actor_from
from app.accounts.events import SessionBegun
from app.accounts.models import USER_AGENT_LENGTH, Account, AccountState, SignInSession
from app.accounts.queries import ACTOR_COLUMNS
from app.config import Settings
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.problems import NotFound
from app.core.text import clean_line
from app.core.transaction import transaction
from app.core.web.urls import safe_next

DRAFT_KEY = "draft"
"""Session key of a visitor's kept text; the only one that survives signing in."""

OWNER = "owner"
"""Session key of the account that signed in last."""

LIFETIME = timedelta(days=60)
STAFF_LIFETIME = timedelta(hours=12)
SEEN_STEP = timedelta(minutes=15)
_VISITOR = "bartack.visitor"

Parameters = ParamSpec("Parameters")
View = Callable[Parameters, ResponseReturnValue]


@dataclass(frozen=True, eq=False)
class SignedIn(flask_login.UserMixin):  # type: ignore[misc]  # flask-login ships no types
    """The person of this request: what they may do, and what pages show of them."""

    actor: Actor
    name: str
    display_name: str
    session_id: int
    last_seen_at: datetime
    token: str

    @property
    def id(self) -> int:
        return cast(int, self.actor.id)

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask, settings: Settings) -> None:
    """Name and guard the cookie, and load people by it."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-bartack" if settings.https else "bartack",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LIFETIME,
    )
    app.extensions[_VISITOR] = replace(ANONYMOUS, tz=settings.timezone)
    manager = flask_login.LoginManager()
    manager.session_protection = None
    manager.user_loader(_load)
    manager.init_app(app, add_context_processor=False)
    app.before_request(_note_seen)


def current_actor() -> Actor:
    """Who makes this request; only routes and templates ask."""
    person = me()
    return person.actor if person else cast(Actor, current_app.extensions[_VISITOR])


def me() -> SignedIn | None:
    """Display facts of the signed-in person, None for visitors."""
    person = flask_login.current_user
    return cast(SignedIn, person) if person.is_authenticated else None


def sign_in(account_id: int) -> None:
    """Sign this browser in under a new token; of the old session only a visitor's draft key stays.

    What was kept under that key is the person's from now on.
    """
    # What another person left in this browser, signed out by time, is not for this one.
    draft = session.get(DRAFT_KEY) if session.get(OWNER) in {None, account_id} else None
    previous = session.get("_user_id")
    token = secrets.token_urlsafe(32)
    with transaction() as rows:
        if previous is not None:
            rows.execute(delete(SignInSession).where(SignInSession.token_hash == _hash(str(previous))))
        role = rows.execute(select(Account.role).where(Account.id == account_id)).scalar_one()
        rows.add(
            SignInSession(
                token_hash=_hash(token),
                account_id=account_id,
                expires_at=now() + (STAFF_LIFETIME if role in STAFF else LIFETIME),
                user_agent=clean_line(request.headers.get("User-Agent", ""))[:USER_AGENT_LENGTH],
            )
        )
        connections.note(account_id, request.remote_addr or "")
        if draft is not None:
            emit(SessionBegun(account_id, str(draft)))
    _forget()
    session.permanent = True
    if draft is not None:
        session[DRAFT_KEY] = draft
    session[OWNER] = account_id
    session["_user_id"] = token


def sign_out() -> None:
    """Delete this browser's row and empty its session."""
    token = session.get("_user_id")
    if token is not None:
        with transaction() as rows:
            rows.execute(delete(SignInSession).where(SignInSession.token_hash == _hash(str(token))))
    _forget()


def signed_in_only(view: View[Parameters]) -> View[Parameters]:
    """Send visitors to sign in and back: to the page they asked for, or the one they sent a form from."""

    @wraps(view)
    def guarded(*arguments: Parameters.args, **keywords: Parameters.kwargs) -> ResponseReturnValue:
        if not current_actor().signed_in:
            sign_in = url_for("accounts.sign_in", next=_here())
            # Followed by script, the page to sign in would be put in the place of what was asked for.
            by_script = "HX-Request" in request.headers
            return ("", 204, {"HX-Redirect": sign_in}) if by_script else redirect(sign_in, 303)
        return view(*arguments, **keywords)

    return guarded


def staff_only(*roles: Role) -> Callable[[View[Parameters]], View[Parameters]]:
    """Let in `roles` and admins; to everybody else the page does not exist."""
    allowed = {*roles, Role.ADMIN}

    def decorate(view: View[Parameters]) -> View[Parameters]:
        @wraps(view)
        def guarded(*arguments: Parameters.args, **keywords: Parameters.kwargs) -> ResponseReturnValue:
            if current_actor().role not in allowed:
                raise NotFound
            return view(*arguments, **keywords)

        return guarded

    return decorate


def _here() -> str:
    if request.method in {"GET", "HEAD"}:
        return safe_next(request.full_path.rstrip("?"))
    try:
        came_from = urlsplit(request.referrer or "")
    except ValueError:
        return "/"
    return safe_next(came_from.path) if came_from.netloc == request.host else "/"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _forget() -> None:
    """Empty the session, and what this request read from it."""
    session.clear()
    for name in ("csrf_token", "_login_user"):
        g.pop(name, None)


def _load(token: Any) -> SignedIn | None:
    columns: list[Any] = [
        *ACTOR_COLUMNS,
        Account.name,
        Account.display_name,
        SignInSession.id,
        SignInSession.last_seen_at,
    ]
    row = db.session.execute(
        select(*columns)
        .join(SignInSession, SignInSession.account_id == Account.id)
        .where(
            SignInSession.token_hash == _hash(str(token)),
            SignInSession.expires_at > now(),
            Account.state == AccountState.ACTIVE,
        )
    ).first()
    facts = len(ACTOR_COLUMNS)
    return SignedIn(actor_from(*row[:facts]), *row[facts:], token=str(token)) if row else None


def _note_seen() -> None:
    """Reading changes nothing, so only a form that is sent moves `last_seen_at`, at most every SEEN_STEP.

    On the first form of a day it is kept where from.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    person = me()
    if person and now() - person.last_seen_at > SEEN_STEP:
        with transaction() as rows:
            rows.execute(
                update(SignInSession).where(SignInSession.id == person.session_id).values(last_seen_at=now())
            )
            if person.last_seen_at.date() < now().date():
                connections.note(person.id, request.remote_addr or "")
