"""Answering, and replying to what was said."""

from typing import Any

from sqlalchemy import case, select

from app.accounts.actor import Actor
from app.core import once
from app.core.db import db
from app.core.events import Event, emit
from app.core.problems import NotFound, Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.checking import check
from app.forum.events import PostHeld
from app.forum.models import Post, Thread, Visibility
from app.forum.pace import REPLIES, keep_pace
from app.forum.policy import hold
from app.questions import policy
from app.questions.events import AnswerPosted, ReplyPosted
from app.questions.models import State
from app.questions.operations import loading


def answer(
    actor: Actor,
    *,
    thread_id: int,
    source: str,
    token: str,
    visitor: str | None = None,
    checked: str | None = None,
) -> int:
    """Post an answer; its post's id. Raises NotFound, Problem, TooSoon or CheckThis; idempotent by `token`."""
    words = forum.prepared(source)
    check(checked, words=words)
    with transaction():
        if known := once.replayed(token, actor.using("answer")):
            return known
        thread = loading.thread(actor, thread_id)
        opening = db.session.execute(
            select(Post).where(Post.thread_id == thread_id, Post.parent_id.is_(None))
        ).scalar_one()
        # Asked of the row as it is when written: an accepted answer may have come meanwhile.
        state = case((Thread.state == State.OPEN, State.ANSWERED), else_=Thread.state)
        post = _contribute(actor, thread, opening, words, state=state)
        forum.discard_draft(actor, visitor, answer_draft(thread_id))
        once.settle(token, actor.using("answer"), post.id)
        emit(_event(post, AnswerPosted))
        return post.id


def reply(
    actor: Actor,
    *,
    post_id: int,
    source: str,
    token: str,
    visitor: str | None = None,
    checked: str | None = None,
) -> int:
    """Post a reply to an answer; its post's id. Raises NotFound, Problem, TooSoon or CheckThis; idempotent by `token`.

    Replies go one level deep: one to a reply stands beside it, under the same answer.
    """
    words = forum.prepared(source)
    check(checked, words=words)
    with transaction():
        if known := once.replayed(token, actor.using("reply")):
            return known
        parent, thread = loading.post(actor, post_id)
        if parent.parent_id is None:
            raise NotFound
        row = _contribute(actor, thread, _answer_above(parent), words)
        forum.discard_draft(actor, visitor, reply_draft(post_id))
        once.settle(token, actor.using("reply"), row.id)
        emit(_event(row, ReplyPosted))
        return row.id


def answer_draft(thread_id: int) -> str:
    """The name under which an unsent answer is kept."""
    return f"answer:{thread_id}"


def reply_draft(post_id: int) -> str:
    """The name under which an unsent reply is kept."""
    return f"answer-reply:{post_id}"


def _contribute(actor: Actor, thread: Thread, parent: Post, words: forum.Words, **changes: Any) -> Post:
    if reason := policy.answer(actor, thread):
        raise Problem(reason)
    keep_pace(actor, REPLIES)
    held = hold(actor, links=words.links_outside)
    return forum.add_post(actor, thread=thread, parent=parent, words=words, held=held, **changes)


def _event(post: Post, posted: type[AnswerPosted] | type[ReplyPosted]) -> Event:
    """What is said of a post just written: nobody but moderators hears of one that is held."""
    kind = PostHeld if post.visibility == Visibility.HELD else posted
    return kind(post.id, post.thread_id)


def _answer_above(post: Post) -> Post:
    """The direct answer that `post` is, or stands under."""
    while (above := db.session.get_one(Post, post.parent_id)).parent_id is not None:
        post = above
    return post
