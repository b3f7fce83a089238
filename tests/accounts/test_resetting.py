"""A new password by letter."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.accounts import operations
from app.accounts.actor import Role
from app.accounts.models import Account, AccountState, SignInSession
from app.core import clock
from app.core.db import db
from app.core.transaction import transaction
from app.jobs.models import Job
from app.mail.queries import Letter

PASSWORD = "three odd socks"
NEW = "four matching mittens"
ROSA = {"email": "rosa@example.org"}


def test_the_whole_way_to_a_new_password(
    rosa: int, client: FlaskClient, link_to: Callable[[str], str], mailbox: Callable[[], list[Letter]]
) -> None:
    asked = client.post("/reset", data=ROSA)
    assert (asked.status_code, asked.location) == (303, "/reset/sent")
    assert "a letter is on its way" in client.get(asked.location).text
    page = link_to("rosa@example.org")
    assert "For rosa@example.org" in client.get(page).text
    chosen = client.post(page, data={"password": NEW})
    assert (chosen.status_code, chosen.location) == (303, "/sign-in")
    assert client.post("/sign-in", data=ROSA | {"password": PASSWORD}).status_code == 422
    assert client.post("/sign-in", data=ROSA | {"password": NEW}).status_code == 303
    assert link_to("rosa@example.org") == "/reset"
    assert mailbox()[0].subject == "Your password for Bartack was changed"


def test_a_new_password_signs_out_everywhere(rosa: int, app: Flask, link_to: Callable[[str], str]) -> None:
    browsers = [app.test_client() for _ in range(2)]
    for browser in browsers:
        browser.post("/sign-in", data=ROSA | {"password": PASSWORD})
    app.test_client().post("/reset", data=ROSA)
    app.test_client().post(link_to("rosa@example.org"), data={"password": NEW})
    assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 0
    assert {browser.get("/me/security").status_code for browser in browsers} == {303}


def test_a_link_works_once(rosa: int, client: FlaskClient, link_to: Callable[[str], str]) -> None:
    client.post("/reset", data=ROSA)
    page = link_to("rosa@example.org")
    client.post(page, data={"password": NEW})
    assert client.get(page).status_code == 410
    assert client.post(page, data={"password": "five borrowed scarves"}).status_code == 410
    assert client.post("/sign-in", data=ROSA | {"password": NEW}).status_code == 303


def test_a_link_works_for_an_hour(rosa: int, client: FlaskClient, link_to: Callable[[str], str]) -> None:
    client.post("/reset", data=ROSA)
    page = link_to("rosa@example.org")
    with clock.frozen(clock.now() + timedelta(minutes=59)):
        assert client.get(page).status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        assert client.post(page, data={"password": NEW}).status_code == 410


def test_opening_the_link_changes_nothing(
    rosa: int, client: FlaskClient, link_to: Callable[[str], str]
) -> None:
    client.post("/reset", data=ROSA)
    client.get(link_to("rosa@example.org"))
    assert client.post("/sign-in", data=ROSA | {"password": PASSWORD}).status_code == 303


@pytest.mark.parametrize("password", ["", "short", "qwertyuiop", "rosa@example.org", "x" * 129])
def test_a_password_that_will_not_do_leaves_the_link_alive(
    rosa: int, client: FlaskClient, link_to: Callable[[str], str], password: str
) -> None:
    client.post("/reset", data=ROSA)
    page = link_to("rosa@example.org")
    answer = client.post(page, data={"password": password})
    assert answer.status_code == 422
    assert "field--wrong" in answer.text
    assert client.post(page, data={"password": NEW}).status_code == 303


def test_nobody_gets_no_letter(
    client: FlaskClient, work: Callable[[], None], mailbox: Callable[[], list[Letter]]
) -> None:
    answer = client.post("/reset", data={"email": "nobody@example.org"})
    assert (answer.status_code, answer.location) == (303, "/reset/sent")
    work()
    assert mailbox() == []
    assert db.session.scalar(select(func.count()).select_from(Job).where(Job.done_at.is_(None))) == 0


def test_who_only_claims_an_address_proves_it_first(
    client: FlaskClient, link_to: Callable[[str], str]
) -> None:
    client.post("/register", data=ROSA | {"name": "rosa", "password": PASSWORD})
    first = link_to("rosa@example.org")
    client.post("/reset", data=ROSA)
    second = link_to("rosa@example.org")
    assert second.startswith("/confirm/")
    assert client.post(second).status_code == 303
    assert client.post(first).status_code == 410


@pytest.mark.parametrize("state", [AccountState.GHOST, AccountState.UNCLAIMED])
def test_only_active_people_get_one(
    rosa: int,
    client: FlaskClient,
    work: Callable[[], None],
    mailbox: Callable[[], list[Letter]],
    state: AccountState,
) -> None:
    with transaction() as session:
        session.execute(update(Account).values(state=state))
    client.post("/reset", data=ROSA)
    work()
    assert mailbox() == []


def test_somebody_who_left_meanwhile_cannot_use_the_link(
    rosa: int, client: FlaskClient, link_to: Callable[[str], str]
) -> None:
    client.post("/reset", data=ROSA)
    page = link_to("rosa@example.org")
    with transaction() as session:
        session.execute(update(Account).values(state=AccountState.GHOST))
    assert client.post(page, data={"password": NEW}).status_code == 410


def test_staff_choose_longer_ones(app: Flask, client: FlaskClient) -> None:
    link = str(operations.add_person(name="agnes", email="agnes@example.org", role=Role.AGENT).link)
    page = link.removeprefix("http://localhost")
    assert "At least 15 characters" in client.get(page).text
    assert "at least 15 characters" in client.post(page, data={"password": "fourteen chars"}).text
    assert client.post(page, data={"password": "fifteen chars.."}).status_code == 303


def test_who_was_invited_comes_in_by_their_link(
    client: FlaskClient, mailbox: Callable[[], list[Letter]]
) -> None:
    link = str(operations.add_person(name="milo", email="milo@example.org").link)
    page = link.removeprefix("http://localhost")
    with clock.frozen(clock.now() + timedelta(days=3, minutes=1)):
        assert client.get(page).status_code == 410
    assert client.post(page, data={"password": NEW}).status_code == 303
    assert client.post("/sign-in", data={"email": "milo@example.org", "password": NEW}).status_code == 303
    assert mailbox() == []


def test_a_confirming_link_sets_no_password(client: FlaskClient, link_to: Callable[[str], str]) -> None:
    client.post("/register", data=ROSA | {"name": "rosa", "password": PASSWORD})
    token = link_to("rosa@example.org").removeprefix("/confirm/")
    assert client.post(f"/reset/{token}", data={"password": NEW}).status_code == 410


def test_a_resetting_link_confirms_nothing(
    rosa: int, client: FlaskClient, link_to: Callable[[str], str]
) -> None:
    client.post("/reset", data=ROSA)
    token = link_to("rosa@example.org").removeprefix("/reset/")
    assert client.post(f"/confirm/{token}").status_code == 410


def test_links_lead_to_this_site_whatever_the_request_said(
    rosa: int, client: FlaskClient, work: Callable[[], None], mailbox: Callable[[], list[Letter]]
) -> None:
    client.post("/reset", data=ROSA, headers={"X-Forwarded-Host": "evil.example", "Host": "evil.example"})
    client.post("/reset", data=ROSA, headers={"X-Forwarded-Host": "evil.example"})
    work()
    assert mailbox()
    assert not [letter for letter in mailbox() if "evil" in letter.text + letter.html]
