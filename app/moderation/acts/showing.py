"""Who sees a post or a thread: keeping, hiding, restoring, removing."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from app.accounts.actor import Actor
from app.core.db import db
from app.forum import operations as forum
from app.forum.models import Post, Thread, Visibility
from app.moderation.acts import masking
from app.moderation.acts.act import Details, Facts
from app.moderation.targets import Subject

GONE = frozenset({Visibility.ERASED, Visibility.DRAFT})


def keep(actor: Actor, subject: Subject, _details: Details) -> Facts:
    """Let others see what waited for this look, hid by itself or was put away of it; anything else stays as it is."""
    if subject.post is None:
        return {}
    waits = subject.visibility in {Visibility.HELD, Visibility.HIDDEN}
    facts = _show(actor, subject, Visibility.PUBLIC) if waits else {}
    back = forum.unredact(subject.post.id)
    return {**facts, "post": subject.post.id, "brought_back": masking.written(back)} if back else facts


def unkeep(actor: Actor, facts: Facts) -> None:
    if "to" in facts:
        show_as_before(actor, facts)
    for named, flag_id in masking.read(facts.get("brought_back", ())):
        forum.redact(int(facts["post"]), [named], by_flag=flag_id)


def hide(actor: Actor, subject: Subject, _details: Details) -> Facts:
    return _show(actor, subject, Visibility.HIDDEN)


def restore(actor: Actor, subject: Subject, _details: Details) -> Facts:
    return _show(actor, subject, Visibility.PUBLIC)


def remove(actor: Actor, subject: Subject, _details: Details) -> Facts:
    return _show(actor, subject, Visibility.DELETED)


def show_as_before(actor: Actor, facts: Facts) -> None:
    """Unless somebody changed it since: then theirs counts."""
    if "post" not in facts:
        return
    post_id = int(facts["post"])
    if _seen(post_id) == facts["to"]:
        forum.set_visibility(post_id, Visibility(facts["from"]), by_id=actor.id)


def unfit_to_hide(subject: Subject) -> LazyString | None:
    # What is hidden already, by a rule for instance, a moderator may find well hidden.
    if subject.visibility not in {Visibility.PUBLIC, Visibility.HELD, Visibility.HIDDEN}:
        return _("Others do not see it anyway.")
    return None


def unfit_to_restore(subject: Subject) -> LazyString | None:
    if subject.visibility not in {Visibility.HIDDEN, Visibility.DELETED}:
        return _("It is neither hidden nor removed.")
    return None


def unfit_to_remove(subject: Subject) -> LazyString | None:
    return _("It is removed already.") if subject.visibility in {Visibility.DELETED, *GONE} else None


def _show(actor: Actor, subject: Subject, visibility: Visibility) -> Facts:
    if subject.post is None:
        raise TypeError("people are not shown or hidden")
    facts = {"post": subject.post.id, "from": subject.visibility, "to": visibility.value}
    forum.set_visibility(subject.post.id, visibility, by_id=actor.id)
    return facts


def _seen(post_id: int) -> str:
    post = db.session.get_one(Post, post_id)
    if post.parent_id is None:
        return db.session.get_one(Thread, post.thread_id).visibility
    return post.visibility
