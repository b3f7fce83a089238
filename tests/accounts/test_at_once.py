"""Two browsers, one moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import func, select

from app.accounts import tokens
from app.accounts.models import Account
from app.core.db import db
from app.jobs.models import Job

PASSWORD = "three odd socks"
MILO = {"name": "milo", "email": "milo@example.org", "password": PASSWORD}
AT_ONCE = 20


def _count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def _send(app: Flask, path: str, fields: dict[str, str]) -> tuple[int, str | None]:
    answer = app.test_client().post(path, data=fields)
    return answer.status_code, answer.location


def test_one_form_twenty_times_is_one_person(app: Flask, make_app: Callable[..., Flask]) -> None:
    site = make_app()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        fields = MILO | {"form_token": "t" * 24}
        answers = list(pool.map(lambda _: _send(site, "/register", fields), range(AT_ONCE)))
    assert set(answers) == {(303, "/register/sent")}
    assert _count(Account) == 1


def test_one_name_wanted_by_twenty_is_one_persons(app: Flask, make_app: Callable[..., Flask]) -> None:
    site = make_app()

    def sign_up(number: int) -> int:
        return _send(site, "/register", MILO | {"email": f"m{number}@example.org"})[0]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(sign_up, range(AT_ONCE)))
    assert sorted(answers) == [303] + [422] * (AT_ONCE - 1)
    assert _count(Account) == 1


def test_one_address_confirmed_by_twenty_is_one_persons(app: Flask, make_app: Callable[..., Flask]) -> None:
    site = make_app()
    for letter in "abcdefghjkmnpqrstuvw":
        _send(site, "/register", MILO | {"name": f"milo-{letter}"})
    claims = [tokens.make(tokens.Purpose.CONFIRM, account) for account in db.session.scalars(select(Account))]
    db.session.rollback()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda token: _send(site, f"/confirm/{token}", {})[0], claims))
    assert sorted(answers) == [303] + [410] * (AT_ONCE - 1)
    assert db.session.scalars(select(Account.email).where(Account.email.is_not(None))).all() == [
        "milo@example.org"
    ]
    assert _count(Job) == AT_ONCE
