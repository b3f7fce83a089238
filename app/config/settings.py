"""What an operator may set, read from the environment and from `.env` beside it."""

import ipaddress
import secrets
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass, fields
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from babel.core import get_global
from environs import Env

PREFIX = "BARTACK_"
MINIMUM_SECRET = 32
DEFAULT_REGION = "GB"
UNNAMED_MARKETPLACE = "the marketplace"
"""What stands there when an operator said nothing."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Check = Callable[[str], object]
"""Raises ValueError with a sentence; it never repeats a value that may hold a password."""


class SettingsError(Exception):
    """One sentence an operator can act on, for each wrong value."""


class Mode(StrEnum):
    SUPPORT = "support"
    COMMUNITY = "community"


class Search(StrEnum):
    """What keeps the search index; `auto` is the database when it can."""

    AUTO = "auto"
    WHOOSH = "whoosh"
    POSTGRESQL = "postgresql"


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
    region: str
    search: Search
    synonyms: Path | None
    mail_url: str
    mail_from: str
    limits: bool
    web_workers: int
    trusted_proxies: tuple[Network, ...]

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def search_in_database(self) -> bool:
        """Whether the search index is in the database, not in the data folder."""
        return self.search != Search.WHOOSH and self.database_url.startswith("postgresql")

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or ""


def names() -> list[str]:
    """Every environment variable Bartack reads for its settings."""
    renamed = {"production": "ENV"}
    return [PREFIX + renamed.get(field.name, field.name.upper()) for field in fields(Settings)]


def port() -> int:
    """Where the web process listens on this machine: `PORT`, 8000 unless it says else."""
    return int(_checked("PORT", Env().str("PORT", "8000"), _number(1, 65_535)))


def load(env_file: Path | None = None, *, anew: bool = False, **overrides: Any) -> Settings:
    """Read the environment (and `env_file`, default `.env` in the working directory).

    `overrides` replace values by field name, for tests and commands. With `anew` the file wins over the environment,
    in which an earlier reading of it may have left what has changed since.
    Raises SettingsError naming the variable and what would be right.
    """
    env = Env(prefix=PREFIX)
    env.read_env(str(env_file or Path.cwd() / ".env"), recurse=False, override=anew)
    values = _read(env)
    values.update(overrides)
    values["data_dir"] = Path(values["data_dir"]).expanduser().resolve()
    if not values["database_url"]:
        values["database_url"] = f"sqlite:///{values['data_dir'] / 'bartack.db'}"
    if not values["mail_url"]:
        values["mail_url"] = (values["data_dir"] / "mail").as_uri()
    if not values["region"]:
        values["region"] = _region_of(values["timezone"])
    if not values["secret_key"]:
        values["secret_key"] = _development_secret(values["production"], values["data_dir"])
    _check(values)
    return Settings(**values)


def _read(env: Env) -> dict[str, Any]:
    def read(name: str, default: str, check: Check) -> str:
        return _checked(PREFIX + name, env.str(name, default), check)

    return {
        "production": read("ENV", "development", _one_of("development", "production")) == "production",
        "data_dir": read("DATA_DIR", "var", _folder),
        "database_url": read("DATABASE_URL", "", _database),
        "secret_key": env.str("SECRET_KEY", "").strip(),
        "base_url": read("BASE_URL", f"http://127.0.0.1:{port()}", _web_address).rstrip("/"),
        "site_name": read("SITE_NAME", "Bartack", _short),
        "mode": Mode(read("MODE", "support", _one_of(*Mode))),
        "marketplace": read("MARKETPLACE", UNNAMED_MARKETPLACE, _short),
        "help_form_url": read("HELP_FORM_URL", "", _help_form),
        "timezone": read("TIMEZONE", "Europe/London", _zone),
        "region": read("REGION", "", _region),
        "search": Search(read("SEARCH", "auto", _one_of(*Search))),
        "synonyms": Path(named).expanduser() if (named := read("SYNONYMS", "", _file)) else None,
        "mail_url": read("MAIL_URL", "", _mail),
        "mail_from": read("MAIL_FROM", "Bartack <bartack@localhost>", _sender),
        "limits": read("LIMITS", "on", _one_of("on", "off")) == "on",
        "web_workers": int(read("WEB_WORKERS", "2", _number(1, 64))),
        "trusted_proxies": _networks(read("TRUSTED_PROXIES", "", _networks)),
    }


def _checked(name: str, value: str, check: Check) -> str:
    try:
        check(value)
    except ValueError as wrong:
        raise SettingsError(f"{name}: {wrong}") from None
    return value


def _check(values: dict[str, Any]) -> None:
    if values["search"] == Search.POSTGRESQL and not values["database_url"].startswith("postgresql"):
        raise SettingsError("BARTACK_SEARCH: 'postgresql' needs a BARTACK_DATABASE_URL of PostgreSQL.")
    if values["production"]:
        if len(values["secret_key"]) < MINIMUM_SECRET:
            raise SettingsError(
                f"BARTACK_SECRET_KEY must have at least {MINIMUM_SECRET} characters in production."
            )
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
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text().strip()


def _one_of(*allowed: str) -> Check:
    def check(value: str) -> None:
        if value not in allowed:
            raise ValueError(f"'{value}' is not one of: {', '.join(allowed)}.")

    return check


def _number(least: int, most: int) -> Check:
    def check(value: str) -> None:
        if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
            raise ValueError(f"needs a number from {least} to {most}.")

    return check


def _short(value: str) -> None:
    if not value.strip() or len(value) > 120 or not value.isprintable():
        raise ValueError("needs one line of 1 to 120 characters.")


def _folder(value: str) -> None:
    if not value.strip() or Path(value).expanduser().is_file():
        raise ValueError("needs a folder.")


def _file(value: str) -> None:
    if value and not Path(value).expanduser().is_file():
        raise ValueError(f"there is no file '{value}'.")


def _database(value: str) -> None:
    if value and not value.startswith(("sqlite:////", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("needs sqlite:////WHOLE/PATH or postgresql://….")


def _web_address(value: str) -> None:
    parts = urlsplit(value)
    extra = parts.path.rstrip("/") or parts.query or parts.fragment or parts.username or parts.port == 0
    if parts.scheme not in {"http", "https"} or not parts.hostname or extra:
        raise ValueError("needs an address like https://help.example.org, without a path.")


def _help_form(value: str) -> None:
    parts = urlsplit(value)
    if value and (parts.scheme != "https" or not parts.hostname):
        raise ValueError(f"'{value}' is not an address like https://shop.example.org/help.")


def _mail(value: str) -> None:
    try:
        parts = urlsplit(value)
        is_folder = parts.scheme == "file" and not parts.netloc and parts.path.startswith("/")
        is_server = parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_folder = is_server = False
    if value and not is_folder and not is_server:
        raise ValueError("needs file:///FOLDER, smtp://[NAME:PASSWORD@]HOST[:PORT] or smtps://….")


def _sender(value: str) -> None:
    _short(value)
    if "@" not in parseaddr(value)[1]:
        raise ValueError("needs a name and an address: Bartack <help@example.org>.")


def _zone(value: str) -> None:
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"'{value}' is not a time zone like Europe/London.") from None


def _region_of(timezone: str) -> str:
    """The country a time zone lies in; DEFAULT_REGION for those that lie in none, like UTC."""
    country = str(get_global("zone_territories").get(timezone))
    return country if country in Locale("en").territories and country != "ZZ" else DEFAULT_REGION


def _region(value: str) -> None:
    is_country = len(value) == 2 and value.isalpha() and value in Locale("en").territories
    if value and not is_country:
        raise ValueError(f"'{value}' is not a country's two letters, like GB.")


def _networks(value: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())


CHECKS: dict[str, Check] = {
    "BARTACK_ENV": _one_of("development", "production"),
    "BARTACK_DATA_DIR": _folder,
    "BARTACK_BASE_URL": _web_address,
    "BARTACK_SITE_NAME": _short,
    "BARTACK_MODE": _one_of(*Mode),
    "BARTACK_MARKETPLACE": _short,
    "BARTACK_HELP_FORM_URL": _help_form,
    "BARTACK_TIMEZONE": _zone,
    "BARTACK_MAIL_URL": _mail,
    "BARTACK_MAIL_FROM": _sender,
    "BARTACK_TRUSTED_PROXIES": _networks,
}
"""Checks of what `flask start` asks, one value at a time."""
