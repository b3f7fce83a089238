"""The person and the agent write to each other; whose turn it is follows from who wrote."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.problems import Problem
from app.core.transaction import transaction
from app.desk import operations
from app.desk.models import Status, TicketMessage
from app.forum.models import Draft
from tests.desk.steps import row, send, written

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _put(ref: str, status: Status) -> None:
    with transaction() as session:
        ticket = row(ref)
        session.add(ticket)
        ticket.status = status
        ticket.solved_at = clock.now() if status in {Status.SOLVED, Status.CLOSED} else None


@pytest.mark.parametrize(
    ("before", "by", "after"),
    [
        (Status.NEW, "agnes", Status.WAITING_USER),
        (Status.OPEN, "agnes", Status.WAITING_USER),
        (Status.WAITING_USER, "agnes", Status.WAITING_USER),
        (Status.WAITING_THIRD_PARTY, "agnes", Status.WAITING_THIRD_PARTY),
        (Status.SOLVED, "agnes", Status.SOLVED),
        (Status.NEW, "alice", Status.NEW),
        (Status.OPEN, "alice", Status.OPEN),
        (Status.WAITING_USER, "alice", Status.OPEN),
        (Status.WAITING_THIRD_PARTY, "alice", Status.OPEN),
        (Status.SOLVED, "alice", Status.OPEN),
    ],
)
def test_whose_turn_it_is_after_a_message(
    cast: SimpleNamespace, filed: Callable[..., str], before: Status, by: str, after: Status
) -> None:
    ref = filed(cast.alice.actor)
    _put(ref, before)
    player = getattr(cast, by)
    operations.reply(player.actor, ref=ref, source="Here.", token=secrets.token_urlsafe(18))
    ticket = row(ref)
    assert (ticket.status, ticket.last_message_by_id) == (after, player.id)
    assert (ticket.solved_at is None) == (after is not Status.SOLVED)


def test_they_read_what_the_other_wrote(cast: SimpleNamespace, filed: Callable[..., str]) -> None:
    ref = filed(cast.alice.actor)
    send(cast.agnes.client, f"/desk/tickets/{ref}/reply", source="Which bank was it?")
    page = cast.alice.client.get(f"/tickets/{ref}").text
    assert "Which bank was it?" in page
    assert "message--support" in page
    assert "Waiting for you" in page
    leads_to = send(cast.alice.client, f"/tickets/{ref}/reply", source="The *green* one.")
    assert leads_to.startswith(f"/tickets/{ref}#m-")
    assert "<em>green</em>" in cast.agnes.client.get(f"/desk/tickets/{ref}").text


def test_a_note_moves_nothing_that_the_requester_sees(
    cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor)
    before = row(ref)
    was = (before.status, before.last_message_at, before.last_message_by_id)
    version = before.version
    send(cast.agnes.client, f"/desk/tickets/{ref}/note", note="Third one this week.")
    after = row(ref)
    assert (after.status, after.last_message_at, after.last_message_by_id) == was
    assert after.version == version + 1
    assert written(ref)[1:] == [("Third one this week.", True)]
    note = cast.agnes.client.get(f"/desk/tickets/{ref}").text
    assert note.index("message--internal") < note.index("Third one this week.")


@pytest.mark.parametrize("path", ["/tickets/{}/reply", "/desk/tickets/{}/reply"])
def test_a_public_form_never_makes_a_note_nor_a_note_a_message(
    cast: SimpleNamespace, filed: Callable[..., str], path: str
) -> None:
    ref = filed(cast.alice.actor)
    player = cast.alice if path.startswith("/tickets") else cast.agnes
    send(player.client, path.format(ref), source="For both.", internal="1", note="Hidden.")
    send(cast.agnes.client, f"/desk/tickets/{ref}/note", note="For agents.", source="Shown.", internal="")
    assert written(ref)[1:] == [("For both.", False), ("For agents.", True)]


def test_sent_twice_it_is_one_message(cast: SimpleNamespace, filed: Callable[..., str]) -> None:
    ref = filed(cast.alice.actor)
    for player, url, name in (
        (cast.alice, f"/tickets/{ref}/reply", "source"),
        (cast.agnes, f"/desk/tickets/{ref}/reply", "source"),
        (cast.agnes, f"/desk/tickets/{ref}/note", "note"),
    ):
        once = {name: "Once.", "form_token": secrets.token_urlsafe(18)}
        assert len({player.client.post(url, data=once).location for _again in range(3)}) == 1
    assert [source for source, _internal in written(ref)].count("Once.") == 3


@pytest.mark.parametrize(
    ("source", "sentence"),
    [("", "Write your message first."), (" \n ", "Write your message first."), ("b" * 32_001, "Shorten it")],
)
def test_what_cannot_be_sent_is_given_back(
    cast: SimpleNamespace, filed: Callable[..., str], source: str, sentence: str
) -> None:
    ref = filed(cast.alice.actor)
    for player, url in ((cast.alice, f"/tickets/{ref}/reply"), (cast.agnes, f"/desk/tickets/{ref}/reply")):
        answer = player.client.post(url, data={"source": source})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "<title>Error:" in answer.text
        assert source.strip() in answer.text
    answer = cast.agnes.client.post(f"/desk/tickets/{ref}/note", data={"note": source})
    assert (answer.status_code, source.strip() in answer.text) == (422, True)
    assert len(written(ref)) == 1


def test_preview_without_script(cast: SimpleNamespace, filed: Callable[..., str]) -> None:
    ref = filed(cast.alice.actor)
    for player, url in ((cast.alice, f"/tickets/{ref}/reply"), (cast.agnes, f"/desk/tickets/{ref}/reply")):
        answer = player.client.post(url, data={"source": "- one\n- two", "preview": "1"})
        assert answer.status_code == 200
        assert "<li>one</li>" in answer.text
    assert len(written(ref)) == 1


def test_signed_out_midway_the_words_wait(
    app: Flask, cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor)
    for player, url, field, back in (
        (cast.alice, f"/tickets/{ref}/reply", "source", f"/tickets/{ref}"),
        (cast.agnes, f"/desk/tickets/{ref}/reply", "source", f"/desk/tickets/{ref}"),
        (cast.agnes, f"/desk/tickets/{ref}/note", "note", f"/desk/tickets/{ref}"),
    ):
        visitor = app.test_client()
        answer = visitor.post(url, data={field: f"Typed into {url}"})
        assert (answer.status_code, answer.location) == (303, f"/sign-in?next={back}")
        with visitor.session_transaction() as kept, player.client.session_transaction() as cookie:
            cookie["draft"] = kept["draft"]
        assert f"Typed into {url}" in player.client.get(back).text
        send(player.client, url, **{field: f"Typed into {url}"})
    assert len(written(ref)) == 4
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_missing_ticket_and_anothers_keep_a_visitors_words_alike(
    app: Flask, cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor)
    answers = [
        app.test_client().post(f"/tickets/{name}/reply", data={"source": "x"}) for name in (ref, "TKT-CCCCC")
    ]
    assert {answer.status_code for answer in answers} == {303}
    for odd in ("odd", "%00" * 9, "TKT-AAAAA", "ß" * 9):
        assert app.test_client().post(f"/tickets/{odd}/reply", data={"source": "x"}).status_code == 404


def test_a_solved_ticket_opens_again_within_seven_days_and_not_later(
    cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    with clock.frozen(DAY):
        early, late = filed(cast.alice.actor), filed(cast.alice.actor)
        for ref in (early, late):
            operations.set_status(cast.agnes.actor, ref=ref, status=Status.SOLVED, version=1)
    with clock.frozen(DAY + timedelta(days=7)):
        operations.reply(cast.alice.actor, ref=early, source="Not quite.", token="e" * 20)
    with clock.frozen(DAY + timedelta(days=7, seconds=1)), pytest.raises(Problem, match=f"mention {late}"):
        operations.reply(cast.alice.actor, ref=late, source="Not quite.", token="l" * 20)
    assert (row(early).status, row(late).status) == ("open", "solved")
    assert len(written(late)) == 1


def test_too_late_the_page_offers_a_new_ticket_instead_of_a_form(
    cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor)
    _put(ref, Status.CLOSED)
    page = cast.alice.client.get(f"/tickets/{ref}").text
    assert 'name="source"' not in page
    assert 'href="/help"' in page
    answer = cast.alice.client.post(f"/tickets/{ref}/reply", data={"source": "Hello again"})
    assert answer.status_code == 422
    assert "Hello again" in answer.text
    assert len(written(ref)) == 1


def test_an_agent_opens_a_closed_ticket_before_writing_but_may_note(
    cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor)
    _put(ref, Status.CLOSED)
    answer = cast.agnes.client.post(f"/desk/tickets/{ref}/reply", data={"source": "One more thing"})
    assert (answer.status_code, "One more thing" in answer.text) == (422, True)
    send(cast.agnes.client, f"/desk/tickets/{ref}/note", note="Came back by phone.")
    assert written(ref)[1:] == [("Came back by phone.", True)]


def test_an_agent_is_a_requester_on_their_own_ticket(
    cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.agnes.actor)
    operations.reply(cast.adam.actor, ref=ref, source="Have you the receipt?", token="a" * 20)
    send(cast.agnes.client, f"/tickets/{ref}/reply", source="Yes.")
    assert row(ref).status == "open"


def test_what_is_stored_is_clean_html(cast: SimpleNamespace, filed: Callable[..., str]) -> None:
    ref = filed(cast.alice.actor, source="<img src=x onerror=alert(1)> [a](javascript:alert(1)) **b**")
    html = db.session.scalars(select(TicketMessage.html)).one()
    assert "<strong>b</strong>" in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "onerror=alert(1)&gt;" in cast.agnes.client.get(f"/desk/tickets/{ref}").text
