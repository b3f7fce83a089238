"""What comes by mail, kind by kind."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from flask import Flask

from app.core.clock import frozen
from app.core.db import db
from app.notifications import queries
from app.notifications.models import Cadence, Kind, MailChoice
from app.notifications.timing import Hours

PAGE = "/me/notifications/mail"


def _chosen(who: SimpleNamespace) -> Mapping[Kind, Cadence]:
    db.session.rollback()
    return queries.mail_choices(who.id)


def test_what_is_meant_for_oneself_comes_at_once_until_one_says_otherwise(cast: SimpleNamespace) -> None:
    assert _chosen(cast.alice) == dict.fromkeys(Kind, Cadence.NOW) | {Kind.FOLLOWED: Cadence.DAILY}
    page = cast.alice.client.get(PAGE).text
    assert page.count('<option selected value="now">') == len(Kind) - 2
    assert page.count('<option selected value="daily">') == 1


def test_what_was_chosen_holds_and_the_rest_stays(cast: SimpleNamespace) -> None:
    answer = cast.alice.client.post(PAGE, data={"answer": "weekly", "reply": "off"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    chosen = _chosen(cast.alice)
    assert (chosen[Kind.ANSWER], chosen[Kind.REPLY]) == (Cadence.WEEKLY, Cadence.OFF)
    assert (chosen[Kind.TICKET], chosen[Kind.FOLLOWED]) == (Cadence.NOW, Cadence.DAILY)
    page = cast.alice.client.get(PAGE).text
    assert "Saved." in page
    assert '<option selected value="weekly">' in page


def test_it_can_be_switched_back(cast: SimpleNamespace) -> None:
    for word, cadence in (("off", Cadence.OFF), ("now", Cadence.NOW)):
        cast.alice.client.post(PAGE, data=dict.fromkeys(Kind, word))
        assert {soon for kind, soon in _chosen(cast.alice).items() if kind is not Kind.OUTCOME} == {cadence}


def test_hours_are_kept(cast: SimpleNamespace) -> None:
    hours = {"digest_hour": "18", "digest_weekday": "4", "quiet_from": "23", "quiet_until": "6"}
    assert cast.alice.client.post(PAGE, data=hours).status_code == 303
    assert queries.mail_hours(cast.alice.id) == Hours(18, 4, 23, 6)
    assert queries.mail_hours(cast.bob.id) == Hours()
    page = cast.alice.client.get(PAGE).text
    assert '<option selected value="18">18:00' in page
    assert '<option selected value="4">Friday' in page


def test_a_digest_in_quiet_hours_is_refused_and_what_was_chosen_stays(cast: SimpleNamespace) -> None:
    answer = cast.alice.client.post(PAGE, data={"digest_hour": "23", "answer": "off"})
    assert answer.status_code == 422
    assert "This hour is one of your quiet hours." in answer.text
    assert '<option selected value="23">' in answer.text
    assert '<option selected value="off">' in answer.text
    assert _chosen(cast.alice)[Kind.ANSWER] is Cadence.NOW


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": "hourly"},
        {"digest_hour": "24"},
        {"digest_weekday": "-1"},
        {"quiet_from": "\N{FULLWIDTH DIGIT NINE}x"},
    ],
)
def test_what_is_no_choice_is_refused(cast: SimpleNamespace, wrong: dict[str, str]) -> None:
    assert cast.alice.client.post(PAGE, data=wrong).status_code == 422
    assert db.session.query(MailChoice).count() == 0


def test_no_quiet_hours_begin_where_they_end(cast: SimpleNamespace) -> None:
    cast.alice.client.post(PAGE, data={"quiet_from": "0", "quiet_until": "0", "digest_hour": "3"})
    hours = queries.mail_hours(cast.alice.id)
    assert not any(hours.quiet_at(hour) for hour in range(24))


def test_the_next_digest_is_said_in_words(cast: SimpleNamespace) -> None:
    with frozen(datetime(2026, 7, 15, 12, tzinfo=UTC)):
        assert "The next one is due on Thursday, 16 July, 08:00" in cast.alice.client.get(PAGE).text
        cast.alice.client.post(PAGE, data={"followed": "weekly", "digest_hour": "9"})
        assert "The next one is due on Monday, 20 July, 09:00" in cast.alice.client.get(PAGE).text
        cast.alice.client.post(PAGE, data={"followed": "off"})
        assert "You get none now" in cast.alice.client.get(PAGE).text


def test_extra_fields_change_nothing(cast: SimpleNamespace) -> None:
    before = _chosen(cast.bob)
    cast.alice.client.post(
        PAGE, data={"answer": "off", "account_id": cast.bob.id, "kind": "everything", "role": "admin"}
    )
    assert _chosen(cast.bob) == before
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
    assert "How it went with the marketplace" in page
    assert "tickets" not in page[page.index('<form class="form"') :].split("</form>")[0]
    community.post(PAGE, data=dict.fromkeys(Kind, "off"))
    assert _chosen(cast.alice)[Kind.TICKET] is Cadence.NOW
