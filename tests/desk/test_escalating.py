"""A question goes to Support as exactly what its sender saw, and comes back as an answer for everybody."""

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Select, func, select

from app.audit.models import AuditEntry
from app.core.clock import frozen, now
from app.core.db import db
from app.core.events import on
from app.core.problems import NotFound, Problem
from app.core.text import plain
from app.core.transaction import transaction
from app.desk import operations as desk
from app.desk.events import OutcomeAsked
from app.desk.models import Escalation, Outcome, Status, Ticket, TicketMessage, Topic
from app.desk.offering import Escalations
from app.desk.packet import ANSWER_CHARACTERS, digest, packet
from app.forum import operations as forum
from app.forum.models import Post, Thread, Visibility
from app.moderation import operations as moderation
from app.moderation.acts import Verb
from app.moderation.models import Appeal, Decision, Flag
from app.moderation.words import Reason as FlagReason
from app.questions.models import State
from tests.forum.steps import opening
from tests.moderation.steps import archive, decide, flag, on_thread, review, unarchive
from tests.questions.steps import accept, answer, ask, page, post, thread, token

Asked = Callable[..., int]


@pytest.fixture(autouse=True)
def _letters(mailbox: Callable[[], list[Any]]) -> None:
    """Letters are expected here."""


def send(who: Any, thread_id: int, post_ids: tuple[int, ...] = (), note: str = "", **more: Any) -> int:
    shared = packet(who.actor, thread_id, post_ids, note)
    words: dict[str, Any] = {
        "topic": Topic.DISPUTE,
        "order_number": "TM-1",
        "seen": shared.digest,
        "token": secrets.token_urlsafe(18),
        **more,
    }
    return desk.escalate(who.actor, thread_id=thread_id, note=note, post_ids=post_ids, **words)


def ticket(ticket_id: int) -> Ticket:
    db.session.rollback()
    return db.session.get_one(Ticket, ticket_id)


def publish(who: Any, ref: str, source: str = "A listed flaw is no reason to refund.", **more: Any) -> int:
    sent = {"seen": _digest(source), "token": secrets.token_urlsafe(18), **more}
    return desk.publish_answer(who.actor, ref=ref, source=source, **sent)


def _digest(source: str) -> str:
    return digest(forum.prepared(source).html)


def count(table: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_note_for_support_alone_costs_no_second_look(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    way = f"/questions/{thread_id}/support"
    seen = re.search(r'name="seen"[^>]* value="(\w+)"', cast.alice.client.get(way).text)
    assert seen
    note = "Ring me on 020 7946 0321, it is urgent."
    sent = {"seen": seen[1], "topic": "dispute", "note": note, "form_token": secrets.token_urlsafe(18)}
    assert cast.alice.client.post(way, data=sent).status_code == 303
    assert note in (db.session.scalar(select(TicketMessage.source)) or "")


def test_while_it_is_with_support_it_is_not_offered_again(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    way = f'href="/questions/{thread_id}/support"'
    assert way in page(cast.alice.client, thread_id)
    ticket_id = send(cast.alice, thread_id)
    for who in (cast.alice, cast.mona):
        assert way not in page(who.client, thread_id)
    with transaction() as session:
        session.get_one(Ticket, ticket_id).status = Status.SOLVED
    assert way in page(cast.alice.client, thread_id)


def test_what_support_reads_is_what_was_seen(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice, "Who pays to send it *back*?", "The coat had a hole.\n\n- shown in photo 2")
    first = answer(cast.bob, thread_id, "Send photo 2. " + "It shows the hole. " * 80)
    second = answer(cast.charlie, thread_id, "Just refund.")
    seen = packet(cast.alice.actor, thread_id, [first], "My name is on the parcel.")
    ticket_id = send(cast.alice, thread_id, (first,), "My name is on the parcel.")
    message = db.session.scalar(select(TicketMessage).where(TicketMessage.ticket_id == ticket_id))
    assert message is not None
    assert message.html == seen.words.html
    said = plain(message.html)
    for words in (
        "Alice asked",
        "Who pays to send it *back*?",
        "shown in photo 2",
        "Bob answered",
        "Send photo 2.",
        "For Support alone:",
        "My name is on the parcel.",
    ):
        assert words in said
    assert "Just refund." not in said
    assert len(said) < ANSWER_CHARACTERS + 400
    assert second in {row.id for row in seen.offered}
    row = ticket(ticket_id)
    assert (row.requester_id, row.thread_id, row.order_number, row.status) == (
        cast.alice.id,
        thread_id,
        "TM-1",
        Status.NEW,
    )


def test_a_first_look_proposes_what_is_accepted(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    good, _other = answer(cast.bob, thread_id), answer(cast.charlie, thread_id, "Try again.")
    accept(cast.alice, good)
    assert packet(cast.alice.actor, thread_id, None).chosen == {good}


def test_only_what_a_visitor_reads_can_go_along(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    hidden = answer(cast.bob, thread_id, "Something unkind.")
    with transaction():
        forum.set_visibility(hidden, Visibility.HIDDEN, by_id=None)
    elsewhere = answer(cast.bob, ask(cast.charlie), "Of another thread.")
    for actor in (cast.alice.actor, cast.mona.actor):
        said = plain(packet(actor, thread_id, [hidden, elsewhere]).words.html)
        assert "unkind" not in said
        assert "another thread" not in said


def test_what_changed_since_the_look_is_shown_first(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    with pytest.raises(Problem, match="Look at it once"):
        send(cast.alice, thread_id, seen="")
    before = packet(cast.alice.actor, thread_id, ()).digest
    opening = db.session.scalar(select(Post).where(Post.thread_id == thread_id))
    assert opening is not None
    forum.edit(
        cast.alice.actor,
        post_id=opening.id,
        version=1,
        source="It was two holes.",
        token=secrets.token_urlsafe(18),
    )
    with pytest.raises(Problem, match="Look at it once"):
        send(cast.alice, thread_id, seen=before)
    assert count(Ticket) == 0


def test_who_may_send_it(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    for who in (cast.bob, cast.nia, cast.agnes):
        with pytest.raises(NotFound):
            packet(who.actor, thread_id, ())
        with pytest.raises(NotFound):
            send(who, thread_id)
        assert who.client.get(f"/questions/{thread_id}/support").status_code == 404
        assert (
            who.client.post(f"/questions/{thread_id}/support", data={"topic": "dispute"}).status_code == 404
        )
    assert cast.mona.client.get(f"/questions/{thread_id}/support").status_code == 200
    assert app.test_client().get(f"/questions/{thread_id}/support").location.startswith("/sign-in?next=/")


def test_what_is_archived_stays_as_it_is(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    archive(cast.mona, thread_id)
    assert cast.alice.client.get(f"/questions/{thread_id}/support").status_code == 404
    for who in (cast.alice, cast.mona):
        with pytest.raises(NotFound):
            send(who, thread_id)
    assert thread(thread_id).state == "archived"


def test_it_goes_once_at_a_time(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    token = secrets.token_urlsafe(18)
    assert send(cast.alice, thread_id, token=token) == send(cast.alice, thread_id, token=token)
    with pytest.raises(Problem, match="with Support already"):
        send(cast.mona, thread_id, said="Peers cannot help here.")
    assert (count(Ticket), count(Escalation), count(TicketMessage)) == (1, 1, 1)


def test_the_thread_says_that_it_is_with_support_and_how_it_stands(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    ticket_id = send(cast.alice, thread_id)
    assert thread(thread_id).state == "escalated"
    visitor, row = app.test_client(), ticket(ticket_id)
    assert "Sent to Support, not read yet" in page(visitor, thread_id)
    assert row.ref not in page(visitor, thread_id)
    assert row.ref in page(cast.alice.client, thread_id)
    desk.reply(
        cast.agnes.actor, ref=row.ref, source="A private word: which locker?", token=secrets.token_urlsafe(18)
    )
    assert "Support has asked something back" in page(visitor, thread_id)
    assert "locker" not in page(visitor, thread_id)
    desk.set_status(cast.agnes.actor, ref=row.ref, status=Status.SOLVED, version=ticket(ticket_id).version)
    assert thread(thread_id).state == "open"
    assert "Support is done with it" in page(visitor, thread_id)
    send(cast.alice, thread_id)
    assert count(Ticket) == 2


def test_support_answers_for_everybody_and_the_asker_decides(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    ref = ticket(send(cast.alice, thread_id)).ref
    token = secrets.token_urlsafe(18)
    post_id = publish(cast.agnes, ref, token=token)
    assert publish(cast.agnes, ref, token=token) == post_id
    assert thread(thread_id).state == "escalated"
    shown = page(app.test_client(), thread_id)
    assert "A listed flaw is no reason to refund." in shown
    assert "is-official" in shown
    assert "Support has answered" in shown
    accept(cast.alice, post_id)
    assert thread(thread_id).state == "solved"
    desk.set_status(
        cast.agnes.actor,
        ref=ref,
        status=Status.SOLVED,
        version=db.session.scalars(select(Ticket)).one().version,
    )
    assert thread(thread_id).state == "solved"


def test_what_is_published_was_seen_first_and_by_agents_alone(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    ref = ticket(send(cast.alice, thread_id)).ref
    with pytest.raises(Problem, match="everybody will read"):
        publish(cast.agnes, ref, seen="")
    for who in (cast.alice, cast.mona, cast.bob):
        with pytest.raises(NotFound):
            publish(who, ref)
        assert who.client.get(f"/desk/tickets/{ref}/publish").status_code == 404
    url = f"/desk/tickets/{ref}/publish"
    first = cast.agnes.client.post(url, data={"source": "No **refund** is due."})
    assert first.status_code == 200
    assert "No <strong>refund</strong> is due." in first.text
    assert count(Post) == 1
    seen = re.search(r'name="seen"[^>]* value="([0-9a-f]{64})"', first.text)
    assert seen is not None
    changed = cast.agnes.client.post(url, data={"source": "A refund is due.", "seen": seen[1]})
    assert (changed.status_code, count(Post)) == (200, 1)
    sent = cast.agnes.client.post(url, data={"source": "No **refund** is due.", "seen": seen[1]})
    assert (sent.status_code, count(Post)) == (303, 2)


def test_a_ticket_from_the_help_form_has_nothing_to_publish(app: Flask, cast: SimpleNamespace) -> None:
    ticket_id = desk.file_ticket(
        cast.alice.actor,
        topic=Topic.PAYMENT,
        subject="Payout",
        source="Late.",
        token=secrets.token_urlsafe(18),
    )
    ref = ticket(ticket_id).ref
    assert cast.agnes.client.get(f"/desk/tickets/{ref}/publish").status_code == 404
    with pytest.raises(NotFound):
        publish(cast.agnes, ref)


def test_a_hidden_thread_takes_no_public_answer(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    ref = ticket(send(cast.alice, thread_id)).ref
    with transaction() as session:
        session.get_one(Thread, thread_id).visibility = Visibility.HIDDEN
    with pytest.raises(NotFound):
        publish(cast.agnes, ref)


def test_the_form_without_script(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    good = answer(cast.bob, thread_id, "Keep the receipt.")
    url = f"/questions/{thread_id}/support"
    first = cast.alice.client.get(url).text
    assert "Keep the receipt." in first
    data = {"topic": "dispute", "note": "I want it back.", "post": str(good)}
    looked = cast.alice.client.post(url, data={**data, "look": "1"})
    assert looked.status_code == 200
    assert "For Support alone" in looked.text
    seen = re.search(r'name="seen"[^>]* value="([0-9a-f]{64})"', looked.text)
    assert seen is not None
    empty = cast.alice.client.post(url, data={**data, "topic": "", "seen": seen[1]})
    assert empty.status_code == 422
    assert "I want it back." in empty.text
    unseen = cast.alice.client.post(url, data={**data, "post": "", "seen": seen[1]})
    assert unseen.status_code == 422
    assert "Look at it once" in unseen.text
    sent = cast.alice.client.post(url, data={**data, "seen": seen[1]})
    assert sent.status_code == 303
    assert sent.location.startswith("/tickets/TKT-")


WHY = "Only Support can look into the order."


def sent_by_mona(cast: SimpleNamespace) -> tuple[int, int, str]:
    """A question that two people flagged, with Support now: its number, the ticket's, the decision's ref."""
    thread_id = ask(cast.alice)
    flag(cast.tess, on_thread(thread_id), FlagReason.OFF_TOPIC)
    flag(cast.charlie, opening(thread_id), FlagReason.UNCLEAR)
    ticket_id = send(cast.mona, thread_id, said=WHY)
    return thread_id, ticket_id, db.session.scalars(select(Decision.ref)).one()


def waits(thread_id: int) -> list[bool]:
    return [review(target).opened_at is not None for target in (on_thread(thread_id), opening(thread_id))]


def test_a_moderator_who_sends_it_decides(
    app: Flask, cast: SimpleNamespace, work: Callable[[], None]
) -> None:
    thread_id, ticket_id, ref = sent_by_mona(cast)
    work()
    assert thread(thread_id).state == "escalated"
    assert ticket(ticket_id).requester_id == cast.mona.id
    assert waits(thread_id) == [False, False]
    assert db.session.scalars(select(AuditEntry.verb)).all() == ["escalate"]
    heard = cast.alice.client.get("/me/notifications").text
    assert heard.count("Moderators sent your question to Support") == 1
    assert "Mona" not in heard
    why = cast.alice.client.get(f"/decisions/{ref}").text
    assert WHY in why
    assert f"/appeals/{ref}" in why
    for who in (cast.tess, cast.charlie):
        assert "Moderators looked at what you flagged" in who.client.get("/me/notifications").text
        assert WHY not in who.client.get(f"/decisions/{ref}").text


def test_what_a_moderator_sent_is_taken_back(
    app: Flask, cast: SimpleNamespace, work: Callable[[], None]
) -> None:
    thread_id, ticket_id, ref = sent_by_mona(cast)
    for _twice in range(2):
        moderation.undo(cast.mona.actor, ref=ref)
    work()
    assert thread(thread_id).state == "open"
    assert ticket(ticket_id).status == Status.CLOSED
    assert db.session.scalars(select(Escalation.ended_at)).one() is not None
    assert waits(thread_id) == [True, True]
    heard = cast.alice.client.get("/me/notifications").text
    assert heard.count("Moderators took a decision about you back") == 1
    assert "Support has finished" not in heard
    assert send(cast.mona, thread_id, said=WHY) != ticket_id


def test_what_support_works_on_goes_on_without_the_thread(app: Flask, cast: SimpleNamespace) -> None:
    thread_id, ticket_id, ref = sent_by_mona(cast)
    desk.take(cast.agnes.actor, ref=ticket(ticket_id).ref)
    moderation.appeal(cast.alice.actor, ref=ref, source="I would rather hear from sellers.", token=token())
    appeal = db.session.scalars(select(Appeal)).one()
    moderation.decide_appeal(
        cast.adam.actor, appeal_id=appeal.id, reverse=True, answer="You are right.", token=token()
    )
    assert thread(thread_id).state == "open"
    assert ticket(ticket_id).status == Status.NEW
    logged = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert logged == ["escalate", "take", "appeal", "reverse"]


def test_a_moderator_says_why_and_is_no_party(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    with pytest.raises(Problem, match="Say why"):
        send(cast.mona, thread_id)
    flag(cast.mona, on_thread(thread_id), FlagReason.OFF_TOPIC)
    with pytest.raises(Problem, match="You flagged this yourself"):
        send(cast.mona, thread_id, said=WHY)
    assert (count(Ticket), count(Escalation), count(Decision)) == (0, 0, 0)
    assert thread(thread_id).state == "open"
    own = ask(cast.mona)
    send(cast.mona, own)
    assert count(Decision) == 0


def test_only_moderators_are_asked_why(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    url, asked = f"/questions/{thread_id}/support", "Tell the person who asked why"
    assert asked not in cast.alice.client.get(url).text
    first = cast.mona.client.get(url).text
    assert asked in first
    seen = re.search(r'name="seen"[^>]* value="(\w+)"', first)
    assert seen
    sent = {"seen": seen[1], "topic": "dispute", "note": "Please look.", "form_token": token()}
    for said, complaint in (("", "Say why"), ("x" * 501, "At most 500 characters")):
        refused = cast.mona.client.post(url, data={**sent, "said": said})
        assert refused.status_code == 422
        assert complaint in refused.text
        assert "Please look." in refused.text
    assert count(Ticket) == 0
    assert cast.mona.client.post(url, data={**sent, "said": WHY}).status_code == 303
    assert db.session.scalars(select(Decision.said)).one() == WHY


def test_the_queue_leads_there_and_decides_it_nowhere_else(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    review_id = moderation.open_review(cast.mona.actor, target=on_thread(thread_id))
    shown = cast.mona.client.get(f"/mod/reviews/{review_id}").text
    assert f'href="/questions/{thread_id}/support"' in shown
    seen = re.search(r'name="seen" value="([\d:]+)"', shown)
    assert seen
    sent = {"verb": "escalate", "said": WHY, "seen": seen[1], "form_token": token()}
    refused = cast.mona.client.post(f"/mod/reviews/{review_id}/decide", data=sent)
    assert refused.status_code == 422
    assert "Look at what Support gets" in refused.text
    assert thread(thread_id).state == "open"
    send(cast.mona, thread_id, said=WHY)
    assert (
        f'href="/questions/{thread_id}/support"' not in cast.mona.client.get(f"/mod/reviews/{review_id}").text
    )


def test_taken_back_it_stands_as_if_it_had_not_gone(app: Flask, cast: SimpleNamespace) -> None:
    way, visitor = "/support", app.test_client()
    for begun in (False, True):
        thread_id = ask(cast.alice)
        ref = ticket(send(cast.mona, thread_id, said=WHY)).ref
        if begun:
            desk.take(cast.agnes.actor, ref=ref)
        moderation.undo(cast.mona.actor, ref=db.session.scalars(latest_decision()).one())
        assert "Support is done" not in page(visitor, thread_id)
        assert "Sent to Support" not in page(visitor, thread_id)
        assert f'href="/questions/{thread_id}{way}"' in page(cast.alice.client, thread_id)
        with pytest.raises(NotFound):
            publish(cast.agnes, ref)
        assert cast.agnes.client.get(f"/desk/tickets/{ref}/publish").status_code == 404
        assert "Answer for everybody" not in cast.agnes.client.get(f"/desk/tickets/{ref}").text


def latest_decision() -> Select[str]:
    return select(Decision.ref).order_by(Decision.id.desc()).limit(1)


def test_what_is_archived_meanwhile_comes_back_among_peers(app: Flask, cast: SimpleNamespace) -> None:
    by_undo, by_support = ask(cast.alice), ask(cast.alice)
    send(cast.mona, by_undo, said=WHY)
    sent = db.session.scalars(latest_decision()).one()
    kept = decide(cast.mona, opening(by_undo), Verb.ARCHIVE, said="Over.")
    for ref in (sent, kept):
        moderation.undo(cast.mona.actor, ref=ref)
    row = ticket(send(cast.alice, by_support))
    archive(cast.mona, by_support)
    desk.set_status(cast.agnes.actor, ref=row.ref, status=Status.SOLVED, version=row.version)
    unarchive(cast.mona, by_support)
    assert [thread(number).state for number in (by_undo, by_support)] == ["open", "open"]


def test_support_finishes_with_what_was_merged_meanwhile(
    app: Flask, cast: SimpleNamespace, work: Callable[[], None]
) -> None:
    earlier = ask(cast.charlie, "An earlier question")
    thread_id = ask(cast.alice)
    good = answer(cast.bob, thread_id)
    row = ticket(send(cast.alice, thread_id))
    accept(cast.alice, good)
    decide(cast.mona, on_thread(thread_id), Verb.MERGE, FlagReason.OTHER, of=earlier)
    desk.set_status(cast.agnes.actor, ref=row.ref, status=Status.SOLVED, version=row.version)
    work()
    assert ticket(row.id).status == Status.SOLVED


def test_what_stands_still_is_not_offered_to_support(app: Flask, cast: SimpleNamespace) -> None:
    archived, closed = ask(cast.alice), ask(cast.alice)
    archive(cast.mona, archived)
    with transaction() as session:
        session.get_one(Thread, closed).state = State.CLOSED
    for thread_id in (archived, closed):
        review_id = moderation.open_review(cast.mona.actor, target=on_thread(thread_id))
        shown = cast.mona.client.get(f"/mod/reviews/{review_id}").text
        assert f'href="/questions/{thread_id}/support"' not in shown
        assert cast.mona.client.get(f"/questions/{thread_id}/support").status_code == 404


def test_the_other_review_is_reopened_wherever_its_post_stands(app: Flask, cast: SimpleNamespace) -> None:
    earlier = ask(cast.charlie, "An earlier question")
    thread_id, ticket_id, ref = sent_by_mona(cast)
    first = opening(thread_id)
    row = ticket(ticket_id)
    desk.set_status(cast.agnes.actor, ref=row.ref, status=Status.SOLVED, version=row.version)
    decide(cast.mona, on_thread(thread_id), Verb.MERGE, FlagReason.OTHER, of=earlier)
    assert review(first).opened_at is None
    moderation.appeal(cast.alice.actor, ref=ref, source="Not to Support.", token=token())
    appeal = db.session.scalars(select(Appeal)).one()
    moderation.decide_appeal(
        cast.adam.actor, appeal_id=appeal.id, reverse=True, answer="You are right.", token=token()
    )
    assert review(first).opened_at is not None
    assert (
        db.session.scalars(select(Flag.decision_id).where(Flag.account_id == cast.charlie.id)).one() is None
    )


@pytest.fixture
def community(make_app: Callable[..., Flask]) -> Flask:
    return make_app(mode="community", marketplace="Threadly")


def test_in_community_mode_the_message_is_prepared_and_the_outcome_noted(
    community: Flask, cast: SimpleNamespace
) -> None:
    heard: list[OutcomeAsked] = []
    on(community, OutcomeAsked, heard.append)
    with community.app_context():
        thread_id = ask(cast.alice)
        browser = community.test_client()
        with cast.alice.client.session_transaction() as mine, browser.session_transaction() as cookie:
            cookie.update(mine)
        url = f"/questions/{thread_id}/support"
        asked = page(browser, thread_id)
        assert "Take it to Threadly." in asked
        assert "Send to support" not in asked
        assert "Threadly" in browser.get(url).text
        seen = packet(cast.alice.actor, thread_id, ()).digest
        prepared = browser.post(url, data={"topic": "dispute", "seen": seen, "note": "Please decide."})
        assert "I have sent it" in prepared.text
        assert "Please decide." in prepared.text
        for _twice in range(2):
            assert browser.post(f"{url}/sent").status_code == 303
        assert (count(Ticket), count(Escalation)) == (0, 1)
        assert thread(thread_id).state == "open"
        assert "Taken to the marketplace" in page(community.test_client(), thread_id)
        assert desk.ask_for_outcomes() == 0
        with frozen(now() + timedelta(days=5, minutes=1)):
            assert [desk.ask_for_outcomes(), desk.ask_for_outcomes()] == [1, 0]
        assert heard == [OutcomeAsked(thread_id, cast.alice.id)]
        outcome = f"/questions/{thread_id}/outcome"
        assert browser.post(outcome, data={"outcome": "?"}).status_code == 422
        told = browser.post(outcome, data={"outcome": "refused", "note": "Write to me: me@shop.example"})
        assert told.status_code == 303
        alice = replace(
            cast.alice.actor, suspended_until=now() + timedelta(days=1), suspended_because="Adverts."
        )
        with pytest.raises(Problem, match="You cannot post until"):
            desk.tell_outcome(alice, thread_id=thread_id, outcome=Outcome.SOLVED, note="Buy at shop")
        shown = page(community.test_client(), thread_id)
        assert "which said no" in shown
        assert "me@shop.example" not in shown
        for who in (cast.bob, cast.mona):
            with pytest.raises(NotFound):
                desk.tell_outcome(who.actor, thread_id=thread_id, outcome=Outcome.SOLVED, note="")
            with pytest.raises(NotFound):
                desk.note_sent(who.actor, thread_id=thread_id)


def test_where_there_is_a_desk_nothing_is_taken_to_the_marketplace(app: Flask, cast: SimpleNamespace) -> None:
    thread_id = ask(cast.alice)
    with pytest.raises(NotFound):
        desk.note_sent(cast.alice.actor, thread_id=thread_id)
    assert cast.alice.client.get(f"/questions/{thread_id}/outcome").status_code == 404
    with app.test_request_context():
        assert Escalations().standing(cast.alice.actor, thread_id) is None
    assert post(db.session.scalars(select(Post.id)).one()).visibility == Visibility.PUBLIC
