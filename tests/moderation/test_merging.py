"""Two accounts become one: all of the second is the first's, every counter holds, and nothing is forgotten."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, update

from app.accounts.actor import Role
from app.accounts.models import Account, AccountState, FormerEmail, FormerName, SignInSession
from app.accounts.operations import sanctioning
from app.accounts.operations.sanctioning import Sanction
from app.accounts.queries import actor_of, once_named
from app.audit.models import AuditEntry, AuditPayload
from app.cli.doctor import doctor
from app.community.models import Reputation
from app.core.clock import now
from app.core.db import Model, db
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import AccountDay, EditProposal, Follow, Mention, Post, Saved, Thread, Vote
from app.moderation import operations as moderation
from app.moderation import owning
from app.moderation.acts import Verb
from app.moderation.models import Flag
from app.moderation.words import Reason
from app.notifications.models import Letter, Notification
from app.questions import operations as questions
from app.questions.models import DuplicateMark, Question
from app.search.models import HelpSession
from tests.house.town import build
from tests.moderation.steps import decide, flag
from tests.questions.steps import accept, answer, ask, count, token
from tests.statements import statements

WHY = "Both wrote from one phone"


def _merge(by: Any, kept: Any, gone: Any, **changes: Any) -> None:
    given = {"typed": gone.name, "because": WHY, "token": token(), **changes}
    owning.merge(by.actor, kept_id=kept.id, gone_id=gone.id, **given)


def _pointing() -> list[Any]:
    """Every column that points at an account."""
    return [
        column
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "account" for key in column.foreign_keys)
    ]


def _points_at(account_id: int) -> dict[str, int]:
    return {
        str(column): number
        for column in _pointing()
        if (number := db.session.scalar(select(func.count()).where(column == account_id)))
    }


def _account(who: Any) -> Account:
    db.session.expire_all()
    return db.session.get_one(Account, who.id)


def _nothing_to_mend(app: Flask) -> None:
    said = app.test_cli_runner().invoke(doctor, ["--recount"]).output
    assert said.count("mended") == 2, said
    assert "0 threads mended" in said
    assert "0 people mended" in said


@pytest.fixture
def entangled(cast: SimpleNamespace) -> SimpleNamespace:
    """bob and charlie wrote, voted, marked and were told, apart and about each other; the ids of it."""
    things = SimpleNamespace()
    things.thread = ask(cast.alice)
    things.bobs = answer(cast.bob, things.thread)
    things.charlies = answer(cast.charlie, things.thread, "Ask the courier first.")
    things.alices = answer(cast.alice, things.thread, "I asked them.")
    for who, post_id in (
        (cast.bob, things.charlies),
        (cast.charlie, things.bobs),
        (cast.bob, things.alices),
        (cast.charlie, things.alices),
        (cast.tess, things.charlies),
        (cast.tess, things.bobs),
    ):
        forum.vote(who.actor, post_id=post_id, value=1)
    accept(cast.alice, things.charlies)
    things.charlies_thread = ask(cast.charlie, "Where is my second parcel")
    things.bobs_there = answer(cast.bob, things.charlies_thread, "In the shed.")
    accept(cast.charlie, things.bobs_there)
    things.other_thread = ask(cast.tess, "Which label goes on a box")
    for who in (cast.bob, cast.charlie):
        questions.have_too(who.actor, thread_id=things.other_thread)
        questions.have_too(who.actor, thread_id=things.thread)
        forum.follow(who.actor, thread_id=things.other_thread)
        forum.save(who.actor, thread_id=things.other_thread)
        flag(who, things.alices)
        forum.keep_draft(who.actor, None, "ask", {"title": who.name})
    questions.have_too(cast.bob.actor, thread_id=things.charlies_thread)
    with transaction() as session:
        session.add_all(
            AccountDay(account_id=who.id, day=now().date(), threads_read=3)
            for who in (cast.bob, cast.charlie)
        )
        session.add(FormerEmail(account_id=cast.charlie.id, email="c@example.com", replaced_at=now()))
        session.add(FormerName(name="chuck", account_id=cast.charlie.id, given_up_at=now()))
    return things


def test_all_of_it_changes_hands_and_every_counter_holds(
    app: Flask, cast: SimpleNamespace, entangled: SimpleNamespace
) -> None:
    _merge(cast.mona, cast.bob, cast.charlie)
    assert _points_at(cast.charlie.id) == {}
    authors = {
        name: db.session.get_one(Post, getattr(entangled, name)).author_id for name in ("bobs", "charlies")
    }
    assert set(authors.values()) == {cast.bob.id}
    assert db.session.get_one(Thread, entangled.charlies_thread).author_id == cast.bob.id
    _nothing_to_mend(app)


def test_one_vote_a_post_stays_and_none_on_ones_own(
    cast: SimpleNamespace, entangled: SimpleNamespace
) -> None:
    _merge(cast.mona, cast.bob, cast.charlie)
    votes = {
        (row.post_id, row.account_id) for row in db.session.execute(select(Vote.post_id, Vote.account_id))
    }
    assert votes == {
        (entangled.alices, cast.bob.id),
        (entangled.bobs, cast.tess.id),
        (entangled.charlies, cast.tess.id),
    }
    for post_id in (entangled.alices, entangled.bobs, entangled.charlies):
        assert db.session.get_one(Post, post_id).up_count == 1


def test_the_ledgers_are_one_without_what_was_said_of_oneself(
    cast: SimpleNamespace, entangled: SimpleNamespace
) -> None:
    assert _account(cast.alice).reputation == 20
    _merge(cast.mona, cast.bob, cast.charlie)
    rows = db.session.execute(
        select(Reputation.account_id, Reputation.by_id, Reputation.points, Reputation.key)
    )
    assert {tuple(row) for row in rows} == {
        (cast.alice.id, cast.bob.id, 10, f"vote:{entangled.alices}:{cast.bob.id}"),
        (cast.bob.id, cast.tess.id, 10, f"vote:{entangled.bobs}:{cast.tess.id}"),
        (cast.bob.id, cast.tess.id, 10, f"vote:{entangled.charlies}:{cast.tess.id}"),
        (cast.bob.id, cast.alice.id, 15, f"accepted:{entangled.thread}"),
    }
    assert (_account(cast.alice).reputation, _account(cast.bob).reputation) == (10, 35)
    assert _account(cast.charlie).reputation == 0


def test_a_vote_of_the_gone_one_is_taken_back_as_ones_own(app: Flask, cast: SimpleNamespace) -> None:
    post_id = answer(cast.alice, ask(cast.alice))
    forum.vote(cast.charlie.actor, post_id=post_id, value=1)
    _merge(cast.mona, cast.bob, cast.charlie)
    forum.vote(cast.bob.actor, post_id=post_id, value=-1)
    assert _account(cast.alice).reputation == -2
    assert count(Reputation) == 1
    _nothing_to_mend(app)


def test_what_there_is_once_stays_once(cast: SimpleNamespace, entangled: SimpleNamespace) -> None:
    _merge(cast.mona, cast.bob, cast.charlie)
    for table in (Follow, Saved, Flag):
        assert db.session.scalars(select(table.account_id)).all() == [cast.bob.id], table
    assert db.session.get_one(Question, entangled.other_thread).too_count == 1
    assert db.session.get_one(Question, entangled.charlies_thread).too_count == 0
    assert db.session.scalars(select(AccountDay.threads_read)).all() == [6]
    shown = cast.bob.client.get("/me/drafts").text
    assert "bob" in shown


def test_the_name_leads_on_and_the_address_goes(cast: SimpleNamespace, entangled: SimpleNamespace) -> None:
    _merge(cast.mona, cast.bob, cast.charlie)
    assert cast.alice.client.get("/people/charlie").location == "/people/bob"
    assert cast.alice.client.get("/people/chuck").location == "/people/bob"
    gone = _account(cast.charlie)
    assert (gone.state, gone.email, gone.password_hash) == (AccountState.GHOST, None, None)
    assert _account(cast.bob).email == "bob@example.org"
    assert count(FormerEmail) == 0


def test_its_browsers_are_signed_out_and_nobody_elses(cast: SimpleNamespace) -> None:
    before = count(SignInSession)
    _merge(cast.mona, cast.bob, cast.charlie)
    assert count(SignInSession) == before - 1
    assert cast.charlie.client.get("/me").status_code == 303
    assert cast.bob.client.get("/me").status_code == 200
    assert actor_of(cast.charlie.id) is None


def test_the_longer_sanction_holds(cast: SimpleNamespace) -> None:
    with transaction():
        sanctioning.impose(cast.charlie.id, Sanction.SILENCED, now() + timedelta(days=9), "Insults")
        sanctioning.impose(cast.charlie.id, Sanction.HELD, now() + timedelta(days=2), "Theirs")
        sanctioning.impose(cast.bob.id, Sanction.HELD, now() + timedelta(days=9), "Own")
    _merge(cast.mona, cast.bob, cast.charlie)
    row = _account(cast.bob)
    assert (row.silenced_because, row.held_because) == ("Insults.", "Own.")
    assert not actor_of(cast.bob.id).is_suspended  # type: ignore[union-attr]


def test_what_they_told_each_other_is_news_no_more(cast: SimpleNamespace, entangled: SimpleNamespace) -> None:
    both = [cast.bob.id, cast.charlie.id]
    between = select(func.count()).where(Notification.account_id.in_(both), Notification.actor_id.in_(both))
    assert db.session.scalar(between)
    _merge(cast.mona, cast.bob, cast.charlie)
    assert db.session.scalar(between) == 0


def test_one_flag_of_two_waits_again_when_its_decision_is_taken_back(
    cast: SimpleNamespace, entangled: SimpleNamespace
) -> None:
    ref = decide(cast.mona, entangled.alices, Verb.HIDE, Reason.SPAM)
    _merge(cast.mona, cast.bob, cast.charlie)
    moderation.undo(cast.mona.actor, ref=ref)
    flags = db.session.execute(select(Flag.account_id, Flag.decision_id.is_(None), Flag.upheld)).all()
    assert sorted(flags) == [(cast.bob.id, False, None), (cast.bob.id, True, None)]


def test_two_of_everything_else(cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    earlier = ask(cast.tess, "Which label goes on a box")
    post_id = answer(cast.tess, thread_id)
    theirs = answer(cast.bob, thread_id)
    with transaction() as session:
        for who in (cast.bob, cast.charlie):
            more = {"version": 1, "source": "x", "reason": "Clearer.", "created_at": now()}
            session.add(EditProposal(post_id=post_id, proposer_id=who.id, **more))
            session.add(Mention(post_id=post_id, account_id=who.id))
            session.add(Letter(account_id=who.id, digest_day=now().date(), created_at=now()))
            session.add(
                HelpSession(account_id=who.id, nth=0, begun_on=now().date(), urgent=False, matches=[])
            )
            session.add(DuplicateMark(thread_id=thread_id, of_id=earlier, by_id=who.id, created_at=now()))
        session.add(EditProposal(post_id=theirs, proposer_id=cast.charlie.id, **more))
        session.add(Mention(post_id=theirs, account_id=cast.charlie.id))
    _merge(cast.mona, cast.bob, cast.charlie)
    assert _points_at(cast.charlie.id) == {}
    states = db.session.scalars(select(EditProposal.state).order_by(EditProposal.state)).all()
    assert states == ["ended", "ended", "pending"]
    assert db.session.scalars(select(Mention.post_id)).all() == [post_id]
    assert sorted(db.session.scalars(select(HelpSession.nth))) == [0, 1]
    assert (count(Letter), count(DuplicateMark)) == (2, 1)


def test_no_table_is_forgotten(app: Flask, cast: SimpleNamespace) -> None:
    """In a town where every column that may point at somebody points at charlie once, nothing does afterwards."""
    build(cast)
    columns = _pointing()
    assert len(columns) > 40
    unfilled = set()
    for column in columns:
        with transaction() as session:
            if session.scalar(select(func.count()).where(column == cast.charlie.id)):
                continue
            row = session.execute(select(*column.table.primary_key.columns).limit(1)).first()
            if row is None:
                unfilled.add(column.table)
                continue
            key = [part == value for part, value in zip(column.table.primary_key.columns, row, strict=True)]
            others = [part for part in column.table.columns if part.name == "visitor"]
            if str(column) == "review.account_id":
                others += [part for part in column.table.columns if part.name in {"post_id", "thread_id"}]
            values = {column.name: cast.charlie.id} | {part.name: None for part in others}
            session.connection().execute(update(column.table).where(*key).values(values))
    with transaction() as session:
        for table in unfilled:
            session.connection().execute(insert(table).values(_row(table, cast.charlie.id)))
    pointing = _points_at(cast.charlie.id)
    assert set(pointing) == {str(column) for column in columns}
    _merge(cast.adam, cast.bob, cast.charlie)
    assert _points_at(cast.charlie.id) == {}


def _row(table: Any, account_id: int) -> dict[str, Any]:
    """A row in which everything that has to be there is, and every account is this one."""
    values: dict[str, Any] = {}
    for column in table.columns:
        if any(key.column.table.name == "account" for key in column.foreign_keys):
            values[column.name] = account_id
        elif column.foreign_keys:
            (key,) = column.foreign_keys
            found = db.session.scalar(select(key.column).limit(1))
            if found is not None:
                values[column.name] = found
        elif not column.nullable and column is not table.autoincrement_column:
            kind = column.type.python_type
            made = {"object": now(), "date": now().date(), "str": "x", "int": 1, "bool": False, "list": []}
            values[column.name] = made[kind.__name__]
    return values


def test_it_stands_in_the_log_without_the_name(cast: SimpleNamespace) -> None:
    _merge(cast.mona, cast.bob, cast.charlie, because="They share anna@example.org")
    entry = db.session.execute(select(AuditEntry, AuditPayload).join(AuditPayload)).one()
    assert (entry.AuditEntry.verb, entry.AuditEntry.actor_id, entry.AuditEntry.target_id) == (
        "merge accounts",
        cast.mona.id,
        cast.bob.id,
    )
    assert entry.AuditPayload.facts["number"] == cast.charlie.id
    assert "anna@example.org" not in str(entry.AuditPayload.facts)
    assert "charlie" not in str(entry.AuditPayload.facts)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"typed": "charly"}, "Write the name exactly: charlie"),
        ({"typed": ""}, "Write the name exactly: charlie"),
        ({"because": " "}, "Say why"),
        ({"because": "x" * 301}, "at most 300"),
    ],
)
def test_what_will_not_do(cast: SimpleNamespace, change: dict[str, str], sentence: str) -> None:
    with pytest.raises(Problem, match=sentence):
        _merge(cast.mona, cast.bob, cast.charlie, **change)
    assert _account(cast.charlie).state is AccountState.ACTIVE


def test_the_same_twice_is_not_there(cast: SimpleNamespace) -> None:
    with pytest.raises(Problem, match="the same person"):
        _merge(cast.mona, cast.bob, cast.bob)
    _merge(cast.mona, cast.bob, cast.charlie)
    with pytest.raises(NotFound):
        _merge(cast.mona, cast.bob, cast.charlie)


@pytest.mark.parametrize("who", ["alice", "bob", "nia", "tess", "agnes"])
def test_only_moderators(cast: SimpleNamespace, who: str) -> None:
    with pytest.raises(NotFound):
        _merge(getattr(cast, who), cast.bob, cast.charlie)


def test_staff_are_for_admins_and_nobody_decides_about_themselves(
    cast: SimpleNamespace, enter: Callable[..., Any]
) -> None:
    moira = enter("moira", Role.MODERATOR)
    for kept, gone in ((cast.bob, moira), (cast.agnes, cast.bob), (cast.bob, cast.adam)):
        with pytest.raises(Problem, match="an admin decides"):
            _merge(cast.mona, kept, gone)
    for kept, gone in ((cast.bob, cast.adam), (cast.adam, cast.bob)):
        with pytest.raises(Problem, match="about themselves"):
            _merge(cast.adam, kept, gone)
    _merge(cast.adam, cast.bob, moira)
    assert _account(moira).state is AccountState.GHOST


def test_somebody_imported_goes_with_what_they_are_known_by(cast: SimpleNamespace) -> None:
    with transaction() as session:
        old = Account(
            name="old-bob",
            display_name="Old Bob",
            state=AccountState.UNCLAIMED,
            source="forum",
            external_id="7",
            tz="UTC",
        )
        session.add(old)
        session.flush()
        gone = SimpleNamespace(id=old.id, name="old-bob")
    with pytest.raises(Problem, match="the other way round"):
        _merge(cast.mona, gone, cast.bob)
    _merge(cast.mona, cast.bob, gone)
    row = _account(cast.bob)
    assert (row.source, row.external_id, once_named("old-bob")) == ("forum", "7", "bob")


def test_it_takes_the_same_statements_however_much_they_wrote(app: Flask, cast: SimpleNamespace) -> None:
    def sent_for(gone: Any, threads: int) -> int:
        for _each in range(threads):
            thread_id = ask(cast.alice)
            flag(gone, answer(cast.alice, thread_id))
            answer(gone, thread_id)
            forum.vote(gone.actor, post_id=answer(cast.nia, thread_id), value=1)
            for who in (cast.tess, gone):
                questions.have_too(who.actor, thread_id=thread_id)
        with statements() as sent:
            _merge(cast.adam, cast.tess, gone)
        return len(sent)

    assert sent_for(cast.charlie, 1) == sent_for(cast.bob, 6)
