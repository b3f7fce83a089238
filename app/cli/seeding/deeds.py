"""What people do beside writing: keeping right, flagging, catching up, and the rest of a town's life."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.cli.demo import Deed, Town
from app.cli.seeding.moderating import MODERATION
from app.cli.seeding.register import Moment, Register, token
from app.core.db import db
from app.core.parts import part
from app.desk import operations as desk
from app.desk.models import Outcome
from app.forum import operations as forum
from app.forum.models import Post
from app.forum.readings import Readings
from app.moderation import operations as moderation
from app.moderation.targets import Target, TargetKind
from app.moderation.words import Reason
from app.notifications import operations as notices
from app.notifications.models import Notification
from app.questions import operations as questions
from app.questions.models import Question

WITHOUT_A_DESK = frozenset({"take-to-marketplace", "tell-outcome"})
TO_A_POST = frozenset({"accept", "delete", "undelete", "flag", "edit", "propose"})


class Deeds:
    """Does each deed of the files through the operation that is for it."""

    def __init__(self, town: Town, register: Register, *, with_support: bool) -> None:
        published = {message.published_as for ticket in town.tickets for message in ticket.messages}
        self._register = register
        self._deeds = [
            deed
            for deed in town.deeds
            if deed.do not in MODERATION
            and (deed.do not in WITHOUT_A_DESK if with_support else deed.to not in published - {None})
        ]

    def moments(self) -> Iterator[Moment]:
        for deed in self._deeds:
            yield Moment(self._register.ago(deed.hours_ago), partial(self._do, deed))

    def _do(self, deed: Deed) -> None:
        actor = self._register.actor(deed.by)
        if deed.do == "catch-up":
            _catch_up(actor)
        elif deed.do in TO_A_POST:
            _to_a_post(actor, self._register.posts[deed.to], deed)
        elif deed.do == "duplicate":
            thread_id, of_id = self._register.threads[deed.to], self._register.threads[deed.of]
            questions.mark_duplicate(actor, thread_id=thread_id, of_id=of_id)
        else:
            _to_a_thread(actor, self._register.threads[deed.to], deed)


def _to_a_post(actor: Actor, post_id: int, deed: Deed) -> None:
    match deed.do:
        case "accept":
            questions.accept(actor, post_id=post_id, seen=None)
        case "delete":
            questions.delete(actor, post_id=post_id)
        case "undelete":
            questions.undelete(actor, post_id=post_id)
        case "flag":
            moderation.flag(
                actor, target=Target(TargetKind.POST, post_id), reason=Reason(deed.of), note=deed.because
            )
        case "edit":
            _edit(actor, post_id, deed)
        case "propose":
            _propose(actor, post_id, deed)


def _to_a_thread(actor: Actor, thread_id: int, deed: Deed) -> None:
    match deed.do:
        case "follow":
            forum.follow(actor, thread_id=thread_id)
        case "save":
            forum.save(actor, thread_id=thread_id)
        case "differs":
            questions.say_differs(actor, thread_id=thread_id, differs=deed.because)
        case "still-right" | "out-of-date":
            _confirm(actor, thread_id, is_right=deed.do == "still-right")
        case "take-to-marketplace":
            desk.note_sent(actor, thread_id=thread_id)
        case "tell-outcome":
            desk.tell_outcome(actor, thread_id=thread_id, outcome=Outcome(deed.of), note=deed.because)


def _confirm(actor: Actor, thread_id: int, *, is_right: bool) -> None:
    """Readers are asked only where there are readers, so these are written first."""
    part(Readings).write()
    post_id = db.session.scalar(select(Question.accepted_post_id).where(Question.thread_id == thread_id))
    questions.confirm(actor, thread_id=thread_id, post_id=int(post_id or 0), is_right=is_right)


def _edit(actor: Actor, post_id: int, deed: Deed) -> None:
    post = db.session.get_one(Post, post_id)
    forum.edit(
        actor,
        post_id=post_id,
        version=post.version,
        source=_changed(post.source, deed),
        reason=deed.because,
        token=token(f"edit {deed.by} {deed.to} {deed.hours_ago}"),
    )


def _propose(actor: Actor, post_id: int, deed: Deed) -> None:
    post = db.session.get_one(Post, post_id)
    forum.propose(
        actor,
        post_id=post_id,
        version=post.version,
        source=_changed(post.source, deed),
        reason=deed.because,
        token=token(f"propose {deed.by} {deed.to}"),
    )


def _changed(source: str, deed: Deed) -> str:
    if deed.old not in source:
        raise LookupError(f"{deed.to} does not say {deed.old!r}")
    return source.replace(deed.old, deed.new, 1)


def _catch_up(actor: Actor) -> None:
    """They look at what they were told, and it is new no more."""
    newest = select(func.max(Notification.id)).where(Notification.account_id == actor.id)
    notices.read_all(actor, newest=db.session.scalar(newest) or 0)
