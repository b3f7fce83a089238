"""What comes by mail, kind by kind."""

from collections.abc import Callable
from types import SimpleNamespace

from flask import Flask

from app.core.db import db
from app.notifications import queries
from app.notifications.models import Kind, MailChoice

PAGE = "/me/notifications/mail"
NOTHING_TICKED = {"form_token": "t" * 20}


def _on(who: SimpleNamespace) -> set[Kind]:
    db.session.rollback()
    return {kind for kind, on in queries.mail_choices(who.id).items() if on}


def test_everything_comes_until_one_says_otherwise(cast: SimpleNamespace) -> None:
    assert _on(cast.alice) == set(Kind)
    assert cast.alice.client.get(PAGE).text.count(" checked") == len(Kind)


def test_what_is_not_ticked_stops(cast: SimpleNamespace) -> None:
    answer = cast.alice.client.post(PAGE, data={"answer": "y", "ticket": "y"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert _on(cast.alice) == {Kind.ANSWER, Kind.TICKET}
    page = cast.alice.client.get(PAGE).text
    assert "Saved." in page
    assert page.count(" checked") == 2


def test_it_can_be_switched_back(cast: SimpleNamespace) -> None:
    cast.alice.client.post(PAGE, data=NOTHING_TICKED)
    assert _on(cast.alice) == set()
    cast.alice.client.post(PAGE, data=dict.fromkeys(Kind, "y"))
    assert _on(cast.alice) == set(Kind)
    assert db.session.query(MailChoice).count() == len(Kind)


def test_extra_fields_change_nothing(cast: SimpleNamespace) -> None:
    cast.alice.client.post(
        PAGE, data={"answer": "y", "account_id": cast.bob.id, "kind": "everything", "role": "admin"}
    )
    assert _on(cast.bob) == set(Kind)
    assert {row.account_id for row in db.session.query(MailChoice)} == {cast.alice.id}


def test_a_visitor_is_sent_to_sign_in(app: Flask) -> None:
    for answer in (app.test_client().get(PAGE), app.test_client().post(PAGE, data={})):
        assert answer.status_code == 303
        assert "/sign-in" in answer.location


def test_without_support_there_are_no_tickets_to_choose(
    make_app: Callable[..., Flask], cast: SimpleNamespace
) -> None:
    community = make_app(mode="community").test_client()
    with community.session_transaction() as there, cast.alice.client.session_transaction() as here:
        there.update(here)
    page = community.get(PAGE).text
    assert "Answers to my questions" in page
    assert "tickets" not in page[page.index('<form class="form"') :].split("</form>")[0]
    community.post(PAGE, data=NOTHING_TICKED)
    assert _on(cast.alice) == {Kind.TICKET}
