"""/me/email: moving to another address, and taking the account back."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import operations
from app.accounts.models import Account, FormerEmail, SignInSession
from app.audit.operations import verify
from app.core import clock
from app.core.clock import now
from app.core.db import db
from app.jobs.models import Job
from app.mail.queries import Letter
from tests.house.town import bytes_of

PASSWORD = "three odd socks"
NEW = "four matching mittens"
ROSA = {"email": "rosa@example.org", "password": PASSWORD}
MOVE = {"email": "Rosa@Example.net", "current": PASSWORD}

Mailbox = Callable[[], list[Letter]]
Work = Callable[[], None]


@pytest.fixture
def browser(rosa: int, app: Flask) -> FlaskClient:
    """Rosa's, signed in."""
    made = app.test_client()
    made.post("/sign-in", data=ROSA)
    return made


def _link(letter: Letter) -> str:
    (found,) = re.findall(r"http://localhost(/\S+)", letter.text)
    return str(found)


def _letters(work: Work, mailbox: Mailbox) -> dict[str, Letter]:
    """The newest letter to each address."""
    work()
    return {letter.to: letter for letter in reversed(mailbox())}


def _rosa() -> Account:
    db.session.rollback()
    return db.session.scalars(select(Account).where(Account.name == "rosa")).one()


def _moved(browser: FlaskClient, work: Work, mailbox: Mailbox) -> dict[str, Letter]:
    """Rosa has moved; the letters that came of it."""
    browser.post("/me/email", data=MOVE)
    browser.post(_link(_letters(work, mailbox)["rosa@example.net"]))
    return _letters(work, mailbox)


def test_the_whole_way_to_another_address(
    browser: FlaskClient, app: Flask, work: Work, mailbox: Mailbox
) -> None:
    elsewhere = app.test_client()
    elsewhere.post("/sign-in", data=ROSA)
    asked = browser.post("/me/email", data=MOVE)
    assert (asked.status_code, asked.location) == (303, "/me/email")
    assert "You asked to move to rosa@example.net" in browser.get("/me/email").text
    told = _letters(work, mailbox)
    assert set(told) == {"rosa@example.org", "rosa@example.net"}
    assert "Somebody asked to change your address" in told["rosa@example.org"].subject
    assert _link(told["rosa@example.org"]) == "/reset"
    assert "rosa@example.net" not in told["rosa@example.org"].text
    page = _link(told["rosa@example.net"])
    assert "the account “rosa” has the address rosa@example.net" in browser.get(page).text
    assert _rosa().email == "rosa@example.org"
    done = browser.post(page)
    assert (done.status_code, done.location) == (303, "/me/email")
    assert "Your address is rosa@example.net." in browser.get("/me/email").text
    assert elsewhere.get("/me").status_code == 303
    told = _letters(work, mailbox)
    assert told["rosa@example.org"].subject == "Your address for Bartack was changed"
    assert told["rosa@example.net"].subject == "Your new address for Bartack"
    fresh = app.test_client()
    assert fresh.post("/sign-in", data=ROSA).status_code == 422
    assert fresh.post("/sign-in", data=ROSA | {"email": "rosa@example.net"}).status_code == 303
    assert verify() is None


def test_whoever_opens_the_letter_elsewhere_stays_signed_out(
    browser: FlaskClient, client: FlaskClient, work: Work, mailbox: Mailbox
) -> None:
    browser.post("/me/email", data=MOVE)
    answer = client.post(_link(_letters(work, mailbox)["rosa@example.net"]))
    assert (answer.status_code, answer.location) == (303, "/me/email")
    assert client.get("/me").status_code == 303
    assert browser.get("/me").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(SignInSession)) == 0


def test_a_known_address_looks_like_an_unknown_one(
    browser: FlaskClient, app: Flask, work: Work, mailbox: Mailbox
) -> None:
    operations.add_person(name="tessa", email="tessa@example.org", password=PASSWORD)
    answers = [
        browser.post("/me/email", data=MOVE | {"email": email})
        for email in ("tessa@example.org", "nobody@example.org")
    ]
    assert len({(answer.status_code, answer.location, answer.text) for answer in answers}) == 1
    _letters(work, mailbox)
    browser.post("/me/email", data=MOVE | {"email": "tessa@example.org"})
    told = _letters(work, mailbox)
    assert told["tessa@example.org"].subject == "This address has an account at Bartack"
    assert "rosa" not in told["tessa@example.org"].text


def test_an_address_that_was_proven_meanwhile_reads_like_an_old_link(
    browser: FlaskClient, client: FlaskClient, work: Work, mailbox: Mailbox
) -> None:
    browser.post("/me/email", data=MOVE)
    page = _link(_letters(work, mailbox)["rosa@example.net"])
    operations.add_person(name="tessa", email="rosa@example.net", password=PASSWORD)
    browser.get("/me/email")
    taken, nonsense = browser.post(page), browser.post("/email/nonsense")
    assert (taken.status_code, nonsense.status_code) == (410, 410)
    assert "This link no longer works" in taken.text
    assert bytes_of(taken) == bytes_of(nonsense)
    assert _rosa().email == "rosa@example.org"


def test_a_link_works_once_and_for_a_day(browser: FlaskClient, work: Work, mailbox: Mailbox) -> None:
    browser.post("/me/email", data=MOVE)
    page = _link(_letters(work, mailbox)["rosa@example.net"])
    with clock.frozen(now() + timedelta(hours=25)):
        assert browser.get(page).status_code == 410
    assert browser.post(page).status_code == 303
    assert browser.post(page).status_code == 410


def test_opening_the_link_changes_nothing(browser: FlaskClient, work: Work, mailbox: Mailbox) -> None:
    browser.post("/me/email", data=MOVE)
    browser.get(_link(_letters(work, mailbox)["rosa@example.net"]))
    assert _rosa().email == "rosa@example.org"


@pytest.mark.parametrize("change", ["another address", "staying", "a new password"])
def test_what_ends_a_link(browser: FlaskClient, work: Work, mailbox: Mailbox, change: str) -> None:
    browser.post("/me/email", data=MOVE)
    page = _link(_letters(work, mailbox)["rosa@example.net"])
    if change == "another address":
        browser.post("/me/email", data=MOVE | {"email": "other@example.net"})
        _letters(work, mailbox)
    elif change == "staying":
        assert browser.post("/me/email/stay").status_code == 303
        assert "You asked to move" not in browser.get("/me/email").text
    else:
        browser.post("/me/security", data={"current": PASSWORD, "password": NEW})
        _letters(work, mailbox)
    assert browser.post(page).status_code == 410
    assert _rosa().email == "rosa@example.org"


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "", "Write your new e-mail address."),
        ("email", "nonsense", "Write an e-mail address like"),
        ("email", "rosa@example.org", "That is your address already."),
        ("email", "x" * 250 + "@example.org", "Write an e-mail address like"),
        ("current", "", "Write your password."),
        ("current", "wrong", "That is not your password."),
        ("current", "x" * 129, "at most 128 characters"),
    ],
)
def test_what_will_not_do(
    browser: FlaskClient, work: Work, mailbox: Mailbox, field: str, value: str, sentence: str
) -> None:
    answer = browser.post("/me/email", data=MOVE | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert PASSWORD not in answer.text
    work()
    assert (mailbox(), _rosa().pending_email) == ([], None)


def test_sent_twice_is_one_letter(browser: FlaskClient, work: Work, mailbox: Mailbox) -> None:
    for _time in range(2):
        assert browser.post("/me/email", data=MOVE | {"form_token": "t" * 20}).status_code == 303
    work()
    assert len(mailbox()) == 2


def test_the_old_address_takes_the_account_back(
    browser: FlaskClient, app: Flask, work: Work, mailbox: Mailbox
) -> None:
    """Somebody knew the password, moved the account, and moved it once more."""
    told = _moved(browser, work, mailbox)
    back = _link(told["rosa@example.org"])
    browser.post("/me/email", data=MOVE | {"email": "third@example.net"})
    browser.post(_link(_letters(work, mailbox)["third@example.net"]))
    thiefs = _link(_letters(work, mailbox)["rosa@example.net"])
    owner = app.test_client()
    assert "its old address, rosa@example.org, back" in owner.get(back).text
    answer = owner.post(back)
    assert answer.status_code == 303
    assert answer.location.startswith("/reset/")
    assert browser.get("/me").status_code == 303
    assert owner.post("/sign-in", data=ROSA).status_code == 422
    assert owner.post(thiefs).status_code == 410
    assert owner.post(answer.location, data={"password": NEW}).status_code == 303
    assert owner.post("/sign-in", data=ROSA | {"password": NEW}).status_code == 303
    assert (_rosa().email, _rosa().pending_email) == ("rosa@example.org", None)
    assert owner.post(back).status_code == 410
    assert verify() is None


def test_it_may_be_taken_back_for_three_days(browser: FlaskClient, work: Work, mailbox: Mailbox) -> None:
    back = _link(_moved(browser, work, mailbox)["rosa@example.org"])
    with clock.frozen(now() + timedelta(days=3, minutes=1)):
        assert browser.get(back).status_code == 410
        assert browser.post(back).status_code == 410
    assert _rosa().email == "rosa@example.net"


def test_an_address_somebody_else_has_now_is_not_taken_back(
    browser: FlaskClient, work: Work, mailbox: Mailbox
) -> None:
    back = _link(_moved(browser, work, mailbox)["rosa@example.org"])
    operations.add_person(name="tessa", email="rosa@example.org", password=PASSWORD)
    assert browser.post(back).status_code == 410
    assert _rosa().email == "rosa@example.net"


def test_former_addresses_are_forgotten(browser: FlaskClient, work: Work, mailbox: Mailbox) -> None:
    _moved(browser, work, mailbox)
    with clock.frozen(now() + timedelta(days=31)):
        operations.sweep()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(FormerEmail)) == 0


def test_a_claimed_address_is_no_way_to_a_letter(browser: FlaskClient, work: Work, mailbox: Mailbox) -> None:
    """Who asks for a new password with an address that is only claimed by a move gets none."""
    browser.post("/me/email", data=MOVE)
    work()
    before = len(mailbox())
    browser.post("/reset", data={"email": "rosa@example.net"})
    work()
    assert len(mailbox()) == before


def test_no_link_lies_in_a_job(browser: FlaskClient, work: Work, mailbox: Mailbox) -> None:
    _moved(browser, work, mailbox)
    assert all("@" not in str(payload) for payload in db.session.scalars(select(Job.payload)))


def test_wrong_guesses_rest(rosa: int, make_app: Callable[..., Flask], mailbox: Mailbox) -> None:
    app = make_app(limits=True)
    with app.app_context():
        browser = app.test_client()
        browser.post("/sign-in", data=ROSA)
        codes = [browser.post("/me/email", data=MOVE | {"current": "wrong"}).status_code for _ in range(7)]
        assert codes[-1] == 429
        assert mailbox() == []
