"""What an operator may set, read from the environment and from `.env` beside it."""

import ipaddress
import secrets
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvError

PREFIX = "BARTACK_"
MINIMUM_SECRET = 32

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class SettingsError(Exception):
    """One sentence an operator can act on, for each wrong value."""


class Mode(StrEnum):
    SUPPORT = "support"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration of one installation. `docs/operate.md` says what each value means."""

    production: bool
    data_dir: Path
    database_url: str
    secret_key: str
    base_url: str
    site_name: str
    mode: Mode
    marketplace: str
    help_form_url: str
    timezone: str
    search: str
    mail_url: str
    mail_from: str
    limits: bool
    web_workers: int
    trusted_proxies: tuple[Network, ...]

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""


def names() -> list[str]:
    """Every environment variable Bartack reads for its settings."""
    renamed = {"production": "ENV"}
    return [PREFIX + renamed.get(field.name, field.name.upper()) for field in fields(Settings)]


def port() -> int:
    """Where the web process listens on this machine: `PORT`, 8000 unless it says else."""
    try:
        chosen: int = Env().int("PORT", 8000, validate=_port)
    except EnvError as error:
        raise SettingsError(str(error)) from None
    return chosen


def load(env_file: Path | None = None, **overrides: Any) -> Settings:
    """Read the environment (and `env_file`, default `.env` in the working directory).

    `overrides` replace values by field name, for tests and commands.
    Raises SettingsError naming the variable, the value and what would be right.
    """
    env = Env(prefix=PREFIX)
    env.read_env(str(env_file or Path.cwd() / ".env"), recurse=False)
    try:
        values = _read(env)
    except EnvError as error:
        raise SettingsError(str(error)) from None
    values.update(overrides)
    values["data_dir"] = Path(values["data_dir"]).expanduser().resolve()
    if not values["database_url"]:
        values["database_url"] = f"sqlite:///{values['data_dir'] / 'bartack.db'}"
    if not values["mail_url"]:
        values["mail_url"] = (values["data_dir"] / "mail").as_uri()
    if not values["secret_key"]:
        values["secret_key"] = _development_secret(values["production"], values["data_dir"])
    _check(values)
    return Settings(**values)


def _read(env: Env) -> dict[str, Any]:
    return {
        "production": env.str("ENV", "development", validate=_one_of("development", "production")) == "production",
        "data_dir": env.str("DATA_DIR", "var"),
        "database_url": env.str("DATABASE_URL", "", validate=_database),
        "secret_key": env.str("SECRET_KEY", ""),
        "base_url": env.str("BASE_URL", f"http://127.0.0.1:{port()}", validate=_web_address).rstrip("/"),
        "site_name": env.str("SITE_NAME", "Bartack", validate=_short),
        "mode": Mode(env.str("MODE", "support", validate=_one_of(*Mode))),
        "marketplace": env.str("MARKETPLACE", "the marketplace", validate=_short),
        "help_form_url": env.str("HELP_FORM_URL", "", validate=_web_address_or_empty),
        "timezone": env.str("TIMEZONE", "Europe/London", validate=_zone),
        "search": env.str("SEARCH", "whoosh", validate=_one_of("whoosh")),
        "mail_url": env.str("MAIL_URL", "", validate=_mail),
        "mail_from": env.str("MAIL_FROM", "Bartack <bartack@localhost>", validate=_short),
        "limits": env.str("LIMITS", "on", validate=_one_of("on", "off")) == "on",
        "web_workers": env.int("WEB_WORKERS", 2, validate=_few),
        "trusted_proxies": tuple(map(_network, env.list("TRUSTED_PROXIES", []))),
    }


def _check(values: dict[str, Any]) -> None:
    if values["production"]:
        if len(values["secret_key"]) < MINIMUM_SECRET:
            raise SettingsError(f"BARTACK_SECRET_KEY must have at least {MINIMUM_SECRET} characters in production.")
        if not values["limits"]:
            raise SettingsError("BARTACK_LIMITS=off is for benches and browser tests; production refuses it.")


def _development_secret(production: bool, data_dir: Path) -> str:
    if production:
        raise SettingsError(
            "BARTACK_SECRET_KEY is not set. Production needs one; make it with: "
            'python -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    kept = data_dir / "secret_key"
    if not kept.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text().strip()


def _one_of(*allowed: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        if value not in allowed:
            raise EnvError(f"'{value}' is not one of: {', '.join(allowed)}.")

    return check


def _short(value: str) -> None:
    if not value.strip() or len(value) > 120 or "\n" in value:
        raise EnvError("needs one line of 1 to 120 characters.")


def _database(value: str) -> None:
    if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise EnvError("needs sqlite:///PATH or postgresql://….")


def _web_address(value: str) -> None:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise EnvError(f"'{value}' is not an address like https://help.example.org (no path).")


def _web_address_or_empty(value: str) -> None:
    parts = urlsplit(value)
    if value and (parts.scheme != "https" or not parts.hostname):
        raise EnvError(f"'{value}' is not an address like https://shop.example.org/help.")


def _mail(value: str) -> None:
    if value and urlsplit(value).scheme not in {"file", "smtp", "smtps"}:
        raise EnvError("needs file:///FOLDER, smtp://[NAME:PASSWORD@]HOST[:PORT] or smtps://….")


def _port(value: int) -> None:
    if not 0 < value < 65_536:
        raise EnvError("needs a number from 1 to 65535.")


def _few(value: int) -> None:
    if not 1 <= value <= 64:
        raise EnvError("needs a number from 1 to 64.")


def _zone(value: str) -> None:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise EnvError(f"'{value}' is not a time zone like Europe/London.") from None


def _network(value: str) -> Network:
    try:
        return ipaddress.ip_network(value.strip())
    except ValueError:
        raise SettingsError(f"BARTACK_TRUSTED_PROXIES: '{value}' is not an address or network.") from None
