"""A thread goes to Support, comes back as an answer, or is taken to the marketplace's own help."""

from collections.abc import Collection
from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select, update

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core import once
from app.core.clock import now
from app.core.db import db, insert_ignoring
from app.core.events import emit
from app.core.problems import NotFound, Problem
from app.core.text import clean_line
from app.core.transaction import transaction
from app.desk import policy
from app.desk.events import (
    OutcomeAsked,
    OutcomeTold,
    ThreadAnswerPublished,
    ThreadEscalated,
    TicketFiled,
)
from app.desk.models import (
    LONGEST_OUTCOME_NOTE,
    LONGEST_SUBJECT,
    Escalation,
    Outcome,
    Status,
    Topic,
)
from app.desk.operations.tickets import after_reply, open_ticket, workable
from app.desk.packet import digest, packet
from app.forum import operations as forum
from app.forum.masking import public
from app.forum.models import Thread
from app.forum.policy import can_see_thread, change, write
from app.moderation import operations as moderation
from app.moderation.acts import Details, Verb
from app.moderation.targets import Target, TargetKind
from app.questions.events import AnswerPosted
from app.questions.models import Question, State
from app.questions.operations import loading
from app.questions.operations.answering import add_answer
from app.search import helping

ASKED_AFTER = timedelta(days=5)
"""From 'I have sent it' to 'How did it go?'."""

MOST_ASKED_AT_ONCE = 200

ALREADY = _("This question is with Support already.")
LOOK_ONCE = _("This is what Support will read. Look at it once, then send it.")
LOOK_FIRST = _("This is what everybody will read. Look at it once, then publish it.")


def escalate(
    actor: Actor,
    *,
    thread_id: int,
    topic: Topic,
    note: str,
    order_number: str | None,
    post_ids: Collection[int],
    seen: str,
    token: str,
    said: str = "",
) -> int:
    """Send a question to Support as a ticket; its id. The same `token` again sends nothing.

    What is shared is the packet the person saw: `seen` is its digest, and when the packet has changed since, a Problem
    shows it anew. `note` and `order_number` are for Support alone. A moderator decides so, and `said` is why, for the asker
    to read. Raises NotFound for all but the asker and moderators, and what deciding raises.
    """
    shared = packet(actor, thread_id, post_ids, note)
    if seen != shared.digest:
        raise Problem(LOOK_ONCE)
    with transaction():
        if known := once.replayed(token, actor.using("escalate")):
            return known
        forum.hold_thread(thread_id)
        thread = _thread(actor, thread_id)
        if reason := policy.file(actor):
            raise Problem(reason)
        ticket_id = open_ticket(
            actor,
            shared.words,
            thread_id=thread_id,
            topic=topic,
            subject=thread.title[:LONGEST_SUBJECT],
            order_number=order_number or None,
            tried="",
        )
        if actor.id == thread.author_id:
            helping.file(actor)
        else:
            moderation.decide_within(
                actor,
                target=Target(TargetKind.THREAD, thread_id),
                verb=Verb.ESCALATE,
                details=Details(said=said, ticket=ticket_id),
            )
        if not _begin(actor, thread_id, ticket_id=ticket_id):
            raise Problem(ALREADY)
        forum.touch(thread_id, state=State.ESCALATED)
        once.settle(token, actor.using("escalate"), ticket_id)
        emit(TicketFiled(ticket_id))
        emit(ThreadEscalated(thread_id, int(actor.id or 0)))
        return ticket_id


def publish_answer(actor: Actor, *, ref: str, source: str, seen: str, token: str) -> int:
    """Answer, as Support and for everybody, in the thread a ticket grew from; the post's id. Idempotent by `token`.

    Nothing of the ticket is shared but `source`. `seen` is the digest of what the agent saw it become: for any other
    text a Problem shows it first. Raises NotFound for all but agents, and for a ticket that grew from no thread.
    """
    words = forum.prepared(source)
    if seen != digest(words.html):
        raise Problem(LOOK_FIRST, field="source")
    with transaction() as session:
        if known := once.replayed(token, actor.using("thread answer")):
            return known
        ticket = workable(actor, ref)
        if ticket.thread_id is None:
            raise NotFound
        forum.hold_thread(ticket.thread_id)
        escalation = session.scalar(
            select(Escalation).where(Escalation.ticket_id == ticket.id).with_for_update()
        )
        if escalation is None or escalation.taken_back:
            raise NotFound
        thread, opening = loading.held_opening(actor, escalation.thread_id)
        if not policy.can_answer_publicly(thread):
            raise NotFound
        post = add_answer(actor, thread, opening, words)
        escalation.answer_post_id = post.id
        ticket.status = after_reply(Status(ticket.status), by_support=True)
        ticket.version += 1
        ticket.updated_at = post.created_at
        record("publish answer", actor_id=actor.id, target="post", target_id=post.id)
        once.settle(token, actor.using("thread answer"), post.id)
        # Before the news of any answer, so that it is told as what it is.
        emit(ThreadAnswerPublished(post.id, thread.id))
        emit(AnswerPosted(post.id, thread.id))
        return post.id


def note_sent(actor: Actor, *, thread_id: int) -> None:
    """The asker took their prepared message to the marketplace: the thread says so, and they are asked in five days.

    Twice is once. Raises NotFound for everybody else, and where there is a support desk.
    """
    with transaction():
        forum.hold_thread(thread_id)
        thread = _thread(actor, thread_id)
        if policy.has_desk() or thread.author_id != actor.id:
            raise NotFound
        if _begin(actor, thread_id, ask_at=now() + ASKED_AFTER):
            forum.touch(thread_id)
            emit(ThreadEscalated(thread_id, int(actor.id or 0)))


def tell_outcome(actor: Actor, *, thread_id: int, outcome: Outcome, note: str) -> None:
    """How it went with the marketplace; told again, the later word counts. Raises NotFound for all but who took it, and
    Problem when they may change nothing in this thread.
    """
    said = {
        "outcome": outcome,
        "outcome_note": public(clean_line(note))[:LONGEST_OUTCOME_NOTE],
        "ended_at": now(),
        "ask_at": None,
    }
    with transaction() as session:
        forum.hold_thread(thread_id)
        latest = (
            select(Escalation.id)
            .where(policy.own_attempts(actor), Escalation.thread_id == thread_id)
            .order_by(Escalation.id.desc())
            .limit(1)
        )
        escalation_id = session.scalar(latest)
        thread = session.get(Thread, thread_id)
        if escalation_id is None or thread is None or not can_see_thread(actor, thread):
            raise NotFound
        if reason := write(actor) or change(actor, thread):
            raise Problem(reason)
        session.execute(update(Escalation).where(Escalation.id == escalation_id).values(said))
        forum.touch(thread_id)
        emit(OutcomeTold(thread_id, int(actor.id or 0)))


def ask_for_outcomes() -> int:
    """Ask, once, everybody whose five days are over how it went; how many were asked."""
    due = (
        select(Escalation.id)
        .where(Escalation.ask_at <= now(), Escalation.ended_at.is_(None))
        .order_by(Escalation.ask_at)
        .limit(MOST_ASKED_AT_ONCE)
    )
    with transaction() as session:
        asked = (
            update(Escalation)
            .where(Escalation.id.in_(due.scalar_subquery()), Escalation.ask_at.is_not(None))
            .values(ask_at=None)
            .returning(Escalation.thread_id, Escalation.by_id)
            .execution_options(synchronize_session=False)
        )
        people = session.execute(asked).all()
        for thread_id, by_id in people:
            emit(OutcomeAsked(thread_id, by_id))
    return len(people)


def _begin(actor: Actor, thread_id: int, **facts: object) -> bool:
    """Note that the thread went, unless it is there; whether it went now."""
    row = insert_ignoring(Escalation).values(thread_id=thread_id, by_id=actor.id, created_at=now(), **facts)
    begun = db.session().connection().execute(row.returning(Escalation.id)).scalar()
    if begun is None:
        return False
    db.session.execute(update(Question).where(Question.thread_id == thread_id).values(with_support_at=now()))
    return True


def _thread(actor: Actor, thread_id: int) -> Thread:
    thread = db.session.get(Thread, thread_id)
    if thread is None or policy.escalate(actor, thread):
        raise NotFound
    return thread
