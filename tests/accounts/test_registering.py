"""Somebody signs up, and proves their address by its letter."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import operations
from app.accounts.actor import Role
from app.accounts.models import Account, AccountState
from app.core import clock
from app.core.db import db
from app.jobs.models import Job
from app.mail.queries import Letter

PASSWORD = "three odd socks"
MILO = {"name": "Milo", "email": "Milo@Example.org", "password": PASSWORD}


def _people() -> int:
    return db.session.scalar(select(func.count()).select_from(Account)) or 0


def test_the_whole_way_in(app: Flask, client: FlaskClient, link_to: Callable[[str], str]) -> None:
    sent = client.post("/register?next=/ask", data=MILO)
    assert (sent.status_code, sent.location) == (303, "/register/sent")
    assert "Look in your mail" in client.get(sent.location).text
    page = link_to("milo@example.org")
    assert page.startswith("/confirm/")
    assert page.endswith("?next=/ask")
    confirmed = client.post(page)
    assert (confirmed.status_code, confirmed.location) == (303, "/sign-in?next=/ask")
    signed_in = client.post(confirmed.location, data=MILO)
    assert (signed_in.status_code, signed_in.location) == (303, "/ask")
    row = db.session.scalars(select(Account)).one()
    assert (row.name, row.display_name, row.email, row.pending_email) == (
        "milo",
        "Milo",
        "milo@example.org",
        None,
    )
    assert (row.role, row.trust, row.state) == (Role.NEW, 0, AccountState.ACTIVE)


def test_opening_the_link_confirms_nothing(
    app: Flask, client: FlaskClient, link_to: Callable[[str], str]
) -> None:
    client.post("/register", data=MILO)
    page = link_to("milo@example.org")
    opened = client.get(page)
    assert opened.status_code == 200
    assert "Confirm my address" in opened.text
    assert db.session.scalars(select(Account)).one().email is None
    assert client.post("/sign-in", data=MILO).status_code == 422


def test_a_link_works_once(client: FlaskClient, link_to: Callable[[str], str]) -> None:
    client.post("/register", data=MILO)
    page = link_to("milo@example.org")
    assert client.post(page).status_code == 303
    assert client.post(page).status_code == 410
    assert client.get(page).status_code == 410


def test_a_link_works_for_a_day(client: FlaskClient, link_to: Callable[[str], str]) -> None:
    client.post("/register", data=MILO)
    page = link_to("milo@example.org")
    with clock.frozen(clock.now() + timedelta(hours=23, minutes=59)):
        assert client.get(page).status_code == 200
    with clock.frozen(clock.now() + timedelta(hours=24, minutes=1)):
        assert client.post(page).status_code == 410


@pytest.mark.parametrize("token", ["x", "WyJjb25maXJtIiwxLDEsIngiXQ.bad", "ü", "." * 500])
def test_a_link_we_never_made_leads_nowhere(client: FlaskClient, token: str) -> None:
    for path in (f"/confirm/{token}", f"/reset/{token}"):
        assert client.get(path).status_code == 410
        assert client.post(path, data={"password": PASSWORD}).status_code == 410


def test_the_owner_of_a_known_address_is_told(
    rosa: int, client: FlaskClient, link_to: Callable[[str], str], mailbox: Callable[[], list[Letter]]
) -> None:
    sent = client.post("/register", data=MILO | {"email": "rosa@example.org"})
    assert (sent.status_code, sent.location) == (303, "/register/sent")
    assert link_to("rosa@example.org").startswith("/reset/")
    (letter,) = mailbox()
    assert letter.subject == "You already have an account at Bartack"
    assert "milo" not in letter.text.lower()


def test_the_same_rows_are_written_for_a_known_and_an_unknown_address(rosa: int, client: FlaskClient) -> None:
    client.post("/register", data=MILO | {"email": "rosa@example.org"})
    client.post("/register", data=MILO | {"name": "milou", "email": "nobody@example.org"})
    known, unknown = db.session.scalars(select(Account).where(Account.id != rosa).order_by(Account.id))
    for column in ("email", "email_confirmed_at", "role", "state", "tz", "bio"):
        assert getattr(known, column) == getattr(unknown, column)
    assert known.password_hash
    assert unknown.password_hash
    jobs = db.session.scalars(select(Job).order_by(Job.id)).all()
    assert [job.payload for job in jobs] == [
        {"account_id": known.id, "next_url": "/"},
        {"account_id": unknown.id, "next_url": "/"},
    ]


def test_a_name_asked_for_with_a_known_address_is_taken_like_any_other(
    rosa: int, client: FlaskClient
) -> None:
    client.post("/register", data=MILO | {"email": "rosa@example.org"})
    assert client.post("/register", data=MILO).status_code == 422


def test_the_first_to_open_the_letter_has_the_address(
    client: FlaskClient, work: Callable[[], None], mailbox: Callable[[], list[Letter]]
) -> None:
    for name in ("milo", "mallory"):
        client.post("/register", data=MILO | {"name": name})
    work()
    first, second = (letter.text.split("http://localhost")[1].split()[0] for letter in mailbox())
    assert client.post(first).status_code == 303
    assert client.get(second).status_code == 200
    assert client.post(second).status_code == 410
    assert client.post("/sign-in", data=MILO).status_code == 303


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Choose a name."),
        ({"name": "ab"}, "Choose a name of 3 to 20 characters"),
        ({"name": "a" * 21}, "Choose a name of 3 to 20 characters"),
        ({"name": "-milo"}, "starting with a letter or digit"),
        ({"name": "mílo"}, "letters a to z"),
        ({"name": "𝓂𝒾𝓁ℴ"}, "letters a to z"),
        ({"name": "support-desk"}, "taken for staff"),
        ({"name": "0fficial"}, "taken for staff"),
        ({"name": "b4rtack.bartack"}, "taken for staff"),
        ({"name": "r0sa"}, "or one that looks like it"),
        ({"email": ""}, "Write your e-mail address."),
        ({"email": "milo"}, "like name@example.com"),
        ({"email": "milo@localhost"}, "like name@example.com"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "like name@example.com"),
        ({"password": ""}, "Choose a password."),
        ({"password": "nine char"}, "at least 10 characters"),
        ({"password": "x" * 129}, "at most 128 characters"),
        ({"password": "qwertyuiop"}, "list of common passwords"),
        ({"name": "milo.the.mender", "password": "Milo.The.Mender"}, "must not be your name"),
    ],
)
def test_what_will_not_do_is_said_beside_the_field(
    rosa: int, client: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    answer = client.post("/register", data=MILO | fields)
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert sentence in answer.text
    assert _people() == 1
    if "name" in fields:
        assert "Milo@Example.org" in answer.text
    assert PASSWORD not in answer.text


def test_all_that_will_not_do_is_said_at_once(client: FlaskClient) -> None:
    page = client.post("/register", data={"name": "support", "email": "x", "password": "short"}).text
    for sentence in ("taken for staff", "like name@example.com", "at least 10 characters"):
        assert page.count(sentence) == 2, "in the summary, and beside the field"


def test_a_form_sent_twice_is_one_person(client: FlaskClient) -> None:
    fields = MILO | {"form_token": "t" * 24}
    answers = [client.post("/register", data=fields) for _ in range(3)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/register/sent")}
    assert _people() == 1
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1


def test_extra_fields_change_nothing(client: FlaskClient) -> None:
    client.post(
        "/register",
        data=MILO | {"role": "admin", "trust": "9", "email_confirmed_at": "now", "state": "ghost"},
    )
    row = db.session.scalars(select(Account)).one()
    assert (row.role, row.trust, row.email_confirmed_at, row.state) == (
        Role.NEW,
        0,
        None,
        AccountState.ACTIVE,
    )


def test_signed_in_people_are_sent_on(cast: object, client: FlaskClient) -> None:
    answer = cast.alice.client.get("/register?next=/questions")  # type: ignore[attr-defined]
    assert (answer.status_code, answer.location) == (303, "/questions")


def test_what_nobody_confirms_is_forgotten_after_a_week(rosa: int, client: FlaskClient) -> None:
    client.post("/register", data=MILO)
    operations.sweep()
    assert _people() == 2
    with clock.frozen(clock.now() + timedelta(days=7, minutes=1)):
        operations.sweep()
    assert db.session.scalars(select(Account.name)).all() == ["rosa"]
