"""A small town in which every route has somebody and something to be about."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select, update

from app.accounts import passwords, tokens
from app.accounts.actor import ANONYMOUS, Actor
from app.accounts.models import Account, AccountState, FormerEmail, SignInSession
from app.contact import operations as contact
from app.contact.models import Kind as ChannelKind
from app.core.clock import now
from app.core.db import Model, db
from app.core.parts import part
from app.core.transaction import transaction
from app.desk import operations as desk
from app.desk.models import Escalation, Ticket, Topic
from app.desk.packet import digest, packet
from app.forum import operations as forum
from app.forum.models import (
    Deletion,
    EditProposal,
    OldAddress,
    Photo,
    Post,
    Space,
    Tag,
    TagAlias,
    Thread,
    ThreadTag,
    Visibility,
)
from app.forum.operations import Album
from app.insight.operations import start_trial
from app.insight.statistics import needed
from app.mail import stopping
from app.mail.naming import Name, address_key
from app.moderation import operations as moderation
from app.moderation.acts import Details, Verb
from app.moderation.models import AppealFile, Proposal
from app.moderation.operations import Seen
from app.moderation.watching import models as watching
from app.moderation.watching.operations import add_word
from app.moderation.watching.trying import try_out
from app.moderation.words import Reason
from app.notifications import proving, unsubscribing
from app.notifications.models import Cadence, Kind, Notification
from app.questions.models import KIND, Question
from app.search import helping
from app.search.misses import Misses
from tests.core.images.pictures import picture
from tests.moderation.steps import decide, flag, on_person, on_post, review

PASSWORD = "three odd socks"
TITLE = "Buyer says the coat never came"
MISSING_ID = 2**31 - 1
MISSING_REF = "TKT-99999"


@dataclass
class Town:
    """`things` are what addresses name: ids, references and tokens."""

    cast: SimpleNamespace
    things: dict[str, Any] = field(default_factory=dict)

    def browser(self, who: str, fresh: FlaskClient) -> FlaskClient:
        return fresh if who == "visitor" else getattr(self.cast, who).client  # type: ignore[no-any-return]

    def address(self, path: str, thing: str | None) -> str:
        return path.replace("{}", str(self.things[thing])) if thing else path

    def missing(self, path: str) -> str:
        return path.replace("{}", MISSING_REF if "tickets" in path else str(MISSING_ID))


def build(cast: SimpleNamespace) -> Town:
    """alice asked, bob answered, charlie replied; some of it was hidden; alice has a ticket."""
    alice, bob, charlie = cast.alice, cast.bob, cast.charlie
    things: dict[str, Any] = {}
    things["thread"], things["opening"] = thread(alice.id)
    things["answer"] = post(things["thread"], things["opening"], bob.id)
    things["reply"] = post(things["thread"], things["answer"], charlie.id)
    things["nia"] = cast.nia.id
    for name in ("held", "held_too", "held_last"):
        things[name] = post(things["thread"], things["opening"], cast.nia.id, Visibility.HELD)
    things["refused"] = post(things["thread"], things["opening"], cast.nia.id, Visibility.HELD)
    things["decision"] = decide(cast.mona, things["refused"], Verb.HIDE, Reason.SPAM)
    flag(alice, things["reply"])
    things["review"] = review(things["reply"]).id
    things["review_seen"] = f"{things['review']}:1:1"
    _deciding(things, cast)
    _watching(things, cast.mona.actor)
    things["hidden_answer"] = post(things["thread"], things["opening"], bob.id, Visibility.HIDDEN)
    things["solved_thread"], opening = thread(alice.id)
    things["accepted"] = post(things["solved_thread"], opening, bob.id)
    things["hidden_thread"], things["hidden_opening"] = thread(alice.id, Visibility.HIDDEN)
    things["answer_in_hidden_thread"] = post(things["hidden_thread"], things["hidden_opening"], bob.id)
    things["hidden_tag"] = "in-hiding"
    things["deleted_thread"], things["deleted_opening"] = thread(alice.id, Visibility.DELETED)
    _keeping(things, alice.id, bob.id, cast.tess.id)
    words = {"topic": Topic.PAYMENT, "subject": "Payout is missing", "source": "It says paid."}
    ticket_id = desk.file_ticket(alice.actor, token=secrets.token_urlsafe(18), **words)
    forum.keep_draft(alice.actor, None, desk.HELP, {"subject": "Begun"})
    helping.show(alice.actor, None, thread_ids=[things["thread"]], urgent=False)
    today = now().date()
    dates = {"begins_on": today, "ends_on": today + timedelta(days=27)}
    things["trial"] = start_trial(cast.adam.actor, **dates, share=50, rate=50, seen=needed(0.5))
    things["today"] = today.isoformat()
    part(Misses).note("zeppelin")
    part(Misses).write()
    opening_album = Album(post_id=things["opening"])
    things["posted_photo"] = forum.add_photo(alice.actor, opening_album, content=picture())
    things["own_photo"] = forum.add_photo(alice.actor, Album(form="ask"), content=picture())
    for name, photo in (("photo_name", "posted_photo"), ("private_photo", "own_photo")):
        things[name] = db.session.get_one(Photo, things[photo]).name
    things["channel"] = contact.add_channel(
        None,
        marketplace="Shop",
        kind=ChannelKind.PHONE,
        value="+44 20 7946 0018",
        checked_on=date(2026, 1, 5),
    )
    with transaction() as session:
        session.execute(
            update(Question)
            .where(Question.thread_id == things["solved_thread"])
            .values(
                accepted_post_id=things["accepted"],
                accepted_by_id=alice.id,
                accepted_at=now(),
                stale_at=now(),
            )
        )
        session.execute(update(Thread).where(Thread.id == things["solved_thread"]).values(state="solved"))
        session.add_all([Tag(name="coats"), Tag(name=things["hidden_tag"])])
        session.flush()
        things["tag"], things["hidden_alias"] = "coats", "in-the-dark"
        for name, alias in (("coats", "mantles"), (things["hidden_tag"], things["hidden_alias"])):
            tag_id = session.scalar(select(Tag.id).where(Tag.name == name))
            session.add(TagAlias(name=alias, tag_id=tag_id))
        for name, place in (("coats", "thread"), (things["hidden_tag"], "hidden_thread")):
            tag_id = session.scalar(select(Tag.id).where(Tag.name == name))
            session.add(ThreadTag(thread_id=things[place], tag_id=tag_id))
        for name, post_id in (
            ("told", things["answer"]),
            ("told_too", things["reply"]),
            ("told_last", things["accepted"]),
        ):
            row = Notification(
                account_id=alice.id,
                kind=Kind.ANSWER,
                key=name,
                actor_id=bob.id,
                thread_id=things["solved_thread" if name == "told_last" else "thread"],
                post_id=post_id,
                created_at=now(),
            )
            session.add(row)
            session.flush()
            things[name] = row.id
        other = SignInSession(token_hash="0" * 64, account_id=alice.id, expires_at=now() + timedelta(days=1))
        session.add(other)
        dora = Account(
            name="dora", display_name="Dora", skeleton="dora", pending_email="dora@example.org", tz="UTC"
        )
        session.add(dora)
        session.execute(
            update(Account)
            .where(Account.id.in_([cast.bob.id, cast.nia.id]))
            .values(password_hash=passwords.hashed(PASSWORD))
        )
        session.flush()
        edda = Account(
            name="edda",
            display_name="Edda",
            email="edda@example.org",
            pending_email="edda@example.net",
            tz="UTC",
        )
        session.add(edda)
        session.flush()
        former = FormerEmail(account_id=edda.id, email="edda@example.com", replaced_at=now())
        session.add(former)
        session.flush()
        for name, place in (("gina", "leaver"), ("hugo", "double")):
            session.add(
                Account(
                    name=name,
                    display_name=name.capitalize(),
                    email=f"{name}@example.org",
                    email_confirmed_at=now(),
                    tz="UTC",
                )
            )
            things[place] = name
        things["move"] = tokens.make(tokens.Purpose.MOVE, edda)
        things["take_back"] = tokens.make_for_former(former)
        things["name"], things["unconfirmed"] = "charlie", "dora"
        things["session"] = other.id
        things["hidden_old_address"] = "8"
        for external_id, name in (("7", "answer"), ("8", "hidden_answer")):
            session.add(OldAddress(source="elsewhere", external_id=external_id, post_id=things[name]))
        things["confirm"] = tokens.make(tokens.Purpose.CONFIRM, dora)
        things["reset"] = tokens.make(tokens.Purpose.RESET, session.get_one(Account, charlie.id))
        things["ref"] = session.scalar(select(Ticket.ref).where(Ticket.id == ticket_id))
        things["space"], things["other_space"], things["old_space"] = session.scalars(
            select(Space.id).order_by(Space.id).limit(3)
        )
        things["unsubscribe"] = unsubscribing.make(alice.id, {Kind.ANSWER: Cadence.NOW})
        things["proof"] = proving.make(alice.id, "alice@example.org")
    stopping.bounced([Name("0" * 20, address_key("alice@example.org"))], for_good=True)
    _with_support(cast, things)
    return Town(cast, things)


def _with_support(cast: SimpleNamespace, things: dict[str, Any]) -> None:
    """One question of alice's is with Support, one she took to the marketplace herself."""
    escalated_thread, _opening = thread(cast.alice.id)
    sent = {"topic": Topic.PAYMENT, "note": "", "order_number": None, "post_ids": ()}
    ticket_id = desk.escalate(
        cast.alice.actor,
        thread_id=escalated_thread,
        seen=packet(cast.alice.actor, escalated_thread, ()).digest,
        token=secrets.token_urlsafe(18),
        **sent,
    )
    things["escalated_ref"] = db.session.get_one(Ticket, ticket_id).ref
    things["taken_thread"], _opening = thread(cast.alice.id)
    with transaction() as session:
        session.add(
            Escalation(
                thread_id=things["taken_thread"], by_id=cast.alice.id, created_at=now(), outcome_note=""
            )
        )
    things["unsent_thread"], _opening = thread(cast.alice.id)
    things["words"] = digest(forum.prepared("I rang the depot, they have it.").html)


def _watching(things: dict[str, Any], actor: Actor) -> None:
    """A word that is watched for, and one that was only tried."""
    tried = {
        pattern: try_out(actor, kind=watching.Kind.WORDS, pattern=pattern, action=watching.Action.FLAG).seal
        for pattern in ("gift cards", "moneygram")
    }
    things["word"] = add_word(
        actor,
        kind=watching.Kind.WORDS,
        pattern="gift cards",
        action=watching.Action.FLAG,
        rule=1,
        note="",
        seal=tried["gift cards"],
        token=secrets.token_urlsafe(18),
    )
    things["seal"] = tried["moneygram"]


def _keeping(things: dict[str, Any], asker: int, helper: int, trusted: int) -> None:
    """A question of every sort that is kept right: with a suggested change, pointing elsewhere, locked, archived."""
    for name in ("plain", "suggested", "pointing", "pointing_too", "locked", "archived"):
        things[f"{name}_thread"], things[f"{name}_opening"] = thread(asker)
    things["own_answer"] = post(things["plain_thread"], things["plain_opening"], helper)
    things["withdrawn"] = post(things["plain_thread"], things["plain_opening"], helper, Visibility.DELETED)
    states = {"pointing": "duplicate", "pointing_too": "duplicate", "archived": "archived"}
    with transaction() as session:
        proposal = EditProposal(
            post_id=things["suggested_opening"],
            version=1,
            title="A clearer title for it",
            source="Tracking says it came.",
            reason="Clearer.",
            proposer_id=trusted,
            created_at=now(),
        )
        session.add(proposal)
        session.add(
            Deletion(post_id=things["withdrawn"], by_id=helper, was=Visibility.PUBLIC, deleted_at=now())
        )
        for name, state in states.items():
            row = Thread.id == things[f"{name}_thread"]
            session.execute(update(Thread).where(row).values(state=state))
        for name in ("pointing", "pointing_too"):
            question = Question.thread_id == things[f"{name}_thread"]
            to = {"duplicate_of_id": things["thread"], "duplicate_by_id": asker, "duplicate_at": now()}
            session.execute(update(Question).where(question).values(to))
        locked = update(Thread).where(Thread.id == things["locked_thread"])
        session.execute(locked.values(locked_at=now(), lock_reason="Calm down first."))
        session.flush()
        things["proposal"] = proposal.id


def thread(author_id: int, visibility: Visibility = Visibility.PUBLIC) -> tuple[int, int]:
    """A question with its opening post; the ids of both."""
    with transaction() as session:
        row = Thread(
            kind=KIND,
            state="open",
            space_id=session.scalar(select(Space.id).order_by(Space.id)),
            author_id=author_id,
            title=TITLE,
            visibility=visibility,
            created_at=now(),
            last_activity_at=now(),
        )
        session.add(row)
        session.flush()
        session.add(Question(thread_id=row.id))
        opening = _post(row.id, None, author_id, Visibility.PUBLIC)
        session.add(opening)
        session.flush()
        return row.id, opening.id


def post(
    thread_id: int, parent_id: int | None, author_id: int, visibility: Visibility = Visibility.PUBLIC
) -> int:
    """A post under `parent_id`; its id."""
    with transaction() as session:
        row = _post(thread_id, parent_id, author_id, visibility)
        session.add(row)
        session.flush()
        return row.id


def _post(thread_id: int, parent_id: int | None, author_id: int, visibility: Visibility) -> Post:
    return Post(
        thread_id=thread_id,
        parent_id=parent_id,
        author_id=author_id,
        source="Tracking says *delivered*.",
        html="<p>Tracking says <em>delivered</em>.</p>",
        pipeline_version=1,
        visibility=visibility,
        created_at=now(),
    )


def rows() -> dict[str, list[str]]:
    """Every row of every table, as committed and as the database writes it."""
    names = [table.name for table in Model.metadata.sorted_tables]
    found: dict[str, list[str]] = {name: [] for name in names}
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # One question for all: hundreds of times some sixty would take longest of all here.
            every = " UNION ALL ".join(f"SELECT '{name}', t::text FROM \"{name}\" t" for name in names)
            for name, line in connection.exec_driver_sql(every):
                found[name].append(line)
        else:
            # Past SQLAlchemy, for the same reason.
            driver = connection.connection.driver_connection
            for name in names:
                found[name] += map(repr, driver.execute(f'SELECT * FROM "{name}"'))
    return {name: sorted(lines) for name, lines in found.items()}


def changed(before: dict[str, list[str]]) -> set[str]:
    """The tables that are not as they were."""
    after = rows()
    return {name for name in after if after[name] != before[name]}


def csrf_token(browser: FlaskClient) -> str:
    """A token that this browser's forms would carry."""
    with browser.session_transaction() as cookie:
        raw = cookie.setdefault("csrf_token", secrets.token_hex(20))
    secret = str(browser.application.secret_key)
    return str(URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw))


def bytes_of(answer: Any) -> tuple[int, str, dict[str, str]]:
    """What the other side receives, but for what differs between two loads of one page."""
    text = re.sub(r'(name="(?:csrf|form)_token" value=)"[^"]*"', r"\1", answer.text)
    headers = {
        name: value for name, value in answer.headers.items() if name not in {"Set-Cookie", "Content-Length"}
    }
    return answer.status_code, text, headers


def _deciding(things: dict[str, Any], cast: SimpleNamespace) -> None:
    """mona decided about one thing a moment ago, and about two at once; she is in a shift and keeps a view."""
    held = [post(things["thread"], things["opening"], cast.nia.id, Visibility.HELD) for _three in range(3)]
    waits = post(things["thread"], things["opening"], cast.nia.id, Visibility.HELD)
    things["held_seen"] = f"{moderation.open_review(cast.mona.actor, target=on_post(waits))}:1:1"
    ids = [moderation.open_review(cast.mona.actor, target=on_post(post_id)) for post_id in held[:2]]
    things["batch"], _left = moderation.decide_many(
        cast.mona.actor,
        verb=Verb.KEEP,
        details=Details(),
        seen={review_id: Seen(1, 1) for review_id in ids},
        token=secrets.token_urlsafe(18),
    )
    things["last_decision"] = decide(cast.mona, held[2], Verb.KEEP)
    ref = decide(
        cast.mona,
        post(things["thread"], things["opening"], cast.nia.id, Visibility.HELD),
        Verb.HIDE,
        Reason.SPAM,
    )
    moderation.add_file(cast.nia.actor, ref=ref, content=picture(), called="order.png")
    things["evidence"] = db.session.scalars(select(AppealFile.name)).one()
    things["appeal"] = moderation.appeal(
        cast.nia.actor, ref=ref, source="It was no advert.", token=secrets.token_urlsafe(18)
    )
    until = (now() + timedelta(days=200)).date()
    for name, who in (("proposal", cast.bob), ("second_link", cast.charlie)):
        decide(cast.mona, on_person(who.id), Verb.SUSPEND, Reason.SCAM, "Thrice.", until=until)
        things[name] = db.session.scalars(select(Proposal.id).order_by(Proposal.id.desc())).first()
    things["second_link"] = moderation.invite(cast.adam.actor, proposal_id=things["second_link"])
    things["ghost"] = "deleted-9"
    with transaction() as session:
        session.add(Account(name="deleted-9", display_name="Gone", tz="UTC", state=AccountState.GHOST))
    things["receipt"] = moderation.report(
        ANONYMOUS,
        target=on_post(things["answer"]),
        reason=Reason.SCAM,
        source="It asks for gift cards.",
        name="",
        email="rosa@example.com",
        good_faith=True,
        token=secrets.token_urlsafe(18),
        connects_from="",
    )
    moderation.begin_shift(cast.mona.actor)
    moderation.keep_view(cast.mona.actor, name="Links", query="flagged_for=link")
