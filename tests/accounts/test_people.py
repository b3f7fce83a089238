"""People an operator adds, people an import brings, and what is shown of anybody."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import operations, queries
from app.accounts.actor import Role
from app.accounts.models import Account, AccountState
from app.audit.operations import verify
from app.core.db import db
from app.core.problems import NotFound, Problem


def test_what_is_shown_of_people(cast: SimpleNamespace, statements: list[str]) -> None:
    shown = queries.people([cast.alice.id, cast.agnes.id, None, cast.alice.id, 999])
    assert set(shown) == {cast.alice.id, cast.agnes.id}
    assert (shown[cast.alice.id].name, shown[cast.alice.id].display_name) == ("alice", "Alice")
    assert len([statement for statement in statements if "FROM account" in statement]) == 1
    assert queries.people([None]) == {}


def test_only_agents_are_official(cast: SimpleNamespace) -> None:
    shown = queries.people(player.id for player in vars(cast).values())
    assert [person.name for person in shown.values() if person.official] == ["agnes"]


def test_an_actor_for_a_job(cast: SimpleNamespace, app: Flask) -> None:
    assert queries.actor_of(cast.mona.id) == cast.mona.actor
    assert queries.actor_of(999) is None
    assert queries.actor_of(operations.unclaimed_person("old", "1", "Ghost Writer")) is None


def test_somebody_is_found_by_name_in_any_case(cast: SimpleNamespace) -> None:
    found = queries.person_named("ALICE")
    assert found
    assert found.id == cast.alice.id
    assert queries.person_named("nobody") is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "x"}, "name"),
        ({"name": "rosa"}, "name"),
        ({"name": "support"}, "name"),
        ({"email": "rosa@example.org"}, "email"),
        ({"email": "rosa"}, "email"),
        ({"display_name": "Rоsa"}, "display_name"),
        ({"password": "short"}, "password"),
    ],
)
def test_an_operator_is_told_what_will_not_do(rosa: int, fields: dict[str, Any], field: str) -> None:
    milo: dict[str, Any] = {"name": "milo", "email": "milo@example.org"}
    with pytest.raises(Problem) as refused:
        operations.add_person(**milo | fields)
    assert refused.value.field == field
    assert db.session.scalars(select(Account.name)).all() == ["rosa"]


def test_staff_may_have_a_name_of_staff(app: Flask) -> None:
    operations.add_person(
        name="support", email="desk@example.org", role=Role.AGENT, display_name="Support Desk"
    )
    assert db.session.scalars(select(Account)).one().display_name == "Support Desk"


def test_adding_and_promoting_are_in_the_log(rosa: int) -> None:
    operations.change_role(account_id=rosa, role=Role.MODERATOR)
    assert queries.people([rosa])[rosa].role is Role.MODERATOR
    assert verify() is None


@pytest.mark.parametrize("missing", [0, 999])
def test_nobody_is_promoted(app: Flask, missing: int) -> None:
    with pytest.raises(NotFound):
        operations.change_role(account_id=missing, role=Role.ADMIN)


IMPORTED = {
    "U1": "Rosa",
    "U2": "rosa",
    "U3": "Ünal & Söhne",
    "U4": "",
    "U5": "admin",
    "U6": "名前",
    "U7": "x" * 300,
}


def test_imported_people_keep_their_names(rosa: int) -> None:
    ids = operations.unclaimed_people("old-forum", IMPORTED)
    assert set(ids) == set(IMPORTED)
    rows = {
        row.external_id: row
        for row in db.session.scalars(select(Account).where(Account.source == "old-forum"))
    }
    assert rows["U1"].display_name == "Rosa"
    assert rows["U3"].display_name == "Ünal & Söhne"
    assert rows["U3"].name == "unal-sohne"
    assert rows["U6"].display_name == "名前"
    assert len({row.name for row in rows.values()}) == len(IMPORTED)
    assert "rosa" not in {row.name for row in rows.values()}
    assert {(row.state, row.email, row.skeleton, row.password_hash) for row in rows.values()} == {
        (AccountState.UNCLAIMED, None, None, None)
    }


def test_importing_again_adds_nobody(app: Flask) -> None:
    first = operations.unclaimed_people("old-forum", IMPORTED)
    again = operations.unclaimed_people("old-forum", IMPORTED | {"U8": "Vera"})
    assert {key: again[key] for key in first} == first
    assert len(db.session.scalars(select(Account.id)).all()) == len(IMPORTED) + 1


def test_one_id_at_two_places_is_two_people(app: Flask) -> None:
    assert operations.unclaimed_person("one", "U1", "Rosa") != operations.unclaimed_person(
        "other", "U1", "Rosa"
    )


def test_a_batch_takes_few_statements(app: Flask, statements: list[str]) -> None:
    operations.unclaimed_people("old-forum", {str(number): f"Seller {number}" for number in range(300)})
    assert len([statement for statement in statements if "account" in statement]) <= 5
