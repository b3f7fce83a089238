"""What may be a password, and how it is kept."""

import threading
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from app.accounts import passwords
from app.accounts.actor import Role
from app.core.problems import Problem


@pytest.fixture
def database_url(tmp_path: object) -> str:
    """Nothing here asks a database, so one kind of it will do."""
    return f"sqlite:///{tmp_path}/unused.db"


@pytest.mark.parametrize(
    "password",
    [
        "three odd socks",
        "ten chars!",
        "x" * 128,
        "пароль из носков",
        "  two  spaces  ",
        "🧵🪡🧶👕👖🧦🧤🧣🧥👗",
        "correct-horse",
    ],
)
def test_any_composition_will_do(app: Flask, password: str) -> None:
    passwords.check(password)


@pytest.mark.parametrize(
    ("password", "role", "sentence"),
    [
        ("nine char", Role.NEW, "at least 10"),
        ("fourteen chars", Role.MODERATOR, "at least 15"),
        ("fourteen chars", Role.AGENT, "at least 15"),
        ("fourteen chars", Role.ADMIN, "at least 15"),
        ("ﬁ" * 4 + "x", Role.NEW, "at least 10"),
        ("x" * 129, Role.NEW, "at most 128"),
        ("\u0301" * 500_000, Role.NEW, "at most 128"),
        ("qwertyuiop", Role.NEW, "common"),
        ("QwertyUiop", Role.NEW, "common"),
        ("1234567890", Role.NEW, "common"),
        ("password123", Role.NEW, "common"),
        ("1q2w3e4r5t", Role.NEW, "common"),
        ("rosa.miller", Role.NEW, "name or your address"),
        ("Rosa@Example.org", Role.NEW, "name or your address"),
        ("rosa-at-home", Role.NEW, "name or your address"),
    ],
)
def test_what_will_not_do(app: Flask, password: str, role: Role, sentence: str) -> None:
    with pytest.raises(Problem) as refused:
        passwords.check(
            password, role=role, own=("rosa.miller", "rosa@example.org", "rosa-at-home@example.org", None)
        )
    assert sentence in str(refused.value.message)
    assert refused.value.field == "password"


def test_the_list_holds_what_its_licence_says() -> None:
    listed = passwords._common()
    assert len(listed) > 1_000
    assert all(word == word.lower() and len(word) >= passwords.SHORTEST for word in listed)


def test_argon2id_46_mib_once_through_one_lane(app: Flask) -> None:
    del app.config[passwords.MEMORY_OPTION]
    kept = passwords.hashed("three odd socks")
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert passwords.matches("three odd socks", kept)
    assert not passwords.matches("three odd sock", kept)
    assert kept != passwords.hashed("three odd socks")


@pytest.mark.parametrize("kept", ["", "plain", "$argon2id$v=19$m=64", "$2b$12$abcdefghijklmnopqrstuv"])
def test_a_broken_hash_matches_nothing(app: Flask, kept: str) -> None:
    assert not passwords.matches("three odd socks", kept)


def test_nobody_matches_nothing(app: Flask) -> None:
    assert not passwords.matches("", None)
    assert not passwords.matches("x" * 1_000_000, None)
    assert not passwords.matches("x" * 1_000_000, passwords.hashed(""))


class Counting:
    """Stands in for the hasher and notes how many are at work at once."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self._lock = threading.Lock()

    def hash(self, _password: str) -> str:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.02)
        with self._lock:
            self.now -= 1
        return ""


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    counter = Counting()
    monkeypatch.setattr(passwords, "_hasher", lambda: counter)
    yield counter


def test_at_most_two_at_once(counting: Counting) -> None:
    threads = [threading.Thread(target=passwords.hashed, args=("three odd socks",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counting.most == 2
