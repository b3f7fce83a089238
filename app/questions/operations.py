"""Asking, answering, accepting."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, case, select, update

from app.accounts.actor import Actor
from app.audit.operations import record
from app.core import once
from app.core.clock import now
from app.core.db import db
from app.core.events import emit
from app.core.parts import part
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.models import Post, Thread
from app.forum.policy import REPLIES, THREADS, can_see_post, can_see_thread, keep_pace, write
from app.questions import policy
from app.questions.events import AnswerAccepted, AnswerPosted, AnswerUnaccepted, Asked, ReplyPosted
from app.questions.models import KIND, Question, State
from app.questions.ports import Outcomes


def ask(
    actor: Actor,
    *,
    title: str,
    source: str,
    space_id: int,
    tags: Iterable[str],
    token: str,
    visitor: str | None = None,
    refused_matches: bool = False,
) -> int:
    """Post a question; its thread's id. The same `token` again answers with the same id and posts nothing.

    The draft of the ask form goes with it. Raises Problem for what a person can mend, TooSoon for haste.
    """
    if reason := write(actor):
        raise Problem(reason)
    words = forum.prepared(source)
    with transaction() as session:
        if known := once.replayed(token, actor.using("ask")):
            return known
        keep_pace(actor, THREADS)
        thread, _post = forum.open_thread(
            actor, kind=KIND, state=State.OPEN, space_id=space_id, title=title, words=words, tags=tags
        )
        session.add(Question(thread_id=thread.id))
        forum.discard_draft(actor, visitor, "ask")
        if refused_matches:
            part(Outcomes).none_fit(form="ask")
        once.settle(token, actor.using("ask"), thread.id)
        emit(Asked(thread.id))
        return thread.id


def asked(actor: Actor, token: str) -> int | None:
    """The thread that came of this form, when it was sent before."""
    return once.result(token, actor.using("ask"))


def answer(actor: Actor, *, thread_id: int, source: str, token: str, visitor: str | None = None) -> int:
    """Post an answer; its post's id. Raises NotFound, Problem or TooSoon; idempotent by `token`."""
    words = forum.prepared(source)
    with transaction():
        if known := once.replayed(token, actor.using("answer")):
            return known
        thread = _thread(actor, thread_id)
        opening = db.session.execute(
            select(Post).where(Post.thread_id == thread_id, Post.parent_id.is_(None))
        ).scalar_one()
        # Asked of the row as it is when written: an accepted answer may have come meanwhile.
        state = case((Thread.state == State.OPEN, State.ANSWERED), else_=Thread.state)
        post_id = _contribute(actor, thread, opening, words, state=state)
        forum.discard_draft(actor, visitor, answer_draft(thread_id))
        once.settle(token, actor.using("answer"), post_id)
        emit(AnswerPosted(post_id, thread_id))
        return post_id


def reply(actor: Actor, *, post_id: int, source: str, token: str, visitor: str | None = None) -> int:
    """Post a reply to an answer; its post's id. Raises NotFound, Problem or TooSoon; idempotent by `token`.

    Replies go one level deep: one to a reply stands beside it, under the same answer.
    """
    words = forum.prepared(source)
    with transaction():
        if known := once.replayed(token, actor.using("reply")):
            return known
        parent, thread = _post(actor, post_id)
        if parent.parent_id is None:
            raise NotFound
        reply_id = _contribute(actor, thread, _answer_above(parent), words)
        forum.discard_draft(actor, visitor, reply_draft(post_id))
        once.settle(token, actor.using("reply"), reply_id)
        emit(ReplyPosted(reply_id, thread.id))
        return reply_id


def accept(actor: Actor, *, post_id: int, seen: int | None) -> int:
    """Mark the accepted answer; its thread's id.

    `seen` is the accepted post the person saw on their page, None for none: when it has changed meanwhile, a
    Problem says so and nothing changes. Accepting what is accepted already changes nothing.
    """
    with transaction():
        post, thread = _post(actor, post_id)
        if reason := policy.accept(actor, thread, post):
            raise Problem(reason)
        if not _move_mark(thread, seen, post_id, actor):
            if _accepted(thread.id) == post_id:
                return thread.id
            raise Problem(policy.RACED)
        if actor.id != thread.author_id:
            record("accept", actor_id=actor.id, target="post", target_id=post_id)
        forum.touch(thread.id, state=State.SOLVED)
        emit(AnswerAccepted(post_id, thread.id, int(actor.id or 0)))
        return thread.id


def unaccept(actor: Actor, *, thread_id: int, seen: int) -> None:
    """Take the mark away from `seen`. Raises Problem when it has moved meanwhile; twice changes nothing."""
    with transaction():
        thread = _thread(actor, thread_id)
        if reason := policy.choose(actor, thread):
            raise Problem(reason)
        if not _move_mark(thread, seen, None, actor):
            if _accepted(thread_id) is None:
                return
            raise Problem(policy.RACED)
        forum.touch(thread_id, state=State.ANSWERED if thread.answer_count else State.OPEN)
        emit(AnswerUnaccepted(thread_id))


def solved_by(actor: Actor, *, thread_id: int, form: str, token: str, visitor: str | None) -> None:
    """Note, once a `token`, that an existing thread answered somebody who was filling in `form`."""
    with transaction():
        _thread(actor, thread_id)
        who = actor.using("solved") if actor.signed_in else f"visitor:{visitor}"
        if once.replayed(token, who):
            return
        once.settle(token, who, thread_id)
        part(Outcomes).solved(form=form, thread_id=thread_id)


def answer_draft(thread_id: int) -> str:
    """The name under which an unsent answer is kept."""
    return f"answer:{thread_id}"


def reply_draft(post_id: int) -> str:
    """The name under which an unsent reply is kept."""
    return f"answer-reply:{post_id}"


def _contribute(actor: Actor, thread: Thread, parent: Post, words: forum.Words, **changes: Any) -> int:
    if reason := policy.answer(actor, thread):
        raise Problem(reason)
    keep_pace(actor, REPLIES)
    return forum.add_post(actor, thread=thread, parent=parent, words=words, **changes).id


def _answer_above(post: Post) -> Post:
    """The direct answer that `post` is, or stands under."""
    while (above := db.session.get_one(Post, post.parent_id)).parent_id is not None:
        post = above
    return post


def _thread(actor: Actor, thread_id: int) -> Thread:
    row = db.session.get(Thread, thread_id)
    if row is None or row.kind != KIND or not can_see_thread(actor, row):
        raise NotFound
    return row


def _post(actor: Actor, post_id: int) -> tuple[Post, Thread]:
    found = db.session.execute(
        select(Post, Thread).join(Thread).where(Post.id == post_id, Thread.kind == KIND)
    ).one_or_none()
    if found is None or not can_see_post(actor, found.Post, found.Thread):
        raise NotFound
    return found.Post, found.Thread


def _move_mark(thread: Thread, seen: int | None, post_id: int | None, actor: Actor) -> bool:
    """Move the mark from `seen` to `post_id`; False when it was not at `seen` any more."""
    at_seen: ColumnElement[bool] = (
        Question.accepted_post_id.is_(None) if seen is None else Question.accepted_post_id == seen
    )
    values = {
        "accepted_post_id": post_id,
        "accepted_by_id": actor.id if post_id else None,
        "accepted_at": now() if post_id else None,
    }
    moved = update(Question).where(Question.thread_id == thread.id, at_seen).values(values)
    return bool(db.session().connection().execute(moved).rowcount)


def _accepted(thread_id: int) -> int | None:
    return db.session.scalar(select(Question.accepted_post_id).where(Question.thread_id == thread_id))
