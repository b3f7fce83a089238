"""Asking, and finding that somebody asked before."""

from collections.abc import Iterable

from app.accounts.actor import Actor
from app.core import once
from app.core.events import emit
from app.core.parts import part
from app.core.problems import Problem
from app.core.transaction import transaction
from app.forum import operations as forum
from app.forum.checking import check
from app.forum.events import PostHeld
from app.forum.pace import THREADS, keep_pace
from app.forum.policy import hold, write
from app.forum.watching import note_watched, watch
from app.questions.events import Asked
from app.questions.models import KIND, Question, State
from app.questions.operations import loading
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
    checked: str | None = None,
) -> int:
    """Post a question; its thread's id. The same `token` again answers with the same id and posts nothing.

    The draft of the ask form goes with it. Raises Problem for what a person can mend, TooSoon for haste,
    CheckThis for what was not `checked`.
    """
    if reason := write(actor):
        raise Problem(reason)
    words = forum.prepared(source, mentions=True)
    check(checked, words=words, title=title)
    watched = watch(actor, words=words, title=title)
    with transaction() as session:
        if known := once.replayed(token, actor.using("ask")):
            return known
        keep_pace(actor, THREADS)
        space_id = forum.living_space(space_id)
        photos, shown = forum.hold_photos(actor, "ask")
        watched |= shown
        held = watched.held or hold(actor, links=words.links_outside(title), photos=photos > 0)
        thread, post = forum.open_thread(
            actor,
            kind=KIND,
            state=State.OPEN,
            space_id=space_id,
            title=title,
            words=words,
            tags=tags,
            held=held,
        )
        session.add(Question(thread_id=thread.id))
        note_watched(actor, post.id, watched)
        # What is added from now on comes too late, or it would hang there without having waited.
        if photos:
            forum.attach_photos(actor, "ask", post.id)
        if refused_matches:
            part(Outcomes).none_fit(actor, visitor, form="ask")
        forum.settle_form(actor, visitor, "ask", token=token, verb="ask", result=thread.id)
        emit(PostHeld(post.id, thread.id) if held else Asked(thread.id))
        return thread.id


def asked(actor: Actor, token: str) -> int | None:
    """The thread that came of this form, when it was sent before."""
    return once.result(token, actor.using("ask"))


def solved_by(actor: Actor, *, thread_id: int, form: str, token: str, visitor: str | None) -> None:
    """Note, once a `token`, that an existing thread answered somebody who was filling in `form`."""
    with transaction():
        loading.thread(actor, thread_id)
        who = actor.using("solved") if actor.signed_in else f"visitor:{visitor}"
        if once.replayed(token, who):
            return
        once.settle(token, who, thread_id)
        part(Outcomes).solved(actor, visitor, form=form, thread_id=thread_id)
