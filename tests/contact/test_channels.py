"""Real channels: everybody sees them and may ask about a pasted one; admins say which they are."""

import logging
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.contact import operations
from app.contact.models import Channel, Kind
from app.core import clock
from app.core.db import db
from app.core.problems import NotFound, Problem

REAL = "This is one of Shop's real channels, checked on 5 January 2026."
UNKNOWN = "Not one we know. Do not answer it, ring it, pay or sign in there."


def channel(kind: Kind = Kind.PHONE, value: str = "+44 20 7946 0018", place: str = "") -> int:
    return operations.add_channel(
        None, marketplace="Shop", kind=kind, value=value, place=place, checked_on=date(2026, 1, 5)
    )


def asked(client: FlaskClient, pasted: str) -> str:
    answer = client.post("/contact", data={"pasted": pasted})
    assert answer.status_code == 200
    return answer.text


def test_everybody_sees_them_with_the_day(app: Flask, client: FlaskClient) -> None:
    channel()
    channel(Kind.PAGE, "https://shop.example/help", "Returns")
    page = client.get("/contact").text
    assert 'href="tel:+442079460018"' in page
    assert 'href="https://shop.example/help"' in page
    assert page.count("checked on 5 January 2026") == 2


def test_a_real_one_is_known_and_others_are_not(app: Flask, client: FlaskClient) -> None:
    channel()
    channel(Kind.HANDLE, "@shop", "Instagram")
    assert REAL in asked(client, "020 7946 0018")
    assert UNKNOWN in asked(client, "020 7946 0019")
    assert UNKNOWN in asked(client, "<script>alert(1)</script>")
    assert "Only on Instagram" in asked(client, "@Shop")


def test_before_there_is_any_the_page_says_what_to_do(app: Flask, client: FlaskClient) -> None:
    assert "Nobody has entered the real channels yet" in client.get("/contact").text
    assert UNKNOWN in asked(client, "020 7946 0018")


@pytest.mark.parametrize("pasted", ["", "   ", "x" * 201, "\u202e"])
def test_nothing_or_too_much_is_said_beside_the_field(app: Flask, client: FlaskClient, pasted: str) -> None:
    answer = client.post("/contact", data={"pasted": pasted})
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text


def test_what_was_pasted_is_kept_nowhere(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked(client, "mallory@evil.example")
    assert "mallory" not in caplog.text


def test_ten_a_minute(make_app: object) -> None:
    app = make_app(limits=True)  # type: ignore[operator]
    client = app.test_client()
    codes = [client.post("/contact", data={"pasted": "x@y.example"}).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]


def test_an_admin_adds_looks_again_and_removes(app: Flask, cast: SimpleNamespace) -> None:
    adam = cast.adam.client
    form = {"kind": "mail", "value": "help@shop.example", "place": "", "marketplace": "Shop"}
    for _twice in range(2):
        assert adam.post("/admin/channels", data=form).status_code == 303
    row = db.session.scalars(select(Channel)).one()
    assert row.checked_on == clock.now().date()
    with clock.frozen(clock.now() + timedelta(days=3)):
        adam.post(f"/admin/channels/{row.id}/check")
        db.session.expire_all()
        assert row.checked_on == clock.now().date()
    assert "help@shop.example" in adam.get("/admin/channels").text
    adam.post(f"/admin/channels/{row.id}/remove")
    assert db.session.scalar(select(func.count()).select_from(Channel)) == 0
    verbs = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs[-4:] == ["add channel", "add channel", "check channel", "remove channel"]


def test_what_is_wrong_is_said_and_what_was_typed_stays(app: Flask, cast: SimpleNamespace) -> None:
    form = {"kind": "handle", "value": "@shop", "place": "", "marketplace": "Shop"}
    answer = cast.adam.client.post("/admin/channels", data=form)
    assert answer.status_code == 422
    assert "Say where that is the name" in answer.text
    assert 'value="@shop"' in answer.text
    answer = cast.adam.client.post(
        "/admin/channels", data={**form, "kind": "phone", "value": "020 7946 0018"}
    )
    assert "Write the number with its country" in answer.text
    assert cast.adam.client.post("/admin/channels", data={**form, "kind": "fax"}).status_code == 422


def test_only_admins(app: Flask, cast: SimpleNamespace) -> None:
    for name in ("alice", "mona", "agnes"):
        assert getattr(cast, name).client.get("/admin/channels").status_code == 404
    with pytest.raises(NotFound):
        operations.add_channel(cast.mona.actor, marketplace="Shop", kind=Kind.MAIL, value="help@shop.example")


def test_no_day_that_has_not_come(app: Flask) -> None:
    with pytest.raises(Problem):
        operations.add_channel(
            None, marketplace="Shop", kind=Kind.MAIL, value="a@b.example", checked_on=date(2999, 1, 1)
        )
