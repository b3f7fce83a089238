"""What an operator sets: read once, typed, and a wrong value stops the start with a sentence."""

import ipaddress
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest

from app.config import Mode, Settings, SettingsError, load, names, port
from app.wiring import create_app

ROOT = Path(__file__).parents[2]
Read = Callable[..., Settings]


@pytest.fixture(autouse=True)
def _bare_environment() -> Iterator[None]:
    """Nothing set, and nothing that a test reads from a file stays set."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BARTACK_") and name != "PORT"
    }
    with mock.patch.dict(os.environ, kept, clear=True):
        yield


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Load the settings with these variables set."""

    def with_variables(**variables: str) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return load(tmp_path / "no.env", data_dir=tmp_path)

    return with_variables


def test_without_anything_set_it_starts(read: Read, tmp_path: Path) -> None:
    settings = read()
    assert settings.database_url == f"sqlite:///{tmp_path / 'bartack.db'}"
    assert settings.mail_url == (tmp_path / "mail").as_uri()
    assert (settings.production, settings.mode, settings.limits) == (False, Mode.SUPPORT, True)
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.trusted_proxies == ()


@pytest.mark.parametrize(
    ("name", "value", "field", "typed"),
    [
        ("BARTACK_MODE", "community", "mode", Mode.COMMUNITY),
        ("BARTACK_BASE_URL", "https://help.example.org/", "base_url", "https://help.example.org"),
        ("BARTACK_BASE_URL", "http://[::1]:8000", "base_url", "http://[::1]:8000"),
        ("BARTACK_SITE_NAME", "Thimble Hilfe & Rat", "site_name", "Thimble Hilfe & Rat"),
        ("BARTACK_DATABASE_URL", "postgresql://a:b@db/c", "database_url", "postgresql://a:b@db/c"),
        ("BARTACK_DATABASE_URL", "sqlite:////srv/b.db", "database_url", "sqlite:////srv/b.db"),
        (
            "BARTACK_MAIL_URL",
            "smtps://a:b%40c@mail.example.org:465",
            "mail_url",
            "smtps://a:b%40c@mail.example.org:465",
        ),
        ("BARTACK_MAIL_FROM", "help@example.org", "mail_from", "help@example.org"),
        (
            "BARTACK_HELP_FORM_URL",
            "https://shop.example.org/help?a=b",
            "help_form_url",
            "https://shop.example.org/help?a=b",
        ),
        ("BARTACK_TIMEZONE", "Europe/Vilnius", "timezone", "Europe/Vilnius"),
        ("BARTACK_REGION", "LT", "region", "LT"),
        ("BARTACK_TIMEZONE", "Europe/Vilnius", "region", "LT"),
        ("BARTACK_TIMEZONE", "UTC", "region", "GB"),
        ("BARTACK_SYNONYMS", "", "synonyms", None),
        ("BARTACK_SYNONYMS", __file__, "synonyms", Path(__file__)),
        ("BARTACK_LIMITS", "off", "limits", False),
        ("BARTACK_WEB_WORKERS", "64", "web_workers", 64),
        (
            "BARTACK_TRUSTED_PROXIES",
            "127.0.0.1, 10.0.0.0/8,2001:db8::/32",
            "trusted_proxies",
            tuple(map(ipaddress.ip_network, ("127.0.0.1/32", "10.0.0.0/8", "2001:db8::/32"))),
        ),
    ],
)
def test_right_values_arrive_typed(read: Read, name: str, value: str, field: str, typed: object) -> None:
    assert getattr(read(**{name: value}), field) == typed


WRONG = {
    "BARTACK_ENV": ["prod", "", "PRODUCTION"],
    "BARTACK_DATA_DIR": ["", " ", __file__],
    "BARTACK_DATABASE_URL": ["mysql://db/a", "bartack.db", "sqlite:///bartack.db", "sqlite://"],
    "BARTACK_BASE_URL": [
        "",
        "help.example.org",
        "ftp://help.example.org",
        "https://",
        "https://help.example.org/path",
        "https://help.example.org?a=b",
        "https://help.example.org#a",
        "https://a:b@help.example.org",
        "https://help.example.org:99999",
        "https://[::1",
    ],
    "BARTACK_SITE_NAME": ["", "  ", "x" * 121, "a\nb", "a\rb"],
    "BARTACK_MODE": ["", "peers", "SUPPORT"],
    "BARTACK_MARKETPLACE": ["", "x" * 121],
    "BARTACK_HELP_FORM_URL": [
        "http://shop.example.org",
        "shop.example.org/help",
        "javascript:alert(1)",
        "https://",
    ],
    "BARTACK_REGION": ["lt", "LTU", "ZZZ", "XQ", "44"],
    "BARTACK_TIMEZONE": ["", "Mars/Olympus", "../etc/passwd", "/etc/passwd", "Europe"],
    "BARTACK_SEARCH": ["", "elastic", "postgresql", "AUTO"],
    "BARTACK_SYNONYMS": ["/nowhere/synonyms.txt", "/"],
    "BARTACK_MAIL_URL": [
        "imap://mail.example.org",
        "smtp://",
        "smtp://mail.example.org:x",
        "file://folder",
        "mail",
    ],
    "BARTACK_MAIL_FROM": ["", "Bartack", "a@example.org\r\nBcc: b@example.org"],
    "BARTACK_LIMITS": ["", "maybe", "OFF", "0"],
    "BARTACK_WEB_WORKERS": ["", "0", "65", "-1", "two", "1.5", "²"],
    "BARTACK_TRUSTED_PROXIES": ["10.0.0.0/33", "proxy.local", "10.0.0.1/8", "127.0.0.1;10.0.0.1"],
    "PORT": ["", "0", "70000", "x", "80 80"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_value_stops_with_a_sentence_that_names_it(read: Read, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as stopped:
        read(**{name: value})
    sentence = str(stopped.value)
    assert sentence.startswith(f"{name}: ")
    assert len(sentence) > len(name) + 10
    assert "\n" not in sentence


def test_every_variable_has_a_wrong_value_here() -> None:
    assert set(WRONG) == {*names(), "PORT"} - {"BARTACK_SECRET_KEY"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BARTACK_MAIL_URL", "smtp://name:hush hush@"),
        ("BARTACK_MAIL_URL", "smtp://name:hush"),
        ("BARTACK_MAIL_URL", "smtp://name:hush℀@mail.example.org"),
        ("BARTACK_DATABASE_URL", "mysql://name:hush@db/a"),
        ("BARTACK_BASE_URL", "https://name:hush@help.example.org"),
    ],
)
def test_no_sentence_repeats_a_password(read: Read, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as stopped:
        read(**{name: value})
    assert "hush" not in str(stopped.value)


def test_the_application_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("BARTACK_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BARTACK_MODE", "peers")
    with pytest.raises(SystemExit, match=r"Bartack cannot start\. BARTACK_MODE: 'peers' is not one of"):
        create_app()


def test_a_file_is_read_and_the_environment_stands_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / ".env"
    file.write_text("BARTACK_SITE_NAME='Thimble Help'\nBARTACK_MODE=community\n", encoding="utf-8")
    monkeypatch.setenv("BARTACK_MODE", "support")
    settings = load(file, data_dir=tmp_path)
    assert (settings.site_name, settings.mode) == ("Thimble Help", Mode.SUPPORT)


def test_the_file_in_the_working_directory_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("BARTACK_SITE_NAME=Thimble\n", encoding="utf-8")
    assert load(data_dir=tmp_path).site_name == "Thimble"


def test_a_wrong_value_in_the_file_stops_too(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("BARTACK_MODE=peers\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="BARTACK_MODE"):
        load(file, data_dir=tmp_path)


def test_production_demands_a_secret(read: Read) -> None:
    for secret in ("", "short", "x" * 31, " " * 40):
        with pytest.raises(SettingsError, match="BARTACK_SECRET_KEY") as stopped:
            read(BARTACK_ENV="production", BARTACK_SECRET_KEY=secret)
        assert "short" not in str(stopped.value)
    assert read(BARTACK_ENV="production", BARTACK_SECRET_KEY="x" * 32).secret_key == "x" * 32


def test_production_refuses_to_do_without_limits(read: Read) -> None:
    with pytest.raises(SettingsError, match="BARTACK_LIMITS"):
        read(BARTACK_ENV="production", BARTACK_SECRET_KEY="x" * 32, BARTACK_LIMITS="off")
    assert read(BARTACK_ENV="development", BARTACK_LIMITS="off").limits is False


def test_development_makes_its_secret_once_and_for_its_owner_only(read: Read, tmp_path: Path) -> None:
    first = read().secret_key
    assert len(first) >= 32
    assert read().secret_key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_where_it_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    assert port() == 8000
    monkeypatch.setenv("PORT", "8080")
    assert port() == 8080


def test_names_are_what_is_read_and_what_operators_are_told(read: Read) -> None:
    """`docs/operate.md` has one row for each."""
    table = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(BARTACK_[A-Z_]+)` \|", table, re.MULTILINE)
    assert told == names()
    source = (ROOT / "app" / "config" / "settings.py").read_text(encoding="utf-8")
    asked = {"BARTACK_" + name for name in re.findall(r"(?:read|env\.str)\(\"([A-Z_]+)\"", source)}
    assert asked == set(names())
