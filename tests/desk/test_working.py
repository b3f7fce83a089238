"""Agents: the inbox, taking a ticket, saying whose turn it is."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import Role
from app.audit.models import AuditEntry, AuditPayload
from app.audit.operations import verify
from app.core import clock
from app.core.db import db
from app.core.problems import Problem
from app.desk import operations, queries
from app.desk.models import Status
from app.desk.queries import Shelf
from app.desk.words import STATUS_FOR_AGENTS, STATUS_FOR_REQUESTER
from tests.desk.steps import row, send

DAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _log() -> list[tuple[str, int | None, dict[str, object]]]:
    db.session.rollback()
    rows = db.session.execute(
        select(AuditEntry.verb, AuditEntry.actor_id, AuditPayload.facts)
        .join(AuditPayload)
        .where(AuditEntry.target == "ticket")
        .order_by(AuditEntry.id)
    )
    return [tuple(found) for found in rows]


def test_taking_is_seen_by_both_and_written_in_the_log(
    cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor)
    assert "Take this ticket" in cast.agnes.client.get(f"/desk/tickets/{ref}").text
    for _again in range(2):
        assert cast.agnes.client.post(f"/desk/tickets/{ref}/take").location == f"/desk/tickets/{ref}"
    assert row(ref).assignee_id == cast.agnes.id
    assert _log() == [("take", cast.agnes.id, {})]
    page = cast.agnes.client.get(f"/desk/tickets/{ref}").text
    assert "This ticket is yours now." in page
    assert "Take this ticket" not in page
    assert "Agnes" in cast.alice.client.get(f"/tickets/{ref}").text


def test_the_second_to_take_it_is_told_who_was_first(
    cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor)
    send(cast.agnes.client, f"/desk/tickets/{ref}/take")
    send(cast.adam.client, f"/desk/tickets/{ref}/take")
    assert "Agnes has taken this ticket already." in cast.adam.client.get(f"/desk/tickets/{ref}").text
    assert row(ref).assignee_id == cast.agnes.id


def test_of_six_who_take_it_at_once_one_gets_it(
    app: Flask, enter: Callable[..., SimpleNamespace], cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor)
    agents = [enter(f"agent{number}", Role.AGENT) for number in range(6)]
    told: list[str] = []
    start = threading.Barrier(len(agents))

    def take(agent: SimpleNamespace) -> None:
        with app.app_context():
            start.wait()
            try:
                operations.take(agent.actor, ref=ref)
            except Problem as problem:
                told.append(str(problem.message))

    threads = [threading.Thread(target=take, args=(agent,)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = next(agent for agent in agents if agent.id == row(ref).assignee_id)
    assert told == [f"{winner.name.capitalize()} has taken this ticket already."] * 5
    assert _log() == [("take", winner.id, {})]


def test_a_status_is_set_logged_and_worded_for_each_side(
    cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor)
    send(cast.agnes.client, f"/desk/tickets/{ref}/status", status="waiting-third-party", version="1")
    assert row(ref).status == "waiting-third-party"
    assert _log() == [("set_status", cast.agnes.id, {"from": "new", "to": "waiting-third-party"})]
    assert verify() is None
    assert "Waiting for somebody else" in cast.alice.client.get(f"/tickets/{ref}").text
    assert "Waiting for a third party" in cast.agnes.client.get(f"/desk/tickets/{ref}").text


@pytest.mark.parametrize("version", ["1", "", "x", "²", "99999999999999999999"])
def test_a_status_chosen_on_an_old_page_is_refused(
    cast: SimpleNamespace, filed: Callable[..., str], version: str
) -> None:
    ref = filed(cast.alice.actor)
    send(cast.alice.client, f"/tickets/{ref}/reply", source="One more thing.")
    url = f"/desk/tickets/{ref}/status"
    answer = cast.agnes.client.post(url, data={"status": "solved", "version": version})
    assert answer.status_code == 422
    assert "changed while you were looking" in answer.text
    assert "One more thing." in answer.text
    assert row(ref).status == "new"
    send(cast.agnes.client, url, status="solved", version="2")
    assert row(ref).status == "solved"


@pytest.mark.parametrize("status", ["new", "merged", "", "SOLVED"])
def test_a_status_that_cannot_be_chosen_changes_nothing(
    cast: SimpleNamespace, filed: Callable[..., str], status: str
) -> None:
    ref = filed(cast.alice.actor)
    send(cast.agnes.client, f"/desk/tickets/{ref}/status", status="open", version="1")
    answer = cast.agnes.client.post(f"/desk/tickets/{ref}/status", data={"status": status, "version": "2"})
    assert answer.status_code == 422
    assert row(ref).status == "open"
    with pytest.raises(Problem):
        operations.set_status(cast.agnes.actor, ref=ref, status=Status.NEW, version=2)


def test_when_it_was_solved_is_kept_until_it_is_open_again(
    cast: SimpleNamespace, filed: Callable[..., str]
) -> None:
    ref = filed(cast.alice.actor)
    for day, (status, solved) in enumerate(
        [
            (Status.SOLVED, DAY),
            (Status.CLOSED, DAY),
            (Status.OPEN, None),
            (Status.CLOSED, DAY + timedelta(days=3)),
        ]
    ):
        with clock.frozen(DAY + timedelta(days=day)):
            operations.set_status(cast.agnes.actor, ref=ref, status=status, version=day + 1)
        assert row(ref).solved_at == solved


def test_the_same_status_again_changes_nothing(cast: SimpleNamespace, filed: Callable[..., str]) -> None:
    ref = filed(cast.alice.actor)
    for _again in range(2):
        operations.set_status(cast.agnes.actor, ref=ref, status=Status.OPEN, version=1)
    assert (row(ref).version, len(_log())) == (2, 1)


def test_the_shelves_of_the_inbox(cast: SimpleNamespace, filed: Callable[..., str]) -> None:
    with clock.frozen(DAY):
        oldest = filed(cast.alice.actor)
    with clock.frozen(DAY + timedelta(hours=1)):
        waiting, taken, solved = (filed(cast.bob.actor) for _number in range(3))
    own = filed(cast.agnes.actor)
    operations.reply(cast.agnes.actor, ref=waiting, source="Which order?", token="w" * 20)
    operations.take(cast.agnes.actor, ref=taken)
    operations.take(cast.agnes.actor, ref=solved)
    operations.set_status(cast.agnes.actor, ref=solved, status=Status.SOLVED, version=2)
    shelves = {
        shelf: [found.ref for found in queries.inbox(cast.agnes.actor, shelf, 1).rows] for shelf in Shelf
    }
    assert shelves == {
        Shelf.WAITING: [oldest, taken],
        Shelf.MINE: [taken],
        Shelf.UNASSIGNED: [oldest, waiting],
        Shelf.SOLVED: [solved],
    }
    assert own in cast.adam.client.get("/desk").text
    for actor in (cast.alice.actor, cast.mona.actor):
        assert not any(queries.inbox(actor, shelf, 1).rows for shelf in Shelf)


@pytest.mark.parametrize("show", ["", "waiting", "mine", "unassigned", "solved", "nonsense"])
def test_an_empty_shelf_says_what_would_be_there(cast: SimpleNamespace, show: str) -> None:
    page = cast.agnes.client.get("/desk", query_string={"show": show})
    assert page.status_code == 200
    filters = page.text.split('class="filters"')[1].split("</nav>")[0]
    chosen = show if show in list(Shelf) else "waiting"
    words = {"waiting": "Waiting for us", "mine": "Mine", "unassigned": "Unassigned", "solved": "Solved"}
    assert f'aria-current="page">{words[chosen]}<' in filters
    assert filters.count("aria-current") == 1
    assert 'class="empty"' in page.text


def test_long_lists_come_in_pages(cast: SimpleNamespace, filed: Callable[..., str]) -> None:
    refs = []
    for number in range(queries.PAGE_SIZE + 1):
        with clock.frozen(DAY + timedelta(minutes=number)):
            refs.append(filed(cast.alice.actor))
    first, second = (cast.agnes.client.get(f"/desk?show=unassigned&page={page}").text for page in (1, 2))
    assert refs[-1] in second
    assert refs[-1] not in first
    assert 'href="/desk?show=unassigned&amp;page=2"' in first
    mine = cast.alice.client.get("/me/tickets?page=2").text
    assert refs[0] in mine
    assert refs[-1] not in mine
    assert "Nothing on this page" in cast.alice.client.get("/me/tickets?page=9").text


def test_the_inbox_is_for_agents(cast: SimpleNamespace) -> None:
    codes = {name: player.client.get("/desk").status_code for name, player in vars(cast).items()}
    assert codes == {**dict.fromkeys(codes, 404), "agnes": 200, "adam": 200}


def test_every_status_has_words_for_both_sides() -> None:
    assert set(STATUS_FOR_AGENTS) == set(STATUS_FOR_REQUESTER) == set(Status)
