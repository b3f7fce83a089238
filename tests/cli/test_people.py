"""An operator adds people and gives them roles."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from app.accounts.actor import Role
from app.accounts.queries import person_named
from app.cli.people import people
from app.core.db import db


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    return lambda *words: CliRunner().invoke(people, list(words))


def test_somebody_added_chooses_their_password_by_a_link(app: Flask, run: Callable[..., Result]) -> None:
    result = run("add", "wilma", "wilma@example.org", "--role", "agent")
    assert result.exit_code == 0, result.output
    link = result.output.rsplit(" ", 1)[1].strip()
    browser = app.test_client()
    assert browser.get(link).status_code == 200
    assert browser.post(link, data={"password": "fifteen characters"}).status_code == 303
    person = person_named("wilma")
    assert person
    assert person.role is Role.AGENT


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("add", "w", "wilma@example.org"), "3"),
        (("add", "wilma", "nowhere"), "address"),
        (("add", "alice", "other@example.org"), "name"),
        (("add", "wilma", "alice@example.org"), "address"),
        (("role", "nobody", "agent"), "nobody here is called nobody"),
        (("role", "alice", "emperor"), "emperor"),
    ],
)
def test_what_will_not_do_is_said(
    cast: SimpleNamespace, run: Callable[..., Result], words: tuple[str, ...], reason: str
) -> None:
    result = run(*words)
    assert result.exit_code != 0
    assert reason in result.output


def test_a_new_role_signs_out(cast: SimpleNamespace, run: Callable[..., Result]) -> None:
    assert cast.alice.client.get("/me/security").status_code == 200
    assert run("role", "alice", "moderator").exit_code == 0
    db.session.remove()
    assert cast.alice.client.get("/me/security").status_code == 303
    person = person_named("alice")
    assert person
    assert person.role is Role.MODERATOR
