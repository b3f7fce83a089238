"""What every template may use."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, g, has_request_context
from flask_babel import get_locale
from flask_babel import gettext as _

from app.accounts.actor import ANONYMOUS, Actor
from app.accounts.sessions import SignedIn, current_actor, me
from app.config import Mode, Settings
from app.core.text import trusted
from app.core.web import assets, times
from app.moderation.queries import waiting
from app.notifications.queries import unread


@dataclass(frozen=True, slots=True)
class Site:
    """What pages say about this installation."""

    name: str
    base_url: str
    mode: Mode
    marketplace: str

    @property
    def has_support(self) -> bool:
        return self.mode is Mode.SUPPORT

    @property
    def affiliation(self) -> str:
        return (
            ""
            if self.has_support
            else _("Not affiliated with %(marketplace)s.", marketplace=self.marketplace)
        )


def locale() -> str:
    return _reader().locale


def timezone() -> str:
    return _reader().tz


def init_app(app: Flask, settings: Settings) -> None:
    site = Site(settings.site_name, settings.base_url, settings.mode, settings.marketplace)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.filters.update(
        trusted=trusted,
        absolute=times.absolute,
        date_only=times.date_only,
        short_day=times.short_day,
        day=times.day,
        iso=times.iso,
    )
    app.jinja_env.globals.update(
        site=site,
        asset=assets.asset,
        integrity=assets.integrity,
        unread=unread,
        queue_count=waiting,
        locale_tag=_locale_tag,
    )

    @app.context_processor
    def _person() -> dict[str, Any]:
        person: SignedIn | None = me() if _can_ask() else None
        return {"actor": person.actor if person else _reader(), "me": person}


def _reader() -> Actor:
    return current_actor() if _can_ask() else ANONYMOUS


def _can_ask() -> bool:
    """Whether there is a browser to ask about; an error page of a broken database must not ask."""
    return has_request_context() and not g.get("bare", False)


def _locale_tag() -> str:
    """For `lang`: plain English is written the British way here, and so are its dates."""
    tag = str(get_locale() or "en").replace("_", "-")
    return "en-GB" if tag == "en" else tag
