"""/me/profile and /me/name: what one says of oneself, and what one is called."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import names, operations
from app.accounts.models import Account, FormerName
from app.audit.models import AuditEntry
from app.core import clock
from app.core.clock import now
from app.core.db import db
from app.core.transaction import transaction

WORDS = {"display_name": "Alice of the coats", "bio": "Wool.\nMostly.", "tz": "Europe/Berlin"}


@pytest.fixture
def cast(cast: SimpleNamespace) -> SimpleNamespace:
    """The cast, with the looks of their names as registering writes them."""
    with transaction() as session:
        for row in session.scalars(select(Account)):
            row.skeleton = names.skeleton(row.name)
    return cast


def _account(account_id: int) -> Account:
    db.session.rollback()
    return db.session.get_one(Account, account_id)


def test_saying_a_few_words(cast: SimpleNamespace) -> None:
    answer = cast.alice.client.post("/me/profile", data=WORDS)
    assert (answer.status_code, answer.location) == (303, "/me/profile")
    row = _account(cast.alice.id)
    assert (row.display_name, row.bio, row.tz, row.asks_welcome) == (
        "Alice of the coats",
        "Wool.\nMostly.",
        "Europe/Berlin",
        False,
    )
    page = cast.bob.client.get("/people/alice").text
    assert "<h1>Alice of the coats</h1>" in page
    assert "Wool.\nMostly." in page


def test_the_form_holds_what_is_so(cast: SimpleNamespace) -> None:
    page = cast.alice.client.get("/me/profile").text
    assert 'value="Alice"' in page
    assert '<option selected value="Europe/London">' in page
    assert 'checked id="asks_welcome"' in page


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("display_name", "", "Write what you want to be called."),
        ("display_name", "x" * 41, "at most 40 characters"),
        ("display_name", "Аlice", "in one alphabet"),
        ("display_name", "Support", "taken for staff"),
        ("display_name", "B0b", "Somebody here has that name"),
        ("bio", "x" * 501, "at most 500 characters"),
        ("tz", "Mars/Olympus", "Not a valid choice"),
    ],
)
def test_what_will_not_do_is_said_and_kept(
    cast: SimpleNamespace, field: str, value: str, sentence: str
) -> None:
    answer = cast.alice.client.post("/me/profile", data=WORDS | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Mostly." in answer.text or field == "bio"
    assert _account(cast.alice.id).display_name == "Alice"


def test_a_bio_is_words_and_no_markup(cast: SimpleNamespace) -> None:
    cast.alice.client.post("/me/profile", data=WORDS | {"bio": "<b>x</b> https://shop.example"})
    page = cast.bob.client.get("/people/alice").text
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert '<a href="https://shop' not in page


def test_fields_the_form_has_not_change_nothing(cast: SimpleNamespace) -> None:
    cast.alice.client.post("/me/profile", data=WORDS | {"role": "admin", "trust": "3", "reputation": "900"})
    row = _account(cast.alice.id)
    assert (row.role, row.trust, row.reputation) == ("member", 0, 0)


def test_another_name(cast: SimpleNamespace) -> None:
    answer = cast.alice.client.post("/me/name", data={"name": "Alicia"})
    assert (answer.status_code, answer.location) == (303, "/me/name")
    row = _account(cast.alice.id)
    assert (row.name, row.display_name) == ("alicia", "Alicia")
    assert "You are “alicia”" in cast.alice.client.get("/me/name").text
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.verb, entry.actor_id, entry.target_id) == ("rename", cast.alice.id, cast.alice.id)


def test_a_display_name_of_ones_own_stays(cast: SimpleNamespace) -> None:
    cast.alice.client.post("/me/profile", data=WORDS)
    cast.alice.client.post("/me/name", data={"name": "alicia"})
    assert _account(cast.alice.id).display_name == "Alice of the coats"


def test_the_old_name_leads_to_the_new_one_for_a_year(cast: SimpleNamespace, client: FlaskClient) -> None:
    cast.alice.client.post("/me/name", data={"name": "alicia"})
    for path in ("", "/questions", "/accepted?tag=coats"):
        answer = client.get(f"/people/alice{path}")
        assert (answer.status_code, answer.location) == (301, f"/people/alicia{path}")
    with clock.frozen(now() + timedelta(days=366)):
        assert client.get("/people/alice").status_code == 404


@pytest.mark.parametrize("name", ["alice", "al1ce", "a-lice"])
def test_the_old_name_is_nobody_elses_for_a_year(
    cast: SimpleNamespace, client: FlaskClient, name: str
) -> None:
    cast.alice.client.post("/me/name", data={"name": "wooltrader"})
    form = {"name": name, "email": "x@example.org", "password": "three odd socks"}
    assert "Somebody here has that name" in client.post("/register", data=form).text
    assert "Somebody here has that name" in cast.bob.client.post("/me/name", data={"name": name}).text
    with clock.frozen(now() + timedelta(days=366)):
        assert operations.rename(cast.bob.actor, name=name) == name


def test_one_may_take_ones_old_name_back(cast: SimpleNamespace) -> None:
    cast.alice.client.post("/me/name", data={"name": "alicia"})
    with clock.frozen(now() + timedelta(days=31)):
        operations.rename(cast.alice.actor, name="alice")
    assert _account(cast.alice.id).name == "alice"
    rows = db.session.scalars(select(FormerName.name)).all()
    assert rows == ["alicia"]


def test_once_in_thirty_days(cast: SimpleNamespace) -> None:
    cast.alice.client.post("/me/name", data={"name": "alicia"})
    answer = cast.alice.client.post("/me/name", data={"name": "alina"})
    assert answer.status_code == 422
    assert "in the last 30 days" in answer.text
    assert 'value="alina"' in answer.text
    with clock.frozen(now() + timedelta(days=30)):
        assert operations.rename(cast.alice.actor, name="alina") == "alina"


def test_sent_twice_is_once(cast: SimpleNamespace) -> None:
    for _time in range(2):
        assert cast.alice.client.post("/me/name", data={"name": "alicia"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(FormerName)) == 1


@pytest.mark.parametrize("name", ["", "x", "ali ce", "support", "bob", "x" * 21, "b0b", "аlice"])
def test_names_that_will_not_do(cast: SimpleNamespace, name: str) -> None:
    answer = cast.alice.client.post("/me/name", data={"name": name})
    assert answer.status_code == 422
    assert "field--wrong" in answer.text
    assert _account(cast.alice.id).name == "alice"


def test_names_are_let_go_after_a_year(cast: SimpleNamespace, app: Flask) -> None:
    operations.rename(cast.alice.actor, name="alicia")
    operations.sweep()
    assert db.session.scalar(select(func.count()).select_from(FormerName)) == 1
    with clock.frozen(now() + timedelta(days=366)):
        operations.sweep()
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(FormerName)) == 0


def test_visitors_sign_in_first(client: FlaskClient) -> None:
    for path in ("/me", "/me/profile", "/me/name", "/me/email"):
        answer = client.get(path)
        assert (answer.status_code, answer.location) == (303, f"/sign-in?next={path}")
