"""Answering, and replying to what was said."""

from typing import Any

from sqlalchemy import case

from app.accounts.actor import Actor
from app.core import once
from app.core.events import Event, emit
from app.core.problems import Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.checking import check
from app.forum.events import PostHeld
from app.forum.models import Post, Thread, Visibility
from app.forum.pace import REPLIES, keep_pace
from app.forum.policy import hold
from app.forum.ports import Watched
from app.forum.watching import NOTHING_WATCHED, note_watched, watch
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
    words = forum.prepared(source, mentions=True)
    check(checked, words=words)
    watched = watch(actor, words=words)
    with transaction():
        if known := once.replayed(token, actor.using("answer")):
            return known
        form = answer_draft(thread_id)
        photos, shown = forum.hold_photos(actor, form)
        thread, opening = loading.held_opening(actor, thread_id)
        post = add_answer(actor, thread, opening, words, photos=photos, watched=watched | shown)
        # What is added from now on comes too late, or it would hang there without having waited.
        if photos:
            forum.attach_photos(actor, form, post.id, counted=photos)
        forum.settle_form(actor, visitor, form, token=token, verb="answer", result=post.id)
        emit(_event(post, AnswerPosted))
        return post.id


def add_answer(
    actor: Actor,
    thread: Thread,
    opening: Post,
    words: forum.Words,
    *,
    photos: int = 0,
    watched: Watched = NOTHING_WATCHED,
) -> Post:
    """Write an answer under the `opening` post of a thread that is held, in the open transaction.

    It is left to the caller to say so; so many `photos` will hang on it, and `watched` is what was seen in it. Raises Problem or TooSoon.
    """
    # Asked of the row as it is when written: an accepted answer may have come meanwhile.
    state = case((Thread.state == State.OPEN, State.ANSWERED), else_=Thread.state)
    return _contribute(actor, thread, opening, words, photos=photos, watched=watched, state=state)


def reply(
    actor: Actor,
    *,
    post_id: int,
    source: str,
    token: str,
    visitor: str | None = None,
    checked: str | None = None,
) -> int:
    """Post a reply to any post, as deep as people talk; its id. To the question itself it is a comment, no answer.

    Raises NotFound, Problem, TooSoon or CheckThis; idempotent by `token`.
    """
    words = forum.prepared(source, mentions=True)
    check(checked, words=words)
    watched = watch(actor, words=words)
    with transaction():
        if known := once.replayed(token, actor.using("reply")):
            return known
        parent, thread = loading.held_post(actor, post_id)
        row = _contribute(actor, thread, parent, words, watched=watched, comment=parent.parent_id is None)
        form = reply_draft(post_id)
        forum.settle_form(actor, visitor, form, token=token, verb="reply", result=row.id)
        emit(_event(row, ReplyPosted))
        return row.id


def answer_draft(thread_id: int) -> str:
    """The name under which an unsent answer is kept."""
    return f"answer:{thread_id}"


def reply_draft(post_id: int | None) -> str:
    """The name under which an unsent reply is kept; without a post what all such names begin with."""
    return f"answer-reply:{post_id or ''}"


def _contribute(
    actor: Actor,
    thread: Thread,
    parent: Post,
    words: forum.Words,
    *,
    photos: int = 0,
    watched: Watched,
    **changes: Any,
) -> Post:
    if reason := policy.answer(actor, thread):
        raise Problem(reason)
    keep_pace(actor, REPLIES)
    held = watched.held or hold(actor, links=words.links_outside(), photos=photos > 0)
    changes["photo_count"] = photos
    row = forum.add_post(actor, thread=thread, parent=parent, words=words, held=held, **changes)
    note_watched(actor, row.id, watched)
    return row


def _event(post: Post, posted: type[AnswerPosted] | type[ReplyPosted]) -> Event:
    """What is said of a post just written: nobody but moderators hears of one that is held."""
    kind = PostHeld if post.visibility == Visibility.HELD else posted
    return kind(post.id, post.thread_id)
