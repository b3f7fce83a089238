"""Who sees a ticket: the person who filed it and agents; to all others it does not exist."""

import itertools
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS, Actor
from app.core.db import db
from app.core.problems import NotFound
from app.desk import operations, policy, queries
from app.desk.models import Ticket, TicketMessage
from tests.desk.steps import lines

FILERS = ("alice", "mona", "agnes", "adam")


@pytest.fixture
def tickets(cast: SimpleNamespace, filed: Callable[..., str]) -> dict[str, str]:
    """One ticket by each of FILERS, with a note in it by an agent who may write one."""
    refs = {name: filed(getattr(cast, name).actor) for name in FILERS}
    for name, ref in refs.items():
        agent = cast.adam if name == "agnes" else cast.agnes
        operations.reply(
            agent.actor, ref=ref, source="Checked the ledger.", internal=True, token=f"{name:x>20}"
        )
    return refs


def _actors(cast: SimpleNamespace) -> list[Actor]:
    return [ANONYMOUS, *(player.actor for player in vars(cast).values())]


def test_the_check_and_its_twin_agree_for_everybody(cast: SimpleNamespace, tickets: dict[str, str]) -> None:
    rows = db.session.scalars(select(Ticket)).all()
    messages = db.session.execute(select(TicketMessage, Ticket).join(Ticket)).all()
    assert len(messages) == 2 * len(rows) == 2 * len(tickets)
    for actor in _actors(cast):
        seen = set(db.session.scalars(select(Ticket.id).where(policy.visible(actor))))
        assert seen == {row.id for row in rows if policy.can_see(actor, row)}
        worked = set(db.session.scalars(select(Ticket.id).where(policy.workable(actor))))
        assert worked == {row.id for row in rows if policy.can_work(actor, row)}
        read = set(
            db.session.scalars(select(TicketMessage.id).join(Ticket).where(policy.messages_visible(actor)))
        )
        assert read == {
            found.TicketMessage.id
            for found in messages
            if policy.can_see_message(actor, found.TicketMessage, found.Ticket)
        }


def test_only_the_requester_and_agents_see_a_ticket(cast: SimpleNamespace, tickets: dict[str, str]) -> None:
    seen_by = {
        name
        for name, player in vars(cast).items()
        if db.session.scalar(
            select(Ticket.id).where(Ticket.ref == tickets["alice"], policy.visible(player.actor))
        )
    }
    assert seen_by == {"alice", "agnes", "adam"}


def test_notes_are_for_agents_and_never_for_the_person_the_ticket_is_about(
    cast: SimpleNamespace, tickets: dict[str, str]
) -> None:
    for filer, reader in itertools.product(FILERS, ("alice", "mona", "agnes", "adam")):
        try:
            page = queries.page(getattr(cast, reader).actor, tickets[filer])
        except NotFound:
            assert reader != filer
            continue
        notes = [message for message in page.messages if message.internal]
        assert bool(notes) == (reader in {"agnes", "adam"} and reader != filer)


def test_a_note_is_on_the_agents_page_and_not_on_the_requesters(
    cast: SimpleNamespace, tickets: dict[str, str]
) -> None:
    own = cast.alice.client.get(f"/tickets/{tickets['alice']}").text
    assert "closed card" in own
    assert "Checked the ledger" not in own
    assert "Checked the ledger" in cast.agnes.client.get(f"/desk/tickets/{tickets['alice']}").text


def test_anothers_ticket_and_a_missing_one_read_the_same(
    cast: SimpleNamespace, tickets: dict[str, str]
) -> None:
    theirs = tickets["alice"]
    for name in ("bob", "mona", "nia"):
        client = getattr(cast, name).client
        for prefix in ("/tickets/", "/desk/tickets/"):
            answers = [
                client.get(prefix + ref) for ref in (theirs, "TKT-CCCCC", "nonsense", "%00%00", "ß" * 9)
            ]
            assert {answer.status_code for answer in answers} == {404}
            assert len({lines(answer.text) for answer in answers}) == 1


@pytest.mark.parametrize("url", ["/tickets/{}/reply", "/desk/tickets/{}/reply", "/desk/tickets/{}/note"])
@pytest.mark.parametrize("source", ["Let me in", ""])
def test_nobody_else_writes_in_it(
    cast: SimpleNamespace, tickets: dict[str, str], url: str, source: str
) -> None:
    for name in ("bob", "mona"):
        client = getattr(cast, name).client
        answers = [
            client.post(url.format(ref), data={"source": source, "note": source})
            for ref in (tickets["alice"], "TKT-CCCCC")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({lines(answer.text) for answer in answers}) == 1
    assert db.session.scalar(select(db.func.count()).select_from(TicketMessage)) == 2 * len(FILERS)


def test_the_requester_has_no_way_to_the_agents_acts(cast: SimpleNamespace, tickets: dict[str, str]) -> None:
    for name, player in (("alice", cast.alice), ("agnes", cast.agnes)):
        ref = tickets[name]
        for act, data in (
            ("note", {"note": "x"}),
            ("take", {}),
            ("status", {"status": "solved", "version": "2"}),
        ):
            assert player.client.post(f"/desk/tickets/{ref}/{act}", data=data).status_code == 404
        assert player.client.get(f"/desk/tickets/{ref}").status_code == 404


def test_visitors_are_asked_to_sign_in_whatever_they_ask_for(
    client: FlaskClient, tickets: dict[str, str]
) -> None:
    for url in (f"/tickets/{tickets['alice']}", "/tickets/TKT-CCCCC", "/me/tickets", "/desk"):
        answer = client.get(url)
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in?next=")


def test_a_reference_may_be_typed_in_small_letters(cast: SimpleNamespace, tickets: dict[str, str]) -> None:
    assert cast.alice.client.get(f"/tickets/{tickets['alice'].lower()}").status_code == 200


def test_an_agent_who_follows_a_requesters_link_comes_to_their_own_page(
    cast: SimpleNamespace, tickets: dict[str, str]
) -> None:
    answer = cast.agnes.client.get(f"/tickets/{tickets['alice']}")
    assert (answer.status_code, answer.location) == (302, f"/desk/tickets/{tickets['alice']}")
