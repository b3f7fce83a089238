"""From the line on `/help` to a ticket: one ticket, whole, and nothing typed is lost on the way."""

import re
import secrets
import threading
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.actor import ANONYMOUS, Actor
from app.core.db import db
from app.core.problems import Problem
from app.desk import operations, refs
from app.desk.models import Status, Ticket, TicketMessage, Topic
from app.desk.words import TOPICS
from app.forum.models import Draft
from app.questions.ports import Match
from tests.desk.steps import Finder, Notebook, fields, row, written


@pytest.fixture(autouse=True)
def _always_the_same_matches(finder: Finder) -> None:
    """Every page of this file asks for matches."""


def _tickets() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Ticket)) or 0


def test_a_ticket_is_filed_with_everything_that_was_typed(cast: SimpleNamespace) -> None:
    answer = cast.alice.client.post("/help", data=fields())
    assert answer.status_code == 303
    ref = answer.location.rsplit("/", 1)[1]
    assert re.fullmatch(r"TKT-[2-9A-Z]{5}", ref)
    ticket = row(ref)
    assert (ticket.requester_id, ticket.assignee_id, ticket.thread_id) == (cast.alice.id, None, None)
    assert (ticket.topic, ticket.status, ticket.version) == ("payment", "new", 1)
    assert (ticket.subject, ticket.order_number) == ("Refund went to a card I closed", "TM-51770-248")
    assert ticket.tried == "Asked my old bank."
    assert written(ref) == [("It was refunded to a card I closed in January.", False)]
    page = cast.alice.client.get(answer.location).text
    for words in (
        ref,
        "Refund went to a card I closed",
        "TM-51770-248",
        "Asked my old bank.",
        "Sent to Support",
    ):
        assert words in page


def test_sent_twice_it_is_one_ticket_with_one_answer(cast: SimpleNamespace) -> None:
    once = fields()
    assert len({cast.alice.client.post("/help", data=once).location for _again in range(3)}) == 1
    assert _tickets() == 1


def test_one_persons_form_token_answers_nobody_else(cast: SimpleNamespace) -> None:
    once = fields()
    refs = {player.client.post("/help", data=once).location for player in (cast.alice, cast.bob)}
    assert len(refs) == _tickets() == 2


def test_eight_at_once_are_one_ticket(app: Flask, cast: SimpleNamespace) -> None:
    token = secrets.token_urlsafe(18)
    ids: list[int] = []

    def file() -> None:
        with app.app_context():
            ids.append(
                operations.file_ticket(
                    cast.alice.actor, topic=Topic.SAFETY, subject="Odd mail", source="Look.", token=token
                )
            )

    threads = [threading.Thread(target=file) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == _tickets() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"subject": ""}, "Write the problem in one line."),
        ({"subject": "\u200b \u2066\u2069"}, "Write the problem in one line."),
        ({"subject": "x" * 151}, "At most 150 characters in this line."),
        ({"topic": ""}, "Choose what it is about."),
        ({"topic": "root"}, "Not a valid choice."),
        ({"order_number": "9" * 41}, "An order number has at most 40 characters."),
        ({"source": ""}, "Say in a few lines what happened."),
        ({"source": " \n\t "}, "Say in a few lines what happened."),
        ({"source": "a" * 32_001}, "Shorten it"),
        ({"source": "[" * 401}, "more brackets in this"),
        ({"tried": "y" * 2_001}, "At most 2000 characters here."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: SimpleNamespace, wrong: dict[str, str], sentence: str
) -> None:
    typed = fields(**wrong)
    answer = cast.alice.client.post("/help", data=typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<title>Error:" in answer.text
    for name in {"subject", "order_number", "source", "tried"} - set(wrong):
        assert typed[name] in answer.text
    assert _tickets() == 0


def test_an_error_leaves_the_form_token_good(cast: SimpleNamespace) -> None:
    typed = fields(topic="")
    assert cast.alice.client.post("/help", data=typed).status_code == 422
    assert cast.alice.client.post("/help", data={**typed, "topic": "payment"}).status_code == 303
    assert _tickets() == 1


@pytest.mark.parametrize(
    "odd",
    [
        "\x00NUL\x07",
        "\u202egnol",
        "\ud83d\ude00 🧵🪡",
        "é" * 100,
        "<script>alert(1)</script>",
        "a\u0300" * 50,
    ],
)
def test_odd_unicode_is_taken(cast: SimpleNamespace, odd: str) -> None:
    sent = odd.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    answer = cast.alice.client.post("/help", data=fields(subject=f"Odd {sent}", source=sent, tried=sent))
    assert answer.status_code == 303
    page = cast.alice.client.get(answer.location)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "\x00" not in page.text


def test_extra_fields_change_nothing(cast: SimpleNamespace) -> None:
    more = {"status": "solved", "requester_id": "1", "assignee_id": str(cast.bob.id), "ref": "TKT-AAAAA"}
    answer = cast.nia.client.post("/help", data=fields(**more, internal="1", version="9", id="77"))
    ticket = row(answer.location.rsplit("/", 1)[1])
    assert (ticket.requester_id, ticket.assignee_id, ticket.status) == (cast.nia.id, None, "new")
    assert (ticket.version, ticket.ref == "TKT-AAAAA") == (1, False)


def test_a_visitor_comes_back_to_what_they_typed_and_sends_it(
    client: FlaskClient, cast: SimpleNamespace
) -> None:
    typed = fields()
    answer = client.post("/help", data=typed)
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/help")
    assert _tickets() == 0
    with client.session_transaction() as cookie, cast.alice.client.session_transaction() as signed_in:
        signed_in["draft"] = cookie["draft"]
    page = cast.alice.client.get("/help").text
    for name in ("subject", "order_number", "source", "tried"):
        assert typed[name] in page
    assert '<option selected value="payment">' in page
    assert cast.alice.client.post("/help", data=typed).status_code == 303
    assert _tickets() == 1
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
    assert typed["source"] not in cast.alice.client.get("/help").text


def test_hidden_fields_full_of_rubbish_are_kept_out_of_the_draft(client: FlaskClient) -> None:
    rubbish = "\x00" + "z" * 9_000
    assert client.post("/help", data=fields(looked=rubbish, thread=rubbish)).status_code == 303
    kept = db.session.scalars(select(Draft.fields)).one()
    assert (kept["looked"], kept["thread"]) == ("0", "")
    assert "zzz" not in client.get("/help").text


def test_begin_again_forgets_only_ones_own_draft(client: FlaskClient, app: Flask) -> None:
    other = app.test_client()
    for browser in (client, other):
        browser.post("/help", data=fields())
    assert client.post("/help/forget").location == "/help"
    assert "closed in January" not in client.get("/help").text
    assert "closed in January" in other.get("/help").text


def test_it_is_linked_to_ones_own_question_only(cast: SimpleNamespace, asked: Callable[..., int]) -> None:
    own, theirs = asked(cast.alice.actor), asked(cast.bob.actor)
    for thread_id, linked in ((own, own), (theirs, None), (10**8, None), ("²", None), ("1e3", None)):
        answer = cast.alice.client.post("/help", data=fields(thread=str(thread_id)))
        assert row(answer.location.rsplit("/", 1)[1]).thread_id == linked


def test_going_on_past_matches_is_noted_once(
    cast: SimpleNamespace, match: Callable[[Actor], Match], notebook: Notebook
) -> None:
    match(cast.bob.actor)
    once = fields(looked="1")
    for _again in range(2):
        cast.alice.client.post("/help", data=once)
    cast.alice.client.post("/help", data=fields(looked="0"))
    assert notebook.noted == [("none_fit", "help", None)]


def test_visitors_are_refused_by_the_operation_itself(app: Flask) -> None:
    with pytest.raises(Problem, match="Sign in"):
        operations.file_ticket(ANONYMOUS, topic=Topic.POLICY, subject="x", source="y", token="t" * 20)
    assert _tickets() == 0


def test_a_reference_somebody_has_is_drawn_again(
    app: Flask, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = iter("CCCCC" + "CCCCC" + "DDDDD")
    monkeypatch.setattr(refs.secrets, "choice", lambda _alphabet: next(drawn))
    given = [
        db.session.get_one(
            Ticket,
            operations.file_ticket(
                cast.alice.actor, topic=Topic.IP, subject="x", source="y", token=f"token-number-{number:04}"
            ),
        ).ref
        for number in range(2)
    ]
    assert given == ["TKT-CCCCC", "TKT-DDDDD"]


def test_every_topic_has_words_and_something_to_have_ready() -> None:
    assert set(TOPICS) == set(Topic)
    assert all(words.facts for words in TOPICS.values())
    assert all(len(topic) <= 20 for topic in (*Topic, *Status))


def test_the_first_message_is_the_requesters(cast: SimpleNamespace, filed: Callable[..., str]) -> None:
    ref = filed(cast.alice.actor)
    message = db.session.scalars(select(TicketMessage)).one()
    assert (message.author_id, message.internal, row(ref).last_message_by_id) == (
        cast.alice.id,
        False,
        cast.alice.id,
    )
