"""What a site is filled with before a browser comes; each runs inside its application context."""

import itertools
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner
from sqlalchemy import select

from app.accounts.actor import ANONYMOUS, Actor, Role
from app.accounts.operations.people import add_person
from app.accounts.queries import actor_of, person_named
from app.cli import demo
from app.cli.importing import jsonl
from app.cli.seeding import PASSWORD, address
from app.core.clock import frozen, now
from app.core.db import db
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Post, Thread
from app.moderation import operations as moderation
from app.moderation.acts import Details, Verb
from app.moderation.models import Review
from app.moderation.operations import Seen
from app.moderation.targets import Target, TargetKind
from app.moderation.watching import models as watching
from app.moderation.watching.operations import add_word
from app.moderation.watching.trying import try_out
from app.moderation.words import Reason
from app.questions import operations as questions
from app.questions.models import Question, State
from tests import towns
from tests.core.images.pictures import from_a_phone

SOURCES = ("stackfaq", "qatar-living")
IMPORTED_EACH = 25

NEWCOMER = "fern"

Furnish = Callable[[], None]


def demo_town() -> None:
    """The demo town, whole, and in it one question of each sort that is kept right."""
    towns.copied("kept-right", _kept_right)


def _kept_right() -> None:
    towns.demo_town()
    keep_right()


def keep_right() -> None:
    """A suggested change, a changed answer, a pointer, a lock, an answer found out of date, something taken back."""
    seller, helper, moderator = (
        _actor(demo.load().cast[plays]) for plays in ("seller", "helper", "moderator")
    )
    mine = Thread.author_id == seller.id
    solved = _first(mine, Thread.state == State.SOLVED)
    own = _first(mine, Thread.state != State.SOLVED)
    pointing = _first(mine, Thread.state != State.SOLVED, Thread.id != own)
    locked = _first(~mine, Thread.state == State.OPEN, order=Thread.id.desc())
    opening, answer = _post(own, opening=True), _post(solved, opening=False)
    forum.propose(
        helper,
        post_id=opening.id,
        version=opening.version,
        source=f"{opening.source}\n\nWhat I want to know: who pays for the way back?",
        title="Who pays for the way back?",
        tags=["returns"],
        reason="The question stood in the third line.",
        token=secrets.token_urlsafe(18),
    )
    decide(
        moderator,
        Target(TargetKind.POST, answer.id),
        Verb.EDIT,
        said="Says what to keep.",
        words=forum.prepared(answer.source.replace(".", ", and keep the slip.", 1)),
    )
    questions.mark_duplicate(moderator, thread_id=pointing, of_id=solved)
    decide(
        moderator, Target(TargetKind.THREAD, locked), Verb.LOCK, said="Both have said what they had to say."
    )
    with transaction() as session:
        row = session.get_one(Question, solved)
        row.accepted_at = now() - timedelta(days=400)
        row.stale_at = now()
    with frozen(now() - timedelta(minutes=5)):
        taken_back = questions.answer(
            seller, thread_id=_first(~mine, Thread.state == State.ANSWERED), source="Me too.", token="t" * 20
        )
    questions.delete(seller, post_id=taken_back)


def town_with_a_newcomer() -> None:
    """The demo town, and in it somebody new whose links wait, one of them refused; a moderator has flagged something."""
    demo_town()
    moderator = actor_of(_account_id(demo.load().cast["moderator"].name))
    add_person(
        name=NEWCOMER, email="fern@demo.example", role=Role.NEW, display_name="Fern", password=PASSWORD
    )
    fern = actor_of(_account_id(NEWCOMER))
    if moderator is None or fern is None:
        raise LookupError("the town lacks a moderator or its newcomer")
    link = "Is https://redelivery.example/pay?id=88213 real, or is it a trick?"
    token = lambda: secrets.token_urlsafe(18)
    space_id = forum.space_named("Safety")
    questions.ask(
        fern, title="A link to redeliver", source=link, space_id=space_id, tags=["links"], token=token()
    )
    others = (Post.author_id.not_in([fern.id, moderator.id]), Thread.visibility == "public")
    answers = select(Post).join(Thread).where(Post.parent_id.is_not(None), *others).order_by(Post.id)
    thread_id, post_id = db.session.execute(answers.with_only_columns(Post.thread_id, Post.id).limit(1)).one()
    for _two in range(2):
        held = questions.answer(fern, thread_id=thread_id, source=link, token=token())
    moderation.decide(
        moderator,
        review_id=moderation.open_review(moderator, target=Target(TargetKind.POST, held)),
        verb=Verb.HIDE,
        details=Details(reason=Reason.SPAM),
        seen=Seen(2),
        token=token(),
    )
    target = Target(TargetKind.POST, post_id)
    moderation.flag(moderator, target=target, reason=Reason.SCAM, note="It asks to pay elsewhere.")
    _watch(moderator)


def town_with_decisions() -> None:
    """The demo town, and in it two answers of the seller's hidden, one appealed with files and one with files that wait; a
    report without an account that was kept; two threads merged."""
    demo_town()
    seller, moderator = (_actor(demo.load().cast[plays]) for plays in ("seller", "moderator"))
    answers = select(Post.id).join(Thread).where(Post.author_id == seller.id, Post.parent_id.is_not(None))
    shown = (Post.visibility == "public", Thread.visibility == "public")
    reported, *theirs = db.session.scalars(answers.where(*shown).order_by(Post.id).limit(3)).all()
    refs = [decide(moderator, Target(TargetKind.POST, post_id), Verb.HIDE) for post_id in theirs]
    for ref in refs:
        moderation.add_file(seller, ref=ref, content=from_a_phone(), called="order.jpg")
        moderation.add_file(seller, ref=ref, content=b"%PDF-1.4\n%%EOF\n", called="receipt.pdf")
    moderation.appeal(seller, ref=refs[-1], source="It is my own order.", token=secrets.token_urlsafe(18))
    moderation.report(
        ANONYMOUS,
        target=Target(TargetKind.POST, reported),
        reason=Reason.SCAM,
        source="It asks to pay by gift card.",
        name="",
        email="rosa@example.com",
        good_faith=True,
        token=secrets.token_urlsafe(18),
        connects_from="192.0.2.7",
    )
    decide(moderator, Target(TargetKind.POST, reported), Verb.KEEP)
    into, gone = db.session.scalars(
        select(Thread.id)
        .where(Thread.state == State.SOLVED, Thread.visibility == "public")
        .order_by(Thread.id)
    ).all()[:2]
    decide(moderator, Target(TargetKind.THREAD, gone), Verb.MERGE, of=into)


def decide(
    by: Actor, target: Target, verb: Verb, said: str = "It sends people to one shop.", **details: Any
) -> str:
    """Decide about a target as it is now; the decision's ref, empty where a second has to agree first."""
    review_id = moderation.open_review(by, target=target)
    ref = moderation.decide(
        by,
        review_id=review_id,
        verb=verb,
        details=Details(reason=Reason.SPAM, said=said, **details),
        seen=Seen(db.session.get_one(Review, review_id).version),
        token=secrets.token_urlsafe(18),
    )
    return ref or ""


def _watch(moderator: Actor) -> None:
    """A word that is watched for."""
    what: Any = {"kind": watching.Kind.WORDS, "pattern": "friends and family", "action": watching.Action.FLAG}
    seal = try_out(moderator, **what).seal
    add_word(
        moderator, **what, rule=1, note="Asked for by scams.", seal=seal, token=secrets.token_urlsafe(18)
    )


def _account_id(name: str) -> int:
    person = person_named(name)
    if person is None:
        raise LookupError(name)
    return person.id


def demo_cast() -> None:
    """An empty town with the people one can sign in as."""
    for person in demo.load().cast.values():
        add_person(
            name=person.name,
            email=address(person),
            role=Role(person.role),
            display_name=person.display,
            password=PASSWORD,
        )


def real_threads(folder: Path, scratch: Path) -> Furnish:
    """The cast, and IMPORTED_EACH threads of each source in `folder`, brought in by `flask import jsonl`."""

    def furnish() -> None:
        demo_cast()
        for source in SOURCES:
            few = scratch / f"{source}.jsonl"
            with (folder / source / "threads.jsonl").open(encoding="utf-8") as lines:
                few.write_text("".join(itertools.islice(lines, IMPORTED_EACH)), encoding="utf-8")
            _run(jsonl, str(few))

    return lambda: towns.copied("real-threads", furnish)


def _actor(person: demo.Person) -> Actor:
    known = person_named(person.name)
    actor = actor_of(known.id) if known else None
    if actor is None:
        raise KeyError(person.name)
    return actor


def _first(*where: Any, order: Any = Thread.id) -> int:
    thread_id = db.session.scalar(select(Thread.id).where(*where).order_by(order).limit(1))
    return int(thread_id or 0)


def _post(thread_id: int, *, opening: bool) -> Post:
    at = Post.parent_id.is_(None) if opening else Post.parent_id.is_not(None)
    rows = select(Post).where(Post.thread_id == thread_id, at).order_by(Post.id).limit(1)
    return db.session.scalars(rows).one()


def _run(command: click.Command, *arguments: str) -> None:
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    if result.exit_code:
        raise RuntimeError(result.output)
