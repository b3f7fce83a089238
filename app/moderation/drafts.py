"""The room's own form whose draft is kept: flagging."""

from collections.abc import Collection, Iterator

from flask import url_for
from flask_babel import gettext as _

from app.accounts.actor import Actor
from app.core.problems import NotFound
from app.forum.drafts import ids_in
from app.forum.ports import Place
from app.moderation import policy, targets
from app.moderation.operations import flag_draft
from app.moderation.targets import Subject, Target, TargetKind


def places(actor: Actor, forms: Collection[str]) -> dict[str, Place]:
    """`Places` of flags. Whoever was signed out midway may go on with what they see."""
    found: dict[str, Place] = {}
    for target in _targets(forms):
        try:
            subject = targets.subject(actor, target)
        except NotFound:
            continue
        if not (actor.signed_in and policy.flag(actor, subject)):
            found[flag_draft(target)] = Place(
                _("A flag for"),
                flag_url(subject),
                _title(subject),
                words=("note",),
                rest=("reason", "passage"),
            )
    return found


def flag_url(subject: Subject) -> str:
    """Where a target is flagged."""
    match subject.target.kind:
        case TargetKind.POST:
            return url_for("moderation.flag", post_id=subject.target.id)
        case TargetKind.THREAD:
            return url_for("moderation.flag_thread", thread_id=subject.target.id)
        case TargetKind.PERSON:
            return url_for("moderation.flag_person", name=subject.author.name)


def _title(subject: Subject) -> str:
    return subject.thread.title if subject.thread else subject.author.display_name


def _targets(forms: Collection[str]) -> Iterator[Target]:
    for kind, prefix in (
        (TargetKind.POST, "flag"),
        (TargetKind.THREAD, "flag-thread"),
        (TargetKind.PERSON, "flag-person"),
    ):
        for target_id in ids_in(forms, prefix):
            yield Target(kind, target_id)
