"""Building the application from its settings."""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import flask_babel
from flask import Flask, request
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from app import config
from app.accounts import sessions
from app.config import Settings, SettingsError
from app.core.db import BUSY_TIMEOUT_MS, db
from app.core.web import errors, headers, limits, urls
from app.core.web.urls import RowId
from app.moderation import appeal_links
from app.wiring import blueprints, events, pages, parts, serving, telling

ROOT = Path(__file__).parents[2]
# The only POST without a CSRF token: a mail program has no session, its authority is the signed link (RFC 8058).
ONE_CLICK = "app.notifications.routes.unsubscribe"
# A lock is waited for as long as on SQLite, a server that does not answer no longer: then it is 503.
POSTGRESQL = {
    "pool_pre_ping": True,
    "connect_args": {"connect_timeout": 5, "options": f"-c lock_timeout={BUSY_TIMEOUT_MS}"},
}
MOST_REQUEST_BYTES = 512 * 1024
MOST_FIELD_BYTES = 512 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The whole site; `settings` default to the environment's.

    A wrong setting ends the process with its sentence.
    """
    try:
        settings = settings or config.load(ROOT / ".env")
    except SettingsError as error:
        sys.exit(f"Bartack cannot start. {error}")
    app = Flask("app", template_folder=str(ROOT / "templates"), static_folder=None)
    app.url_map.converters["int"] = RowId
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=_driver(settings.database_url),
        SQLALCHEMY_ENGINE_OPTIONS={
            # What people wrote stays out of logs and dead letters when a statement fails.
            "hide_parameters": settings.production,
            **({} if settings.database_url.startswith("sqlite") else POSTGRESQL),
        },
        MAX_CONTENT_LENGTH=MOST_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_FIELD_BYTES,
        # A page left open overnight must not lose what was typed: the token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        # Browsers that send no Referer may post too: cookies are SameSite, tokens bound to the session.
        WTF_CSRF_SSL_STRICT=False,
        # Letters hold links, and the worker that writes them knows no request.
        SERVER_NAME=urlsplit(settings.base_url).netloc,
        PREFERRED_URL_SCHEME=urlsplit(settings.base_url).scheme,
        BABEL_DEFAULT_LOCALE="en",
        BABEL_DEFAULT_TIMEZONE=settings.timezone,
    )
    if settings.database_url.startswith("sqlite"):
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    # Before anybody is known, 84 MB would be read of whoever sends them.
    urls.init_app(app, may_send_files=_may_send_files)
    CSRFProtect(app).exempt(ONE_CLICK)
    sessions.init_app(app, settings)
    flask_babel.Babel(app, locale_selector=pages.locale, timezone_selector=pages.timezone)
    limits.init_app(app, enabled=settings.limits, data_dir=settings.data_dir, processes=settings.web_workers)
    headers.init_app(app, settings)
    errors.init_app(app)
    parts.join(app, settings)
    events.join(app)
    telling.join(app)
    blueprints.register(app, settings)
    pages.init_app(app, settings)
    serving.init_app(app, settings, ROOT / "static")
    return app


def _may_send_files() -> bool:
    """Whoever is signed in, and whoever comes by the link of a letter. Raises NotFound for a link of nobody's."""
    link = request.args.get("token")
    if request.endpoint == "moderation.appeal" and link:
        appeal_links.read(link, (request.view_args or {})["ref"])
        return True
    return sessions.current_actor().signed_in


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
