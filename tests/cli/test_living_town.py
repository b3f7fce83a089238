"""The demo town, filled: everything the site can do is to be seen there, and everybody finds something to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Select, func, select

from app.accounts.actor import ANONYMOUS, Actor, Role
from app.accounts.models import Account
from app.accounts.operations.signing_in import sign_in
from app.accounts.passwords import MEMORY_OPTION
from app.accounts.queries import actor_of
from app.cli import demo
from app.cli.doctor import doctor
from app.cli.seeding import PASSWORD, address
from app.community.models import Ask, Reputation
from app.config import Mode, load
from app.contact.models import Channel
from app.core.clock import now
from app.core.db import Model, db
from app.core.parts import part
from app.desk.models import Escalation, Outcome, Status, Ticket
from app.forum import queries as trunk
from app.forum.models import (
    Deletion,
    EditProposal,
    Follow,
    Mention,
    Photo,
    Post,
    Revision,
    Saved,
    Space,
    Tag,
    TagAlias,
    Thread,
    ThreadReading,
    Visibility,
    Vote,
)
from app.insight.queries.trials import is_over, result
from app.moderation.acts import Verb
from app.moderation.models import Appeal, AppealState, Decision, Flag, Proposal, Report, Review
from app.moderation.queries import decided, proposal
from app.notifications.models import Notification
from app.questions import keeping, ordering
from app.questions import queries as questions
from app.questions.models import HaveToo, Question, State
from app.questions.ports import Suggest
from app.search import indexing
from app.search.models import EmptySearch, SuggestionEvent, Trial, What
from app.search.queries import find
from app.wiring import create_app
from tests import towns
from tests.conftest import PASSWORD_KIB
from tests.towns import fill

TOWN = demo.load()


def count(rows: Select[tuple[int]] | type[Model]) -> int:
    chosen = rows if isinstance(rows, Select) else select(rows)
    return db.session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def thread(key: str) -> Thread:
    [title] = [thread.title for thread in TOWN.threads if thread.key == key]
    return db.session.scalars(select(Thread).where(Thread.title == title)).one()


def question(key: str) -> Question:
    return db.session.get_one(Question, thread(key).id)


def actor(plays: demo.CastName) -> Actor:
    account_id = db.session.scalar(select(Account.id).where(Account.name == TOWN.cast[plays].name))
    found = actor_of(int(account_id or 0))
    assert found
    return found


@pytest.fixture(scope="module")
def _filled(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A town on SQLite, filled once: these tests look and change nothing."""
    folder = tmp_path_factory.mktemp("town")
    path = folder / "bartack.db"
    shutil.copy(_sqlite_template, path)
    site = create_app(
        load(
            folder / "no.env",
            production=False,
            data_dir=folder,
            database_url=f"sqlite:///{path}",
            secret_key="k" * 40,
            base_url="http://localhost",
            limits=True,
            mail_url=(folder / "mail").as_uri(),
        )
    )
    site.config[MEMORY_OPTION] = PASSWORD_KIB
    with site.app_context():
        towns.demo_town()
        db.session.remove()
    yield site
    with site.app_context():
        db.engine.dispose()


@pytest.fixture
def lived(_filled: Flask) -> Iterator[Flask]:
    with _filled.test_request_context():
        yield _filled


@pytest.mark.parametrize(
    "rows",
    [Vote, HaveToo, Follow, Saved, Mention, Revision, Ask, Reputation, Channel, TagAlias, ThreadReading],
    ids=lambda rows: rows.__tablename__,
)
def test_of_everything_there_is_some(lived: Flask, rows: type[Model]) -> None:
    assert count(rows) >= 3


def test_people_talk_to_each_other(lived: Flask) -> None:
    rows = select(Post.id, Post.parent_id).where(Post.thread_id == thread("moth-hole-listed").id)
    level: dict[int | None, int] = {None: -1}
    for post_id, parent_id in db.session.execute(rows.order_by(Post.id)):
        level[post_id] = level[parent_id] + 1
    assert max(level.values()) >= 7
    assert count(select(Post.id).where(Post.comment)) >= 2


def test_one_accepted_answer_is_clearly_outscored(lived: Flask) -> None:
    outscored = thread("offers-then-silence")
    page = questions.page(actor("helper"), outscored.id)
    first = page.answers[0]
    assert first.id != page.accepted_id
    assert first.up_count >= ordering.OUTSCORED_VOTES


def test_pictures_hang_where_people_look(lived: Flask) -> None:
    assert count(select(Photo.post_id).where(Photo.post_id.is_not(None)).distinct()) >= 4
    assert count(select(Photo.id).where(Photo.description == "")) == 0


def test_messages_to_send_can_be_copied(lived: Flask) -> None:
    assert count(select(Post.id).where(Post.html.contains('<pre class="message">'))) >= 2


def test_personal_data_is_masked_for_the_public(lived: Flask) -> None:
    masked = db.session.scalars(select(Post).where(Post.unmasked_html.is_not(None))).all()
    assert len(masked) >= 2
    assert "27 Tannery Row" in "".join(str(post.unmasked_html) for post in masked)
    assert not any("27 Tannery Row" in post.html or "07700 900461" in post.html for post in masked)


def test_what_is_kept_right(lived: Flask) -> None:
    assert question("says-delivered-not-there").duplicate_of_id == thread("delivered-not-received").id
    assert question("child-boots-marked-30").differs
    assert question("relist-or-edit").stale_at
    assert keeping.asks_still_right(question("heavy-coat-postage"))
    assert thread("cover-fee-again").locked_at
    assert thread("strike-weekend-lockers").state == State.ARCHIVED


def test_a_deleted_answer_leaves_its_replies(lived: Flask) -> None:
    gone = db.session.scalars(
        select(Post).join(Deletion).where(Post.visibility == Visibility.DELETED, Post.parent_id.is_not(None))
    ).one()
    below = db.session.scalars(select(Post).where(Post.parent_id == gone.id)).all()
    assert [post.visibility for post in below] == [Visibility.PUBLIC]
    assert count(Deletion) == 1


def test_support_has_answered_one_and_has_another(lived: Flask) -> None:
    answered, waiting = thread("two-consoles-one-parcel"), thread("refund-closed-card")
    sent = db.session.scalars(select(Escalation).where(Escalation.thread_id == answered.id)).one()
    assert (answered.state, sent.answer_post_id) == (
        State.SOLVED,
        question("two-consoles-one-parcel").accepted_post_id,
    )
    assert waiting.state == State.ESCALATED
    assert question("refund-closed-card").with_support_at


def test_the_moderator_finds_something_to_do(lived: Flask) -> None:
    held = db.session.scalars(select(Thread).where(Thread.visibility == Visibility.HELD)).one()
    author = db.session.get_one(Account, held.author_id)
    assert (author.name, author.role) == ("pocket.square", Role.NEW)
    waiting = db.session.scalars(select(Review.severity).where(Review.opened_at.is_not(None)))
    assert sorted(waiting, reverse=True) == [5, 4, 3, 2, 1]
    assert count(select(Flag.id).where(Flag.decision_id.is_(None))) == 3
    assert db.session.scalars(select(Report.name).where(Report.decision_id.is_(None))).all() == [
        "Rowan Whitlock"
    ]


def test_what_moderators_decided_is_known_to_whom_it_concerns(lived: Flask) -> None:
    removed = db.session.scalars(
        select(Decision).where(Decision.act == Verb.REMOVE, Decision.said.contains("Counterfeits"))
    ).one()
    seller = actor_of(removed.subject_id)
    assert seller
    assert decided(seller, removed.ref).appealable
    assert count(select(Decision.id).where(Decision.act == Verb.WARN)) == 2


def test_an_appeal_waits_and_another_was_right(lived: Flask) -> None:
    states = dict(db.session.execute(select(Appeal.state, Decision).join(Decision)).all())
    assert states.keys() == {AppealState.WAITING, AppealState.REVERSED}
    reversed_ = db.session.get_one(Review, states[AppealState.REVERSED].review_id)
    back = db.session.get_one(Post, reversed_.post_id)
    assert back.visibility == Visibility.PUBLIC
    answered = db.session.scalars(select(Flag).where(Flag.review_id == reversed_.id)).one()
    assert answered.upheld is False


def test_something_is_proposed_that_the_admin_may_agree_with(lived: Flask) -> None:
    shown = proposal(db.session.scalars(select(Proposal.id)).one())
    assert (shown.title, shown.open, shown.by.name) == ("Outlet Direct", True, "tilda")


def test_the_helper_finds_something_to_do(lived: Flask) -> None:
    helper = actor("helper")
    assert count(select(Ask.thread_id).where(Ask.account_id == helper.id)) >= 1
    assert count(select(EditProposal.id).where(EditProposal.proposer_id != helper.id)) >= 2


def test_the_seller_finds_something_new(lived: Flask) -> None:
    news = select(Notification.kind).where(
        Notification.account_id == actor("seller").id, Notification.read_at.is_(None)
    )
    assert {"answer", "ticket"} <= set(db.session.scalars(news))
    assert len(trunk.proposals_waiting(actor("seller"), thread("unfair-review").id)) == 1


def test_the_agent_finds_something_to_do(lived: Flask) -> None:
    assert count(select(Ticket.id).where(Ticket.status == Status.NEW, Ticket.assignee_id.is_(None))) == 1


def test_people_looked_for_help_and_a_trial_is_over(lived: Flask) -> None:
    trial = db.session.scalars(select(Trial)).one()
    found = result(trial)
    assert is_over(trial)
    assert sum(arm.drawn for arm in found.arms.values()) > 40
    assert found.estimate
    whats = set(db.session.scalars(select(SuggestionEvent.what)))
    assert whats >= {What.SHOWN, What.OPENED, What.SOLVED, What.REFUSED, What.FILED}
    assert (db.session.scalar(select(func.count()).select_from(EmptySearch)) or 0) > 5


def test_trust_and_reputation_follow(lived: Flask) -> None:
    people = {account.name: account for account in db.session.scalars(select(Account))}
    newcomers = {person.name for person in TOWN.people if person.role == "new"} - {"pocket.square"}
    assert {people[name].role for name in newcomers} == {Role.MEMBER}
    assert people["needle.and.ada"].reputation == max(person.reputation for person in people.values())


def test_one_person_only_reads_and_knows_why(lived: Flask) -> None:
    [suspended] = db.session.scalars(select(Account).where(Account.suspended_until > now())).all()
    assert suspended.suspended_because


def test_tags_and_topics_say_what_they_are_for(lived: Flask) -> None:
    assert count(select(Tag.id).where(Tag.description != "")) >= 12
    assert count(select(Space.id).where(Space.description == "")) == 0


def test_everybody_can_sign_in(lived: Flask) -> None:
    ids = {account.name: account.id for account in db.session.scalars(select(Account))}
    for person in TOWN.people:
        signed_in = sign_in(email=address(person), password=PASSWORD, address="127.0.0.1")
        assert signed_in == ids[person.name]


def test_counts_are_right_and_twice_adds_nothing(lived: Flask) -> None:
    _right_and_whole()


def test_hasty_words_find_the_answer(lived: Flask) -> None:
    _hasty_words_find_the_answer()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_too(app: Flask) -> None:
    """All that fills a town there, since that takes ten seconds."""
    fill()
    _right_and_whole()
    _hasty_words_find_the_answer()


def _right_and_whole() -> None:
    recounted = CliRunner().invoke(doctor, ["--recount"]).output
    assert "0 threads mended" in recounted
    assert "0 people mended" in recounted
    before = [count(rows) for rows in (Account, Thread, Post, Vote, Photo, Ticket, Notification)]
    fill()
    assert [count(rows) for rows in (Account, Thread, Post, Vote, Photo, Ticket, Notification)] == before


def _hasty_words_find_the_answer() -> None:
    """The thread about listed flaws and refunds comes first, whatever was misspelled."""
    while indexing.drain():
        pass
    words = "xl jumper arived with hole buyer wnats money back"
    results = find(ANONYMOUS, words, 1)
    first = results.page.rows[0]
    assert first.title == thread("moth-hole-listed").title
    assert first.title_html.startswith("<mark>Buyer</mark> says")
    assert first.passage_html.startswith("No, a flaw you described and photographed before the sale")
    assert set(results.corrected) == {"arrived", "wants"}
    match = part(Suggest)(ANONYMOUS, title=words)[0]
    assert match.thread_id == first.id
    assert match.passage_html.startswith("No, a flaw you described")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_without_a_desk_nobody_is_of_support(make_app: Callable[..., Flask]) -> None:
    with make_app(mode=Mode.COMMUNITY).app_context():
        printed = fill().output
        assert "agent" not in printed
        assert count(select(Account.id).where(Account.role == Role.AGENT)) == 0
        assert (count(Ticket), count(select(Thread.id).where(Thread.state == State.ESCALATED))) == (0, 0)
        told = db.session.scalars(select(Escalation).where(Escalation.outcome.is_not(None))).one()
        assert (told.thread_id, told.outcome) == (thread("my-photos-copied").id, Outcome.SOLVED)
